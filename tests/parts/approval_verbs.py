"""The verbs of an approval (language 6): how each is sent, by whom, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parts.api_client import Answer
from parts.approving import Deals

Send = Callable[[Deals, str, str], Answer]
Look = Callable[[Deals], bool]
# The second try is accepted and changes nothing; or it is another question, which is asked too.
ANSWERED_AS_BEFORE = ""
ANOTHER = "another"


@dataclass(frozen=True)
class Verb:
    """`send(deals, login, task)` does it. `wrong`: who may not, and the code; `twice`: the code of
    the second try. `before`: what must have happened.
    `done`: whether it has its effect; `said`: a part of what the audit says."""

    send: Send
    right: str
    wrong: tuple[str, str]
    twice: str
    done: Look
    said: str
    process: str = "deal"
    before: Callable[[Deals, str], object] = lambda deals, task: None


def verdict(word: str, **more: object) -> Send:
    return lambda deals, login, task: deals.post(
        login, f"/tasks/{task}/verdict", verdict=word, **more
    )


def at(address: str, **more: object) -> Send:
    return lambda deals, login, task: deals.post(login, f"/tasks/{task}/{address}", **more)


def answer(deals: Deals, login: str, task: str) -> Answer:
    # The number that the question's task got, whether or not it is open still.
    n = next(n for n in range(1, 40) if f"{deals.order}.{n}" > task and _was_answer(deals, n))
    return deals.post(login, f"/tasks/{deals.order}.{n}/complete", data={"answer": "A branch"})


def _was_answer(deals: Deals, n: int) -> bool:
    told = deals.app.store.reads.entries(1, deals.order, before=None, limit=100)
    return any(str(n) in (e.facts.get("tasks") or {}) and e.facts.get("to") for e in told)


def ask(deals: Deals, task: str) -> None:
    assert verdict("ask", comment="Why?")(deals, "carol", task).status == 200


def appoint(deals: Deals, login: str, task: str) -> Answer:
    days = {"from_": "2026-03-02", "until": "2026-03-06"}
    return deals.post(login, "/substitutions", person="carol", substitute="dave", **days)


def dismiss(deals: Deals, login: str, task: str) -> Answer:
    items = deals.api.call("carol", "GET", "/substitutions").body["items"]
    return deals.api.call(login, "DELETE", f"/substitutions/{items[0]['id']}")


def bulk(deals: Deals, login: str, task: str) -> Answer:
    """One task of many: its own result stands for the whole."""
    sent = deals.post(login, "/tasks/bulk-verdict", tasks=[task], verdict="approve")
    (result,) = sent.body["results"]
    assert (sent.status, result["id"]) == (200, task)
    if result["ok"]:
        return sent
    return Answer(result["problem"]["status"], sent.headers, result["problem"])


def in_stage(stage: str) -> Look:
    return lambda deals: deals.stages() == [stage]


def votes(count: int) -> Look:
    return lambda deals: (
        count
        == sum(
            len(step["verdicts"])
            for record in deals.read()["activities"].values()
            for step in (record.get("round") or {}).get("steps", ())
        )
    )


def asked(*names: str) -> Look:
    def look(deals: Deals) -> bool:
        ids = {deals.app.accounts.person(name).id for name in names}  # type: ignore[union-attr]
        found = {name for task in deals.read()["tasks"].values() for name in task["for"]}
        return {f"u:{id_}" for id_ in ids} <= found

    return look


def taken(by: str | None) -> Look:
    def look(deals: Deals) -> bool:
        tasks = deals.read()["tasks"].values()
        person = deals.app.accounts.by_login(by) if by else None
        return any(task.get("assignee") == (person.id if person else None) for task in tasks)

    return look


def stands_in(login: str, count: int) -> Look:
    def look(deals: Deals) -> bool:
        actor = deals.app.accounts.by_login(login)
        return actor is not None and len(actor.in_place_of) == count

    return look


NOT_ASKED = ("dave", "approval.not_a_candidate")
DAVE = {"to": "dave", "reason": "he knows it"}
VERBS: dict[str, Verb] = {
    "approve": Verb(
        verdict("approve"), "carol", NOT_ASKED, "task.closed", in_stage("agreed"), "Carol approved"
    ),
    "reject": Verb(
        verdict("reject", comment="Too dear"),
        "carol",
        NOT_ASKED,
        "order.ended",
        lambda deals: deals.read()["outcome"] == "rejected",
        "Too dear",
    ),
    "return": Verb(
        verdict("return", comment="Which one?"),
        "carol",
        NOT_ASKED,
        "task.closed",
        in_stage("correction"),
        "Carol returned",
    ),
    "abstain": Verb(
        verdict("abstain"),
        "carol",
        NOT_ASKED,
        "approval.already_voted",
        votes(1),
        "Carol abstained",
        process="pair",
    ),
    "ask": Verb(
        verdict("ask", comment="Why?", to="bob"),
        "carol",
        NOT_ASKED,
        ANOTHER,
        asked("bob"),
        "Carol asked back",
    ),
    "answer": Verb(
        answer,
        "alice",
        ("bob", "task.not_yours"),
        "task.closed",
        lambda deals: "A branch" in str(deals.read()["tasks"]),
        "A branch",
        before=ask,
    ),
    "approve with changes": Verb(
        verdict("approve", changes={"note": "Paid early"}),
        "carol",
        NOT_ASKED,
        "task.closed",
        lambda deals: deals.read()["data"].get("note") == "Paid early",
        "Carol changed",
    ),
    "claim": Verb(
        at("claim"), "carol", NOT_ASKED, ANSWERED_AS_BEFORE, taken("carol"), "Carol took the task"
    ),
    "unclaim": Verb(
        at("claim", release=True),
        "carol",
        ("frank", "task.taken"),
        ANSWERED_AS_BEFORE,
        taken(None),
        "Carol gave the task back",
        before=lambda deals, task: deals.post("carol", f"/tasks/{task}/claim"),
    ),
    "reassign": Verb(
        at("reassign", **DAVE),
        "carol",
        NOT_ASKED,
        "approval.not_a_candidate",
        asked("dave"),
        "Carol gave the task",
    ),
    "delegate once": Verb(
        at("delegate", **DAVE),
        "carol",
        NOT_ASKED,
        "approval.delegated",
        asked("dave"),
        "Carol lets Dave",
    ),
    "add an approver": Verb(
        at("approvers", **DAVE),
        "carol",
        NOT_ASKED,
        "task.asked_already",
        asked("dave"),
        "Carol also asks Dave",
    ),
    "let somebody stand in": Verb(
        appoint,
        "carol",
        ("frank", "substitution.not_allowed"),
        "substitution.taken",
        stands_in("dave", 1),
        "",
    ),
    "end that somebody stands in": Verb(
        dismiss,
        "carol",
        ("frank", "substitution.not_found"),
        "substitution.ended",
        stands_in("dave", 0),
        "",
        before=lambda deals, task: deals.absent("carol", "dave"),
    ),
    "approve as a substitute": Verb(
        verdict("approve"),
        "dave",
        ("bob", "approval.not_a_candidate"),
        "task.closed",
        in_stage("agreed"),
        "Dave (for Carol) approved",
        before=lambda deals, task: deals.absent("carol", "dave"),
    ),
    "withdraw": Verb(
        verdict("withdraw"),
        "alice",
        ("carol", "approval.not_the_requester"),
        "approval.withdrawn",
        in_stage("correction"),
        "withdrawn",
    ),
    "undo": Verb(
        verdict("undo"),
        "carol",
        ("frank", "task.closed"),
        "approval.nothing_to_undo",
        votes(0),
        "Carol took back",
        process="slow",
        before=lambda deals, task: verdict("approve")(deals, "carol", task),
    ),
    "bulk": Verb(bulk, "carol", NOT_ASKED, "task.closed", in_stage("agreed"), "Carol approved"),
}
