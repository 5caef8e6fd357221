"""What nobody should do with an approval: each try has its sentence and is written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from parts.api_client import Answer
from parts.approval_verbs import DAVE, at, verdict
from parts.approving import Deals

from orderloom.platform.words import Words


def on_anothers(deals: Deals, task: str) -> Answer:
    return verdict("approve")(deals, "dave", task)


def by_mallory(deals: Deals, task: str) -> Answer:
    return verdict("approve")(deals, "mallory", task)


def twice(deals: Deals, task: str) -> Answer:
    verdict("approve")(deals, "carol", task)
    return verdict("reject", comment="No")(deals, "carol", task)


def after_withdrawal(deals: Deals, task: str) -> Answer:
    verdict("withdraw")(deals, "alice", task)
    return verdict("approve")(deals, "carol", task)


def on_stale_content(deals: Deals, task: str) -> Answer:
    revision = deals.api.call("alice", "GET", f"/orders/{deals.number}").body["revision"]
    changed = deals.api.call(
        "alice", "PATCH", f"/orders/{deals.number}/data", {"total": 900}, If_Match=f'"{revision}"'
    )
    assert changed.status == 200, changed
    return verdict("approve")(deals, "carol", task)


def by_the_requesters_substitute(deals: Deals, task: str) -> Answer:
    deals.absent("alice", "frank")
    return verdict("approve")(deals, "frank", task)


def for_somebody_else(deals: Deals, task: str) -> Answer:
    return verdict("approve", for_="carol")(deals, "frank", task)


def by_the_requester_as_a_substitute(deals: Deals, task: str) -> Answer:
    deals.absent("carol", "alice")
    return verdict("approve")(deals, "alice", task)


def of_another_order(deals: Deals, task: str) -> Answer:
    return verdict("approve")(deals, "carol", f"{deals.order}.999")


def delegated_and_on(deals: Deals, task: str) -> Answer:
    at("delegate", **DAVE)(deals, "carol", task)
    return at("delegate", to="bob")(deals, "dave", task)


def to_the_requester(deals: Deals, task: str) -> Answer:
    return at("reassign", to="alice")(deals, "carol", task)


def to_nobody(deals: Deals, task: str) -> Answer:
    return at("approvers", to="nobody")(deals, "carol", task)


def what_may_not_be_changed(deals: Deals, task: str) -> Answer:
    return verdict("approve", changes={"title": "Yacht"})(deals, "carol", task)


def too_late(deals: Deals, task: str) -> Answer:
    task = deals.start("slow")
    verdict("approve")(deals, "carol", task)
    deals.pass_(minutes=6)
    return verdict("undo")(deals, "carol", task)


MISUSES: dict[str, tuple[Callable[[Deals, str], Answer], str]] = {
    "on another's task": (on_anothers, "approval.not_a_candidate"),
    "by mallory, who may see nothing": (by_mallory, "task.not_found"),
    "twice": (twice, "task.closed"),
    "after the withdrawal": (after_withdrawal, "approval.withdrawn"),
    "on stale content": (on_stale_content, "approval.stale"),
    "by the requester's substitute": (by_the_requesters_substitute, "approval.separation"),
    "by the requester as a substitute": (by_the_requester_as_a_substitute, "approval.separation"),
    "for somebody else": (for_somebody_else, "substitution.not_yours"),
    "with the task of another order": (of_another_order, "task.not_found"),
    "delegated, and on": (delegated_and_on, "approval.delegated_to_you"),
    "reassigned to the requester": (to_the_requester, "approval.separation"),
    "one more who does not exist": (to_nobody, "task.unknown_person"),
    "with changes of other fields": (what_may_not_be_changed, "form.not_editable"),
    "taken back too late": (too_late, "task.closed"),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_misuse(deals: Deals, misuse: str) -> None:
    """Each has its code and sentence, is written down, and the order is as it was just before."""
    send, code = MISUSES[misuse]
    task = deals.start()
    # What leads to it happens first; the wrong try itself is the last command.
    told = deals.refusals()
    answer = send(deals, task)
    assert answer.code == code, answer
    assert answer.body["title"] == Words("en").text(
        f"problems.{code}", **(answer.body.get("params") or {})
    )
    before = deals.read()
    assert deals.refusals() == told + 1 or code == "task.unknown_person"
    send_again = verdict("approve")
    assert send_again(deals, "mallory", task).code == "task.not_found"
    assert deals.read() == before


def test_bulk_with_one_bad_item(deals: Deals) -> None:
    good = [deals.start(), deals.start()]
    answer = deals.post(
        "carol", "/tasks/bulk-verdict", tasks=[good[0], "no such task", good[1]], verdict="approve"
    )
    assert answer.status == 200
    assert [each["ok"] for each in answer.body["results"]] == [True, False, True]
    assert answer.body["results"][1]["problem"]["code"] == "task.not_found"
    assert (answer.body["done"], answer.body["refused"]) == (2, 1)
    assert deals.stages() == ["agreed"]
