"""Why a decision answered so, and why no other row did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.application import PASSWORD, small_application
from parts.editing import Hand

from orderloom.platform.app.application import Application
from orderloom.platform.app.decision_why import DecisionWhy
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.problem import Rejection


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with small_application(tmp_path_factory.mktemp("why"), database="memory:") as made:
        yield made


@pytest.mark.parametrize(("total", "matches"), [(20, True), (250, False)])
def test_each_row_says_why(app: Application, total: int, matches: bool) -> None:
    alice, erin = app.accounts.by_login("alice"), app.accounts.by_login("erin")
    assert alice is not None
    assert erin is not None
    body = Create("request", {"title": "Desk", "total": total})
    reply = app.handle(Command(body=body, actor=alice))
    assert not isinstance(reply, Rejection)
    entries = app.store.reads.entries_after(1, reply.order, after=0, limit=50)
    (decided,) = [each for each in entries if each.type == "decided"]
    why = app.moments.why(erin, reply.number, decided.seq)
    assert isinstance(why, DecisionWhy)
    assert not why.other
    states = {row.row: row.state for row in why.rows}
    assert {row for row, state in states.items() if state == "matched"} == set(
        decided.facts["rows"]
    )
    assert set(states.values()) <= {"matched", "beaten", "missed"}
    limited = next(row for row in why.rows if "100" in row.cell or row.state == "matched")
    assert (limited.state == "matched") is matches or limited.value == "250"
    page = Hand(app, "erin", password=PASSWORD).get(f"/orders/{reply.number}/why/{decided.seq}")
    assert page.status_code == 200
    assert why.entry.text.split(":")[0] in page.text
    audit = Hand(app, "erin", password=PASSWORD).get(f"/orders/{reply.number}/audit").text
    assert f"/orders/{reply.number}/why/{decided.seq}" in audit


def test_what_is_no_decision_and_what_one_may_not_see(app: Application) -> None:
    alice, mallory = app.accounts.by_login("alice"), app.accounts.by_login("mallory")
    assert alice is not None
    assert mallory is not None
    body = Create("request", {"title": "Desk", "total": 20})
    reply = app.handle(Command(body=body, actor=alice))
    assert not isinstance(reply, Rejection)
    for actor, seq, code in (
        (alice, 1, "moment.no_decision"),
        (alice, 999, "moment.no_decision"),
        (mallory, 2, "order.not_found"),
    ):
        refused = app.moments.why(actor, reply.number, seq)
        assert isinstance(refused, Rejection)
        assert refused.code == code
