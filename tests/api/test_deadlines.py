"""What the API and the pages say of deadlines: when, late, standing still, decided by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts import approving
from parts.approving import Deals, open_deals

HURRIED = "due: PT8H\nremind: PT4H\nexpire: {after: P1D, verdict: reject}"


@pytest.fixture
def deals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deals]:
    monkeypatch.setitem(approving.DEALS, "hurried", ("HU", "any", HURRIED))
    monkeypatch.setitem(approving.DEALS, "leisurely", ("LE", "any", "due: P2D"))
    with open_deals(tmp_path) as opened:
        yield opened


def listed(deals: Deals) -> list[dict[str, Any]]:
    answer = deals.api.call("carol", "GET", "/tasks")
    assert answer.status == 200, answer
    items: list[dict[str, Any]] = answer.body["items"]
    return items


def test_tasks_come_by_their_deadlines(deals: Deals) -> None:
    ids = {process: deals.start(process) for process in ("deal", "leisurely", "hurried")}
    found = [(task["id"], task["due_at"], task["late"], task["paused"]) for task in listed(deals)]
    assert found == [
        (ids["hurried"], "2026-03-02T17:00:00Z", False, False),
        (ids["leisurely"], "2026-03-04T09:00:00Z", False, False),
        (ids["deal"], None, False, False),
    ]
    deals.pass_(hours=9)
    assert [task["late"] for task in listed(deals)] == [True, False, False]


def test_a_question_stops_the_clock_and_nothing_is_late_meanwhile(deals: Deals) -> None:
    task = deals.start("hurried")
    asked = deals.post("carol", f"/tasks/{task}/verdict", verdict="ask", comment="Why?")
    assert asked.status == 200, asked
    deals.pass_(days=2)
    (stopped,) = listed(deals)
    assert (stopped["late"], stopped["paused"], deals.stages()) == (False, True, ["approval"])
    answer = deals.open("answer-money")
    deals.post("alice", f"/tasks/{answer}/complete", data={"answer": "So"})
    (going,) = listed(deals)
    assert (going["due_at"], going["paused"]) == ("2026-03-04T17:00:00Z", False)


def test_what_the_clock_decided_is_said_so(deals: Deals) -> None:
    task = deals.start("hurried")
    # The reminder and the verdict were both slept over.
    for _ in range(2):
        assert deals.stages() == ["approval"]
        deals.pass_(days=3)
    assert deals.stages() == ["refused"]
    assert "Nobody decided step money in time: it is rejected" in deals.told()
    late = deals.post("carol", f"/tasks/{task}/verdict", verdict="approve")
    assert (late.status, late.body["code"]) == (409, "order.ended")
    approvers = deals.api.call("erin", "GET", f"/orders/{deals.number}/approvers")
    assert approvers.status == 200, approvers
