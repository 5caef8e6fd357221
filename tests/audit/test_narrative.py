"""Every entry reads as a sentence, in three languages."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.said_of_administration import SAID_OF_ADMINISTRATION
from parts.said_of_records import SAID_OF_RECORDS
from parts.said_of_rules import SAID_OF_RULES
from parts.said_of_stock import SAID_OF_STOCK

import orderloom.platform.words
from orderloom.audit.narrative import Teller, sentence
from orderloom.audit.phrases import PHRASES
from orderloom.platform.codec import load_yaml
from orderloom.platform.engine.events import TYPES
from orderloom.platform.words import LANGUAGES, Words

NAMES = {"u_1": "Bob", "u_2": "Carol", "u_3": "Alice"}
TITLES = {
    "manager": "Manager",
    "approval": "Approval",
    "checking": "Checking",
    "picked": "Picked",
    "fraud": "Fraud",
    "finance": "Finance",
}
WHY = {"rule": "3", "decision": "approval-matrix", "values": {"limit": 5000, "total": 7200}}
ERROR = {"kind": "declined", "code": "409", "message": "VAT ID not valid"}
TASK = {"id": "manager", "title": "Manager", "for": ["u:u_1", "r:finance"], "why": WHY}

# type, facts, English sentence
SAID: list[tuple[str, dict[str, Any], str]] = [
    ("order.created", {"requester": "u_1"}, "Bob created the order"),
    ("order.created", {"draft": True}, "Bob began a draft"),
    ("order.created", {"parent": {"number": "SO-1"}}, "The order began as a part of SO-1"),
    ("order.started", {"number": "SO-1"}, "Bob started the order, number SO-1"),
    ("order.discarded", {}, "Bob threw the draft away"),
    ("order.ended", {"outcome": "completed"}, "The order is completed"),
    ("order.ended", {"outcome": "lost"}, "The order ended: lost"),
    ("order.migrated", {"release": "9"}, "The order continues by the definitions of release 9"),
    (
        "stage.changed",
        {"exits": ["checking"], "enters": ["approval", "goods"]},
        "The order moved from Checking to Approval, goods",
    ),
    ("stage.changed", {"enters": ["checking"]}, "The order is at Checking"),
    ("stage.changed", {"exits": ["checking"], "enters": []}, "The order left Checking"),
    ("work.started", {"tasks": {"3": TASK}}, "To do now: Manager"),
    ("work.started", {"activities": {"3": {"id": "manager"}}}, "Under way: Manager"),
    ("work.started", {"timers": {"3": {}}}, "The deadlines run"),
    ("work.started", {"stages": ["checking"]}, "Nothing has to be done here"),
    ("activity.ended", {"id": "manager", "status": "failed"}, "Manager failed"),
    ("activity.started", {"id": "manager"}, "Bob started Manager"),
    ("task.done", {"title": "Correct"}, "Bob completed the task Correct"),
    (
        "task.done",
        {"id": "manager", "outcome": "ship", "comment": "ok"},
        "Bob completed the task Manager: ship: “ok”",
    ),
    ("task.claimed", {"assignee": "u_1"}, "Bob took the task"),
    ("task.claimed", {"assignee": None}, "Bob gave the task back"),
    (
        "task.escalated",
        {"for": ["u:u_2", "r:finance"]},
        "Nobody answered in time; now asked: Carol, everybody who is Finance",
    ),
    ("task.reassigned", {"title": "Correct", "to": "u_2"}, "Bob gave the task Correct to Carol"),
    ("task.delegated", {"to": "u_2", "for": "u_1"}, "Bob lets Carol give this verdict"),
    ("task.delegated", {"to": "u_2", "for": "u_3"}, "Bob (for Alice) lets Carol give this verdict"),
    ("checked", {"tasks": {"1": {}, "2": {}}, "closed": [7]}, "The check found 2 problems"),
    ("checked", {"tasks": None, "closed": [7]}, "1 problem is solved"),
    ("checked", {}, "The check found no problem"),
    (
        "checked",
        {"tasks": {"1": {}}, "changed": [1]},
        "The check says something new of 1 problem",
    ),
    (
        "ticket.waived",
        {"id": "vat", "reason": "known"},
        "Bob set the problem vat aside: “known”",
    ),
    (
        "ticket.waived",
        {"id": "vat", "title": {"en": "No VAT number", "pl": "Brak NIP"}, "reason": "known"},
        "Bob set the problem No VAT number aside: “known”",
    ),
    (
        "approval.opened",
        {"approval": "b2b-approval", "tasks": {"3": TASK}},
        "b2b-approval asks for approval: Bob, everybody who is Finance – Manager: "
        "limit 5,000, total 7,200 (row 3 of approval-matrix)",
    ),
    ("approval.opened", {"approval": "b2b"}, "b2b: nobody has to approve"),
    ("approval.verdict", {"step": "manager", "verdict": "approve"}, "Bob approved step Manager"),
    (
        "approval.verdict",
        {"step": "manager", "verdict": "reject", "comment": {"$p": 0, "c": "k"}},
        "Bob rejected step Manager: “erased”",
    ),
    ("approval.verdict", {"step": "x", "verdict": "sing"}, "Bob answered step x with sing"),
    (
        "approval.undone",
        {"step": "x", "reason": "typo"},
        "Bob took back the verdict on step x: “typo”",
    ),
    (
        "approval.settled",
        {"tasks": {"3": TASK}},
        "The verdicts stand now; next is asked: Bob, everybody who is Finance",
    ),
    ("approval.settled", {}, "The verdicts stand now and cannot be taken back any more"),
    ("approval.extended", {"step": "x", "to": "u_2"}, "Bob also asks Carol, beside step x"),
    ("approval.closed", {"approval": "b2b", "outcome": "approved"}, "b2b: approved"),
    ("approval.closed", {"approval": "b2b", "outcome": "odd"}, "b2b: odd"),
    (
        "approval.voided",
        {"approval": "b2b", "fields": ["total", "lines"]},
        "b2b begins anew, because this changed: total, lines",
    ),
    (
        "decided",
        {
            "decision": "tier",
            "def": "tier@3",
            "in": {"total": Decimal("7200.50"), "express": True},
            "out": {"tier": "two"},
            "rows": ["r3"],
        },
        "tier gave tier two, because of total 7,200.5, express yes (row r3 of tier@3)",
    ),
    ("decided", {"decision": "fee", "out": None}, "fee gave –"),
    *SAID_OF_RULES,
    *SAID_OF_STOCK,
    *SAID_OF_ADMINISTRATION,
    *SAID_OF_RECORDS,
    ("read", {"collection": "rates", "key": "EUR", "out": {}}, "Read EUR from rates"),
    ("read", {"collection": "rates"}, "Read rates"),
    ("read", {"order": "SO-1"}, "Read the order SO-1"),
    ("numbered", {"sequence": "invoice", "out": 1200}, "invoice gave the number 1200"),
    (
        "data.changed",
        {"cause": "edit", "patch": [{"op": "add", "path": "/total"}, {"path": "/lines/0/qty"}]},
        "Bob changed: total, lines",
    ),
    ("data.changed", {"cause": "set", "patch": []}, "Filled in by the process: –"),
    ("result.set", {"as": "dialog"}, "dialog was filled in"),
    ("file.attached", {"filename": "offer.pdf"}, "Bob added the file offer.pdf"),
    (
        "file.detached",
        {"filename": "offer.pdf", "reason": "wrong one"},
        "Bob hid the file offer.pdf: “wrong one”",
    ),
    ("milestone.reached", {"id": "paid"}, "Milestone reached: paid"),
    ("tagged", {"add": ["vip"]}, "Tagged: vip"),
    ("tagged", {"remove": ["vip"]}, "Tag taken away: vip"),
    ("linked", {"number": "SO-9"}, "Linked with the order SO-9"),
    ("linked.started", {"process": "return"}, "A new order of return was started"),
    (
        "held",
        {"hold": "fraud", "on": True, "reason": "odd"},
        "Bob put the order on hold: Fraud: “odd”",
    ),
    ("held", {"hold": "fraud", "on": False}, "Bob lifted the hold Fraud"),
    ("event.received", {"name": "picked", "by": "u_1"}, "Bob reported: Picked"),
    ("event.received", {"name": "picked", "source": "wms"}, "wms reported: Picked"),
    ("event.kept", {"name": "picked"}, "Picked came early and waits"),
    ("event.dropped", {"name": "picked", "why": "x"}, "Picked came early and was not needed"),
    (
        "event.refused",
        {"name": "picked", "source": "wms", "why": "no.such"},
        "wms reported Picked, which was refused: no.such",
    ),
    ("event.raised", {"name": "picked"}, "The process announced: Picked"),
    ("commented", {"comment": "Look"}, "Bob commented: “Look”"),
    (
        "commented",
        {"comment": {"$p": 0, "c": "x"}, "mentions": ["u_2", "u_3"]},
        "Bob commented and mentioned Carol, Alice: “erased”",
    ),
    ("sent", {"event": "picked", "to": [7]}, "Picked was sent to another order"),
    ("sent", {"event": "picked", "to": [7, 8]}, "Picked was sent to 2 orders"),
    ("child.started", {"children": [{}, {}]}, "2 parts of the order were started"),
    ("child.numbered", {"number": "SO-1/1"}, "A part of the order has the number SO-1/1"),
    ("child.ended", {"order": 7, "outcome": "sent"}, "The part 7 ended: sent"),
    (
        "child.ended",
        {"order": 7, "outcome": "lost", "failed": True},
        "The part 7 ended without success: lost",
    ),
    (
        "call.requested",
        {"connector": "erp", "operation": "create-invoice"},
        "erp was asked for create-invoice",
    ),
    (
        "call.requested",
        {"connector": "erp", "operation": "cancel", "undo": True},
        "erp was asked for cancel, to undo what was done",
    ),
    (
        "call.requested",
        {"connector": "erp", "operation": "cancel", "compensates": 4},
        "erp was asked for cancel, to undo what was done",
    ),
    (
        "call.result",
        {"connector": "erp", "operation": "bill", "late": True},
        "erp has done bill, too late",
    ),
    (
        "call.result",
        {"connector": "erp", "operation": "bill", "error": ERROR},
        "erp has not done bill: VAT ID not valid",
    ),
    (
        "call.result",
        {"connector": "erp", "operation": "bill", "error": {"code": "call.timeout"}},
        "erp has not done bill: The other side did not answer in time",
    ),
    ("call.result", {"connector": "erp", "operation": "bill"}, "erp has done bill"),
    ("timer.fired", {"stage": "checking"}, "A deadline of Checking has come"),
    ("timer.fired", {"kind": "due"}, "A deadline has come"),
    ("timers.changed", {"set": {}}, "The deadlines follow the changed data"),
    ("messages.taken", {"seen": {}}, "Messages of other orders were read"),
    ("undo.noted", {"action": {}}, "How to undo this was noted"),
    ("undone", {"action": {}}, "A step was undone"),
    ("undone", {"skipped": True}, "A step was left as it is, not undone"),
    ("error.raised", {"kind": "stock", "cause": {"block": "x"}}, "Something failed: stock"),
    (
        "attention.opened",
        {"task": {"why": {"kind": "event", "event": "failed.bill", "error": ERROR}}},
        "Somebody has to look at the order: VAT ID not valid",
    ),
    ("attention.settled", {"way": "move", "stage": "checking"}, "Bob moved the order to Checking"),
    ("attention.settled", {"way": "skip", "reason": "ok"}, "Bob skipped what had failed: “ok”"),
    ("command.failed", {"error": ERROR}, "Something could not be done: VAT ID not valid"),
    (
        "attention.settled",
        {"way": "correct", "reason": "typo"},
        "Bob corrected the data and had it tried again: “typo”",
    ),
    ("order.ended", {"outcome": "cancelled"}, "The order is cancelled"),
    ("order.ended", {"outcome": "rejected"}, "The order is rejected"),
    ("order.ended", {"outcome": "expired"}, "The order has expired"),
    ("activity.ended", {"id": "manager", "status": "done"}, "Manager is done"),
    ("activity.ended", {"id": "manager", "status": "cancelled"}, "Manager was cancelled"),
    ("approval.verdict", {"step": "x", "verdict": "return"}, "Bob returned step x for correction"),
    ("approval.verdict", {"step": "x", "verdict": "abstain"}, "Bob abstained in step x"),
    (
        "approval.verdict",
        {"step": "manager", "verdict": "approve", "expired": True},
        "Nobody decided step Manager in time: it is approved",
    ),
    (
        "approval.verdict",
        {"step": "x", "verdict": "reject", "expired": True},
        "Nobody decided step x in time: it is rejected",
    ),
    (
        "approval.verdict",
        {"step": "x", "verdict": "return", "expired": True},
        "Nobody decided step x in time: it is returned for correction",
    ),
    ("approval.verdict", {"step": "x", "verdict": "ask"}, "Bob asked back in step x"),
    ("approval.verdict", {"step": "x", "verdict": "withdraw"}, "Bob withdrew the request"),
    ("approval.closed", {"approval": "b2b", "outcome": "rejected"}, "b2b: rejected"),
    ("approval.closed", {"approval": "b2b", "outcome": "returned"}, "b2b: returned for correction"),
    ("approval.closed", {"approval": "b2b", "outcome": "withdrawn"}, "b2b: withdrawn"),
    ("approval.closed", {"approval": "b2b", "outcome": "partial"}, "b2b: approved in part"),
    ("approval.closed", {"approval": "b2b", "outcome": "unassignable"}, "b2b: nobody may decide"),
    ("approval.closed", {"approval": "b2b", "outcome": "voided"}, "b2b: no longer valid"),
    (
        "decided",
        {"decision": "fee", "in": {"total": 1}, "out": 2},
        "fee gave 2, because of total 1",
    ),
    ("attention.settled", {"way": "retry"}, "Bob had it tried again"),
    ("attention.settled", {"way": "odd"}, "Bob settled what had failed"),
    ("refused", {"code": "no.such", "message": "no way"}, "Bob was refused: no way"),
]


@pytest.mark.parametrize(("type_", "facts", "expected"), SAID, ids=lambda each: str(each)[:30])
def test_sentences(type_: str, facts: dict[str, Any], expected: str) -> None:
    said = {
        language: sentence(
            type_, facts, actor="u_1", words=Words(language), names=NAMES, titles=TITLES
        )
        for language in LANGUAGES
    }
    assert said["en"] == expected
    assert expected == "b2b: odd" or len(set(said.values())) == 3
    assert not any("{" in each or "audit." in each for each in said.values())


def test_every_variant_is_shown_above() -> None:
    words = Words("en")
    shown = set()
    for type_, facts, _ in SAID:
        variant, _ = PHRASES[type_](Teller(facts, "u_1", words))
        shown.add(f"{type_}.{variant}")
    assert sorted(shown) == sorted(_variants())


def _variants() -> set[str]:
    """The sentences of the catalogue, by type and variant; plurals count once."""
    path = Path(orderloom.platform.words.__file__).with_name("en") / "audit.yaml"
    found: set[str] = set()
    todo: list[tuple[str, Any]] = [("", load_yaml(path.read_text("utf-8"), file="").value)]
    while todo:
        place, value = todo.pop()
        if not isinstance(value, dict) or "other" in value:
            found.add(place)
        else:
            todo += [(f"{place}.{key}".lstrip("."), inner) for key, inner in value.items()]
    return {each for each in found if each.rpartition(".")[0] in TYPES}


def test_every_event_type_has_a_sentence() -> None:
    assert sorted(PHRASES) == sorted(TYPES)
    assert {type_ for type_, _, _ in SAID} == set(TYPES)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Bob approved step Manager: limit 5,000, total 7,200 (row 3 of approval-matrix)",
        ),
        (
            "pl",
            "Bob zatwierdza krok Manager: limit 5 000, total 7 200 "
            "(wiersz 3 tabeli approval-matrix)",
        ),
        (
            "sk",
            "Bob schvaľuje krok Manager: limit 5 000, total 7 200 "
            "(riadok 3 tabuľky approval-matrix)",
        ),
    ],
)
def test_a_verdict_says_why_it_was_asked(language: str, expected: str) -> None:
    facts = {"step": "manager", "verdict": "approve"}
    said = sentence(
        "approval.verdict",
        facts,
        actor="u_1",
        words=Words(language),
        names=NAMES,
        titles=TITLES,
        why=WHY,
    )
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    ("actor", "other", "expected"),
    [
        ("u_1", "u_2", "Bob (for Carol) created the order"),
        ("system", None, "Orderloom created the order"),
        ("link", None, "The holder of the order’s link created the order"),
        ("c:wms", None, "the connector wms created the order"),
        ("u_gone", None, "u_gone created the order"),
    ],
)
def test_who_acted(actor: str, other: str | None, expected: str) -> None:
    said = sentence(
        "order.created", {}, actor=actor, words=Words("en"), names=NAMES, on_behalf_of=other
    )
    assert said == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_type_is_named(language: str) -> None:
    assert "brewed.tea" in sentence("brewed.tea", {}, actor="u_1", words=Words(language))


FACTS = st.dictionaries(
    st.sampled_from(sorted(set(re.findall(r"\w+", " ".join(TYPES.values()))))),
    st.none()
    | st.text(max_size=5)
    | st.integers()
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.none() | st.text(max_size=3), max_size=2),
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(TYPES)), FACTS)
def test_facts_of_another_version_never_break_a_sentence(type_: str, facts: dict[str, Any]) -> None:
    assert sentence(type_, facts, actor="u_1", words=Words("pl"))
