"""What templates may not contain, and words that are chosen while the program runs."""

import re

import pytest
from parts.catalogues import LANGUAGES, catalogue
from parts.repository import files, text

from orderloom.platform.app.mail_choices import DAYS as MAIL_DAYS
from orderloom.platform.app.mail_choices import KINDS as MAIL_KINDS
from orderloom.platform.app.mail_choices import WAYS as MAIL_WAYS
from orderloom.platform.app.permissions import PERMISSIONS
from orderloom.platform.app.task_query import DUES, PAUSED, SORTS
from orderloom.platform.app.task_query import SCOPES as TASK_SCOPES
from orderloom.platform.app.view_definitions import KINDS
from orderloom.platform.app.view_orders import SCOPES as ORDER_SCOPES
from orderloom.platform.app.view_orders import STATUSES
from orderloom.platform.app.view_task import VERDICTS
from orderloom.platform.web.icons import icons
from orderloom.platform.web.pages.refusal import KINDS as REFUSALS

TEMPLATES = [name for name in files() if re.match(r"platform/web/templates/.*\.html$", name)]
# Idioms of htmx 2, and whatever a strict policy would stop.
FORBIDDEN = re.compile(
    r"sse-swap|hx-ext|hx-disabled-elt|hx-on|\sstyle=|\son[a-z]+=|javascript:|<style|\|\s*safe"
)
# Forms before signing in: the origin protects them.
WITHOUT_TOKEN = ("/sign-in", "/preferences")
CHOSEN = {
    "web.task.expires": ("approve", "reject", "return"),
    "web.due.in": ("days", "hours", "minutes"),
    "web.due.late": ("days", "hours", "minutes"),
    "web.kind": KINDS,
    "web.status": STATUSES,
    "web.orders.scope": ORDER_SCOPES,
    "web.tasks.scope": TASK_SCOPES,
    "web.tasks.none_of": ("team", "unassigned", "substituted", "done"),
    "web.tasks.none_of_text": ("team", "unassigned", "substituted", "done"),
    "web.tasks.due_word": DUES,
    "web.tasks.paused_word": PAUSED,
    "web.tasks.sort_word": SORTS,
    "web.tasks.verdict_word": (*VERDICTS, "ask", "done", "waived", "settled"),
    "web.task.voted": (*VERDICTS, "abstain", "ask"),
    "web.task.kind": ("task", "approval", "ticket", "attention", "answer"),
    "web.task.untitled": ("task", "approval", "ticket", "attention", "answer"),
    "web.task.step": ("waiting", "open", "approved", "rejected", "returned"),
    "web.map": ("done", "now", "attention", "stopped", "ahead"),
    "web.channel": ("web", "api", "cli", "import", "demo"),
    "mail": ("approve", "return", "reject"),
    "mail.choose.kind": MAIL_KINDS,
    "mail.choose.way": MAIL_WAYS,
    "mail.choose.day": MAIL_DAYS,
    "mail.decide.title": ("approve", "return", "reject"),
    "mail.decide.done": ("approve", "return", "reject"),
    "mail.tickets.kind": (*MAIL_KINDS, "message", "receivers", "digest"),
    "mail.tickets.done": ("again", "address", "given_up"),
    "web.permission": ("order.settle", "order.move"),
    "web.may": tuple(PERMISSIONS),
    "web.done": (*(f"verdict_{verdict}" for verdict in (*VERDICTS, "ask")), "answer", "task"),
    **{
        f"web.refusal.{kind}": ("title", "text")
        for kind in (*REFUSALS.values(), "refused", "broken")
    },
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_need_no_inline_code(name: str) -> None:
    assert FORBIDDEN.findall(text(name)) == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_form_that_changes_something_carries_the_token(name: str) -> None:
    forms = re.findall(r"<form\b.*?</form>", text(name), re.DOTALL)
    bare = [
        form.partition(">")[0]
        for form in forms
        if 'method="post"' in form.partition(">")[0]
        and not any(f'action="{path}"' in form for path in WITHOUT_TOKEN)
        and "{{ csrf }}" not in form
    ]
    assert bare == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_icons_exist(name: str) -> None:
    asked = set(re.findall(r"""icon\(\s*["'](\w+)["']""", text(name)))
    assert asked <= set(icons())


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_chosen_at_run_time_exist(language: str) -> None:
    known = catalogue(language)
    asked = [f"{area}.{key}" for area, keys in CHOSEN.items() for key in keys]
    assert [key for key in asked if key not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_what_was_done(language: str) -> None:
    used = {
        key
        for name in files()
        if name.startswith("platform/web/pages/") and name.endswith(".py")
        for key in re.findall(r"""(?:done=|go\([^\n]*?, )(?:f?)"(\w+)"\)?""", text(name))
    }
    assert {key for key in used if f"web.done.{key}" not in catalogue(language)} == set()
