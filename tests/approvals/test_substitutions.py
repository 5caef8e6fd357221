"""Who stands in for whom, and who will have to approve, over the API."""

from __future__ import annotations

import pytest
from parts.approval_verbs import verdict
from parts.approving import Deals

from orderloom.platform.words import Words


def test_a_substitution_holds_on_its_days_alone(deals: Deals) -> None:
    task = deals.start()
    deals.absent("carol", "dave", days=0)
    listed = deals.api.call("dave", "GET", "/tasks?limit=200").body["items"]
    assert [(each["id"], each["for"]["name"]) for each in listed if each["id"] == task] == [
        (task, "Carol")
    ]
    deals.pass_(days=1)
    listed = deals.api.call("dave", "GET", "/tasks?limit=200").body["items"]
    assert task not in [each["id"] for each in listed]
    assert verdict("approve")(deals, "dave", task).code == "approval.not_a_candidate"


@pytest.mark.parametrize(
    ("who", "body", "code"),
    [
        ("bob", {"person": "frank", "substitute": "carol"}, ""),
        ("ada", {"person": "erin", "substitute": "dave"}, ""),
        ("carol", {"person": "frank", "substitute": "dave"}, "substitution.not_allowed"),
        ("carol", {"substitute": "carol"}, "substitution.oneself"),
        ("carol", {"substitute": "nobody"}, "user.not_found"),
        ("carol", {"substitute": "dave", "until": "2026-03-01"}, "substitution.order"),
        ("carol", {"substitute": "dave", "from_": "2026-13-01"}, "substitution.day"),
        (
            "carol",
            {"substitute": "dave", "from_": "2025-01-01", "until": "2025-01-02"},
            "substitution.over",
        ),
        ("dave", {"substitute": "carol"}, "substitution.cycle"),
    ],
)
def test_who_may_set_a_substitution(
    deals: Deals, who: str, body: dict[str, str], code: str
) -> None:
    if code == "substitution.cycle":
        deals.absent("carol", "frank")
        deals.absent("frank", "dave")
    days = {"from_": "2026-03-10", "until": "2026-03-20"}
    if code == "substitution.cycle":
        today = deals.app.clock.now().date()
        days = {"from_": str(today), "until": str(today)}
    noted = deals.refusals()
    answer = deals.post(who, "/substitutions", **{**days, **body})
    assert deals.refusals() - noted == bool(code)
    assert answer.code == (code or None), answer
    if code:
        said = Words("en").text(f"problems.{code}", **(answer.body.get("params") or {}))
        assert answer.body["title"] == said


def test_what_is_set_and_ended_stands_in_the_audit(deals: Deals) -> None:
    number = deals.absent("carol", "dave")
    assert deals.api.call("carol", "DELETE", f"/substitutions/{number}").status == 200
    sql = "SELECT type FROM audit_entry WHERE type LIKE 'substitution.%' ORDER BY id"
    with deals.app.store.database.reading() as connection:
        types = [row[0] for row in connection.exec_driver_sql(sql)]
    assert types[-2:] == ["substitution.set", "substitution.ended"]


def test_who_will_have_to_approve_and_why(deals: Deals) -> None:
    wanted = {"process": "pair", "data": {"title": "Desk", "total": 500}}
    before = deals.api.call("alice", "POST", "/approvals/preview", wanted)
    (step,) = before.body["steps"]
    assert (before.status, before.body["complete"]) == (200, True)
    assert (step["step"], step["mode"], step["number"]) == ("money", "quorum", 2)
    assert (step["rule"], step["values"]) == ("total > 100", {"total": 500})
    assert [each["name"] for each in step["people"]] == ["Finance (Carol, Frank)"]
    small = {**wanted, "data": {"title": "Pen", "total": 5}}
    assert deals.api.call("alice", "POST", "/approvals/preview", small).body["steps"] == []
    empty = {"process": "pair"}
    (unknown,) = deals.api.call("alice", "POST", "/approvals/preview", empty).body["steps"]
    assert (unknown["step"], unknown["people"]) == ("", [])
    assert deals.api.call("mallory", "POST", "/approvals/preview", wanted).code == "process.unknown"
    deals.start("pair")
    (now,) = deals.api.call("alice", "GET", f"/orders/{deals.number}/approvers").body["steps"]
    assert (now["state"], now["status"], now["values"]) == ("running", "open", {"total": 500})
    assert deals.api.call("mallory", "GET", f"/orders/{deals.number}/approvers").status == 404
