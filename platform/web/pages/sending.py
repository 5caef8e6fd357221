"""Sending a command from a page, and going on afterwards."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from fastapi.responses import RedirectResponse, Response

from orderloom.forms import Form, Submission
from orderloom.platform.app.field_words import field_label
from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import Body, Command
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentence, sentences
from orderloom.platform.web.refused import note
from orderloom.platform.web.viewer import Sender
from orderloom.platform.words import Words

CHANNEL = "web"


def send(
    sender: Sender,
    body: Body,
    *,
    order: int = 0,
    revision: int | None = None,
    key: str = "",
    for_: str | None = None,
) -> Reply | Rejection:
    """Hands the command to the runner. `key`: makes a form that is sent twice count once;
    `revision`: what the page showed; `for_`: for whom the sender stands in."""
    digest = hashlib.sha256(repr(sender.fields.pairs).encode()).digest() if key else None
    return sender.app.handle(
        Command(
            body=body,
            actor=sender.actor,
            order=order,
            channel=CHANNEL,
            on_behalf_of=for_,
            key=key or None,
            key_scope=f"web:{sender.actor.id}" if key else None,
            request_digest=digest,
            expected_revision=revision,
        )
    )


def revision_of(sender: Sender) -> int | None:
    """The revision that the page showed, where it says so."""
    sent = sender.fields.get("revision")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 18 else None


def why_not(refused: Rejection, form: Form | None, words: Words) -> tuple[str, ...]:
    """Why it was not taken; of an order that somebody else changed also what."""
    if refused.code != "order.stale":
        return sentences(refused, words)
    paths = {str(path) for each in refused.details for path in each.params.get("fields") or ()}
    labels = sorted({field_label(form, path, words) for path in paths}) if form else ()
    lead = sentence(refused, words)
    changed = words.text("web.order_page.changed", fields=", ".join(labels))
    return (lead, changed) if labels else (lead,)


def note_strangers(sender: Sender, read: Submission, number: str = "") -> None:
    """Writes down that fields came which no page sends: which of the form's own, and how many it
    does not have. Never what was typed, and no name that somebody made up."""
    if not read.strange:
        return
    known = sorted({each.path for each in read.problems if each.code != "unknown_field"})
    unknown = sum(1 for each in read.problems if each.code == "unknown_field")
    message = f"fields that no page sends: {', '.join(known) or '–'}, and {unknown} unknown ones"
    params = {"fields": ", ".join(known) or "–", "unknown": unknown, "number": number}
    note(sender.viewer.request, Rejection("request.form_fields", message, params), channel=CHANNEL)


def given(value: Any) -> Any:
    """A view's answer; a refusal leaves by the door for refusals."""
    if isinstance(value, Rejection):
        raise Refused(value)
    return value


def go(path: str, done: str = "") -> Response:
    """On to a page; `done` names the sentence that it shows on top (`web.done.<done>`)."""
    mark = ("&" if "?" in path else "?") + f"done={quote(done)}" if done else ""
    return RedirectResponse(path + mark, status_code=303)


def order_path(number: str, *rest: str) -> str:
    """The address of an order's page, or of one below it."""
    return "/".join(("/orders", quote(number, safe="~"), *rest))


def task_path(id_: str) -> str:
    """The address of a task's page."""
    return f"/tasks/{quote(id_, safe='')}"


def record_path(collection: str, key: str) -> str:
    """The address of a record's page."""
    return f"/collections/{quote(collection, safe='')}/records/{quote(key, safe='')}"


def order_of(id_: str) -> int:
    """The order of a task's id; 0, which none has, for what is no id."""
    return _number(id_.partition(".")[0])


def number_of(id_: str) -> int:
    """The task's own number in its order; 0 for none."""
    return _number(id_.partition(".")[2])


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
