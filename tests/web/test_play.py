"""The page on which a draft is played: what is possible, refused, taken back, kept; by whom."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application
from parts.editing import WRITES, Hand

from orderloom.platform.app.application import Application
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.codec import loads
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.problem import Rejection
from orderloom.platform.words import LANGUAGES, Words

PLAY = "/definitions/process/request/play"
COVERAGE = "/bundles/small/coverage"
HIDDEN = re.compile(r'type="hidden" name="(play\.\w+)" value="([^"]*)"')
DOES = re.compile(r'name="play\.do" value="([^"]*)"')
OPENS = re.compile(r'name="play\.open" value="([^"]+)"')
DESK = {"title": "Desk", "total": "250"}


class Table(Hand):
    """Plays one walk, page after page."""

    page: Any = None

    def begin(self, query: str = "") -> Any:
        self.page = self.get(PLAY + query)
        return self.page

    def press(self, do: str = "", **fields: str) -> Any:
        kept = {name: html.unescape(value) for name, value in HIDDEN.findall(self.page.text)}
        named = {f"play.{name}" if name in OWN else name: value for name, value in fields.items()}
        self.page = self.post(PLAY, **{**kept, **named, **({"play.do": do} if do else {})})
        return self.page

    @property
    def walk(self) -> dict[str, Any]:
        kept = {name: html.unescape(value) for name, value in HIDDEN.findall(self.page.text)}
        found: dict[str, Any] = loads(kept["play.walk"])
        return found

    @property
    def does(self) -> list[str]:
        return DOES.findall(self.page.text)

    @property
    def opens(self) -> list[str]:
        return OPENS.findall(self.page.text)


OWN = ("who", "of", "open", "comment", "json", "id", "span", "order", "now", "outside", "until")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


@pytest.fixture
def table(app: Application) -> Table:
    return Table(app, "alice")


def begun(table: Table) -> Table:
    table.begin()
    assert table.press("create", **DESK).status_code == 200
    return table


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_walk_from_the_form_to_the_end(app: Application, language: str) -> None:
    table, words = Table(app, "alice", language), Words(language)
    first = table.begin()
    assert html.escape(words.text("play.safe")) in first.text
    assert "create" in table.does
    assert table.press("create", **DESK).status_code == 200
    assert table.press(who="bob").status_code == 200
    assert table.opens == ["task:3"]
    assert table.press(who="bob", open="task:3").status_code == 200
    assert table.press("verdict:approve:3", comment="fine").status_code == 200
    assert table.press(who="carol").status_code == 200
    assert table.opens == ["task:5", "edit"]
    assert table.press(who="carol", open="task:5").status_code == 200
    assert table.press("complete:5", invoice="I-7").status_code == 200
    assert table.walk["steps"] == [
        {"as": "bob", "approve": "manager", "comment": "fine"},
        {"as": "carol", "task": "pay", "with": {"invoice": "I-7"}},
    ]
    assert words.text("play.ended", outcome=words.text("web.outcome.completed")) in table.page.text
    # No real order came of it, and nothing waits to leave.
    assert app.store.reads.orders_by_id(1, range(1, 20)) == {}
    assert app.store.work.next_wake() is None


def test_forms_say_what_is_wrong_and_keep_what_was_typed(table: Table) -> None:
    table.begin()
    wrong = table.press("create", title="Desk", total="much")
    assert wrong.status_code == 422
    assert "order" not in table.walk["given"]
    assert 'value="much"' in wrong.text
    assert table.press("create", **DESK).status_code == 200


def test_what_is_refused_is_no_step_unless_it_is_kept_as_one(table: Table) -> None:
    begun(table)
    table.press(who="alice", open="event:cancel")
    refused = table.press("event:cancel")
    assert refused.status_code == 422
    assert table.walk["steps"] == []
    assert table.press("refused").status_code == 200
    assert table.walk["steps"] == [
        {"as": "alice", "do": "cancel", "refused": "event.reason_required"}
    ]
    assert table.press(open="event:cancel").status_code == 200
    assert table.press("event:cancel", comment="No need").status_code == 200
    assert table.walk["steps"][-1] == {"as": "alice", "do": "cancel", "reason": "No need"}


def test_time_passes_and_steps_are_taken_back(table: Table) -> None:
    begun(table)
    table.press("pass", span="P1D")
    table.press("next")
    assert [list(step) for step in table.walk["steps"]] == [["pass"], ["until"]]
    assert "rejected" in table.page.text.lower()
    table.press("back")
    assert table.walk["steps"] == [{"pass": "P1D"}]
    table.press("pass", span="soon")
    assert table.page.status_code == 422
    table.press("back:0")
    assert table.walk["steps"] == []
    table.press("back")
    assert "order" not in table.walk["given"]
    assert "create" in table.does


def test_events_come_from_outside_and_data_as_json(table: Table) -> None:
    table.begin()
    table.press("create", json='{"title": "Chair", "total": 50}', **DESK)
    assert table.walk["given"]["order"]["data"] == {"title": "Chair", "total": 50}
    assert "outside:api:paid" in table.does
    assert table.press("outside:api:paid", outside="{").status_code == 422
    assert table.press("outside:api:paid").status_code == 200
    assert table.walk["steps"] == [{"from": "api", "do": "paid"}]


def test_a_scenario_is_played_and_a_walk_is_kept_as_one(app: Application, table: Table) -> None:
    assert table.begin("?scenario=approved&steps=0").status_code == 200
    assert table.walk["steps"] == []
    assert table.begin("?scenario=approved").status_code == 200
    assert len(table.walk["steps"]) == 6
    assert table.press("save", id="no id").status_code == 422
    kept = table.press("save", id="again")
    assert kept.status_code == 200
    assert "?scenario=again" in kept.text
    assert table.begin("?scenario=again").status_code == 200
    results = app.simulate.run(_bundle(app))
    assert [each.problem for each in results if each.scenario == "again"] == [""]
    assert table.begin("?scenario=nothing").status_code == 404


def _bundle(app: Application) -> Any:
    bundle = app.drafting.bundle(OPERATOR, "small")
    assert not isinstance(bundle, Rejection)
    return bundle


def test_sample_orders_are_those_that_one_may_see(app: Application, table: Table) -> None:
    alice = app.accounts.by_login("alice")
    assert alice is not None
    made = app.handle(
        Command(body=Create("request", {"title": "Lamp", "total": 7}), actor=alice, channel="web")
    )
    assert not isinstance(made, Rejection)
    number = str(made.number)
    assert "Lamp" in table.begin(f"?order={number}").text
    assert "Lamp" in table.press("sample", order=number).text
    assert table.begin("?order=RQ-999999").status_code == 404
    # Erin reads definitions and, in this process, no orders of others.
    erin = Table(app, "erin")
    assert erin.begin().status_code == 200
    assert erin.get(f"{PLAY}?order={number}").status_code == 404


def test_mallory_plays_nothing_and_readers_keep_nothing(app: Application) -> None:
    mallory = Hand(app, "mallory")
    for path in (PLAY, COVERAGE, f"{PLAY}?scenario=approved"):
        assert mallory.get(path).status_code == 403, path
    assert mallory.post(PLAY, **{"play.walk": "{}"}).status_code == 403
    erin = begun(Table(app, "erin"))
    assert "save" not in erin.does
    assert erin.press("save", id="mine").status_code == 403
    assert [each.id for each in _bundle(app).scenarios] == ["approved", "too-late"]


def test_without_the_token_nothing_is_played(app: Application) -> None:
    alice = Hand(app, "alice")
    answer = alice.client.post(PLAY, data={"play.walk": "{}"})
    assert answer.status_code == 403


HOSTILE = {
    "a title with script": ("title: {en: Request", "title: {en: '</script><script>x()</script>'"),
    "a stage with script": ("  paying:\n", "  paying:\n    title: '<img src=x onerror=y>'\n"),
    "an endless loop": (
        "  done: {type: final",
        "  loop: {always: [{to: loop}]}\n  done: {type: final",
    ),
    "a form that is missing": ("form: request", "form: nowhere"),
    "no stages": ("stages:\n  deciding:", "stages:\n  '<b>':"),
    "no YAML": ("kind: process", "kind: [process"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_drafts_are_told_and_break_nothing(
    table: Table, app: Application, name: str
) -> None:
    before, after = HOSTILE[name]
    view = app.drafting.one(OPERATOR, "process", "request")
    assert not isinstance(view, Rejection)
    assert before in view.text
    text = view.text.replace(before, after, 1)
    saved = app.drafting.save(OPERATOR, "process", "request", text, tag=view.tag)
    assert not isinstance(saved, Rejection), saved
    page = table.begin()
    assert page.status_code == 200
    assert "<script>x()" not in page.text
    assert "<img src=x" not in page.text
    if "create" in table.does:
        assert table.press("create", **DESK).status_code in (200, 422)
        assert "<script>x()" not in table.page.text
        assert "<img src=x" not in table.page.text
    assert table.get(COVERAGE).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"play.walk": ""},
        {"play.walk": "[]"},
        {"play.walk": '{"scenario":"w","process":"request","steps":[],"given":{"now":"x"}}'},
        {"play.walk": '{"scenario":"w","process":"request","steps":[{"a":1}]}'},
    ],
)
def test_a_walk_that_is_none_is_refused(table: Table, fields: dict[str, str]) -> None:
    assert table.post(PLAY, **fields).status_code == 422


def test_coverage_names_what_no_scenario_uses(table: Table) -> None:
    page = table.get(COVERAGE).text
    assert "cancelled" in page
    assert "stages.paying.on.paid" in page
    assert table.get("/bundles/nothing/coverage").status_code == 404
