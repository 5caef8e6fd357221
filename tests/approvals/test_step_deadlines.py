"""By when each step wants a verdict, and who is asked besides: ahead, running, decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from parts.approval_verbs import verdict
from parts.approving import Deals

from orderloom.platform.app.span_words import span_words
from orderloom.platform.words import Words


def clocks(step: dict[str, Any]) -> tuple[Any, Any, Any]:
    more = step["escalation"] or {}
    people = [one["name"] for one in more.get("people", ())]
    return step["due_at"], more.get("at"), people


def test_a_step_tells_its_deadline(deals: Deals) -> None:
    now = deals.app.clock.now()
    due, later = ((now + timedelta(hours=h)).isoformat().replace("+00:00", "Z") for h in (8, 16))
    wanted = {"process": "late", "data": {"title": "Desk", "total": 500}}
    (ahead,) = deals.api.call("alice", "POST", "/approvals/preview", wanted).body["steps"]
    assert (ahead["within"], *clocks(ahead)) == ("PT8H", due, later, ["Managers (Bob)"])
    task = deals.start("late")
    path = f"/orders/{deals.number}/approvers"
    (open_,) = deals.api.call("alice", "GET", path).body["steps"]
    assert (open_["within"], *clocks(open_)) == ("PT8H", due, later, ["Managers (Bob)"])
    deals.pass_(hours=3)
    (same,) = deals.api.call("alice", "GET", path).body["steps"]
    assert clocks(same) == clocks(open_)
    deals.pass_(hours=14)
    (late,) = deals.api.call("alice", "GET", path).body["steps"]
    assert (late["due_at"], late["escalation"]) == (due, None)
    verdict("approve")(deals, "carol", task)
    (done,) = deals.api.call("alice", "GET", path).body["steps"]
    assert (done["within"], done["due_at"], done["escalation"]) == (None, None, None)


def test_a_step_without_a_deadline_tells_none(deals: Deals) -> None:
    deals.start()
    (step,) = deals.api.call("alice", "GET", f"/orders/{deals.number}/approvers").body["steps"]
    assert (step["within"], *clocks(step)) == (None, None, None, [])


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("8 working hours", "en", "8 working hours"),
        ("1 working days", "en", "1 working day"),
        ("2 working days", "pl", "2 dni robocze"),
        ("5 working hours", "sk", "5 pracovných hodín"),
        ("PT8H", "en", "8 hours"),
        ("P1DT2H30M", "pl", "1 dzień, 2 godziny, 30 minut"),
        ("P3M", "sk", "3 mesiace"),
        ("PT90S", "en", "PT90S"),
    ],
)
def test_a_span_is_said_in_words(text: str, language: str, said: str) -> None:
    assert span_words(text, Words(language)) == said
