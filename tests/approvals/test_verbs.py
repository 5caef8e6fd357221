"""Each verb of an approval, over the API: the right person, the wrong person, and twice.

The right person's verb has its effect and stands in the audit by name. Anybody else's, and one that
comes twice, changes nothing, is told in a sentence of its own, and stands in the audit too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from parts.api_client import Answer
from parts.approving import Deals, open_deals

from orderloom.platform.app.appointing import Dismiss
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.words import Words

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
TRIES = ("right person", "wrong person", "twice")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deals]:
    with open_deals(tmp_path_factory.mktemp("deals")) as opened:
        yield opened


@pytest.fixture
def deals(shared: Deals) -> Iterator[Deals]:
    """Everybody is there, and nobody has been refused too often to be written down."""
    yield shared
    admin = shared.app.accounts.by_login("ada")
    assert admin is not None
    for each in shared.app.substitutions.seen(admin):
        if each.may_end:
            ending = Dismiss(actor=OPERATOR, channel="cli", id=each.one.id)
            shared.app.runner.appoint(ending)
    shared.pass_(minutes=2)


@pytest.mark.parametrize("tried", TRIES)
@pytest.mark.parametrize("verb", VERBS)
def test_verb(deals: Deals, verb: str, tried: str) -> None:
    one = VERBS[verb]
    task = deals.start(one.process)
    one.before(deals, task)
    if tried == "wrong person":
        _refused(deals, lambda: one.send(deals, one.wrong[0], task), one.wrong[1])
        return
    done = one.send(deals, one.right, task)
    assert done.status in (200, 201), done
    assert one.done(deals), deals.read()
    assert not one.said or any(one.said in said for said in deals.told()), deals.told()
    if tried == "right person":
        return
    if one.twice in (ANSWERED_AS_BEFORE, ANOTHER):
        before = deals.read()
        assert one.send(deals, one.right, task).status == 200
        assert (deals.read() == before) is (one.twice == ANSWERED_AS_BEFORE)
    else:
        _refused(deals, lambda: one.send(deals, one.right, task), one.twice)


def _refused(deals: Deals, send: Callable[[], Answer], code: str) -> None:
    """The try changes nothing, has a sentence of its own, and is written down."""
    before, told = deals.read(), deals.refusals()
    answer = send()
    assert (answer.code, answer.status >= 400) == (code, True), answer
    said = Words("en").text(f"problems.{code}", **(answer.body.get("params") or {}))
    assert answer.body["title"] == said
    assert "{" not in said
    assert deals.read() == before
    assert deals.refusals() > told or _is_only_told(answer)


def _is_only_told(answer: Answer) -> bool:
    """What people meet who set a substitution in good faith is told, not written down."""
    code = str(answer.code)
    return code.startswith("substitution.") and answer.status in (404, 409, 422)


# ── misuse ───────────────────────────────────────────────────────────────────────────────────


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
    answer = deals.post(who, "/substitutions", **{**days, **body})
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
