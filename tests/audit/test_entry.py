"""Bodies of entries: bytes, numbers, personal commitments, the chain."""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.audit.chain import extend, genesis, link
from orderloom.audit.entries import seal
from orderloom.audit.entry import ENVELOPE, Header, decode, encode
from orderloom.audit.personal import Committer, disclose
from orderloom.audit.persons import Persons
from orderloom.platform.engine import Event

AT = "2026-11-22T05:47:56.123456Z"
HEADER = Header(at=AT, actor="u_7f3", channel="api", command=2, runtime=4)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "comment", "b.c", "$p", "c"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@dataclass
class Command:
    """What is sealed of one."""

    groups: Sequence[Sequence[Event]]
    personal: Sequence[str] = ()
    answers: Any = None
    persons: Persons = field(default_factory=Persons)
    header: Header = field(default_factory=lambda: HEADER)


def committer(*paths: str) -> Committer:
    """Salts 0…0, 0…1, … instead of chance."""
    numbers = count()
    return Committer(paths, lambda: next(numbers).to_bytes(16, "big"))


def test_the_document_s_test_vector() -> None:
    text = (Path(__file__).parents[2] / "docs" / "audit-format.md").read_text("utf-8")
    first = genesis("3f0c", 42)
    assert f"genesis(42)  {first.hex()}" in text
    assert f"hash(1)      {link(first, 42, 1, b'{}').hex()}" in text


def test_the_document_names_the_whole_envelope() -> None:
    text = (Path(__file__).parents[2] / "docs" / "audit-format.md").read_text("utf-8")
    section = text[text.index("## 2. Body") : text.index("## 3. ")]
    assert set(re.findall(r"^\| `(\w+)` \| ", section, re.MULTILINE)) == ENVELOPE | {"at"}


def test_an_entry_s_bytes_are_fixed() -> None:
    facts = {"def": "approval-tier@17", "in": {"total": Decimal("48211.40")}, "at": AT}
    body = encode("decided", facts, header=HEADER, index=0, count=3)
    assert body == (
        b'{"act":"u_7f3","at":"2026-11-22T05:47:56.123456Z","c":[2,0,3],"ch":"api",'
        b'"def":"approval-tier@17","in":{"total":48211.40},"rt":4,"t":"decided","v":1}'
    )


def test_the_chain_is_what_the_format_says() -> None:
    first = hashlib.sha256(b"orderloom/genesis/1\n" + b"log-1" + (42).to_bytes(8, "big")).digest()
    assert genesis("log-1", 42) == first
    place = (42).to_bytes(8, "big") + (1).to_bytes(4, "big")
    expected = hashlib.sha256(b"orderloom/entry/1\n" + first + place + b"{}").digest()
    assert link(first, 42, 1, b"{}") == expected
    assert extend(first, 42, 0, [b"{}", b"[]"]) == [expected, link(expected, 42, 2, b"[]")]


@pytest.mark.parametrize(
    ("facts", "problem"),
    [({"t": 1}, "envelope"), ({"ch": "x"}, "envelope"), ({"at": "yesterday"}, "happened at")],
)
def test_facts_may_not_change_the_envelope(facts: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        encode("read", facts, header=HEADER, index=0, count=1)


@given(st.dictionaries(st.sampled_from(["data", "in", "out", "patch", "x"]), JSON))
def test_facts_come_back_exactly(facts: dict[str, Any]) -> None:
    body = encode("read", facts, header=HEADER, index=1, count=2, trace=b"{}", answers=[1])
    entry = decode(body)
    assert entry.facts == {**facts, "at": AT}
    assert (entry.type, entry.actor, entry.place, entry.answers) == (
        "read",
        "u_7f3",
        (2, 1, 2),
        [1],
    )
    assert entry.trace_digest == hashlib.sha256(b"{}").hexdigest()


@given(st.dictionaries(st.sampled_from(["data", "in", "out", "comment"]), JSON))
def test_committed_facts_come_back_exactly(facts: dict[str, Any]) -> None:
    author = committer("a", "b.c", "c.a")
    hidden = author.facts(facts)
    kept = {each.slot: each.value for each in author.found}
    assert disclose(hidden, kept) == facts


EMAIL = "ann@example.org"


@pytest.mark.parametrize(
    "facts",
    [
        {"data": {"customer": {"email": EMAIL, "id": "C1"}}},
        {"data": {"lines": [{"name": EMAIL}, {"name": EMAIL}]}},
        {"patch": [{"op": "add", "path": "/customer/email", "value": EMAIL}]},
        {"patch": [{"op": "add", "path": "/customer", "value": {"email": EMAIL}}]},
        {"patch": [{"op": "replace", "path": "", "value": {"customer": {"email": EMAIL}}}]},
        {"patch": [{"op": "add", "path": "/lines/-", "value": {"name": EMAIL}}]},
        {"patch": [{"op": "replace", "path": "/lines/7/name", "value": EMAIL}]},
        {"patch": [{"op": "add", "path": "/lines", "value": [{"name": EMAIL}]}]},
        {"in": {"customer.email": EMAIL}},
        {"in": {"customer": {"email": EMAIL}}},
        {"comment": EMAIL},
        {"round": {"verdicts": [{"comment": EMAIL}]}},
        {"reason": EMAIL},
        {"tasks": {"2": {"why": {"values": {"customer.email": EMAIL}}}}},
        {"held": {"tasks": {"2": {"why": {"values": {"customer": {"email": EMAIL}}}}}}},
        {"tasks": {"2": {"why": {"added_by": "u_1", "reason": EMAIL}}}},
        {"out": {"$p": 0, "c": EMAIL}},
    ],
    ids=str,
)
def test_personal_values_do_not_stand_in_the_body(facts: dict[str, Any]) -> None:
    author = committer("customer.email", "lines.name")
    hidden = author.facts(facts)
    body = encode("data.changed", hidden, header=HEADER, index=0, count=1)
    assert EMAIL.encode() not in body
    kept = {each.slot: each.value for each in author.found}
    assert disclose(decode(body).facts, kept) == {**facts, "at": AT}


def test_what_is_not_personal_stays_readable() -> None:
    facts = {"data": {"customer": {"id": "C1"}, "total": Decimal("1.20")}, "in": {"customer.id": 1}}
    author = committer("customer.email")
    assert author.facts(facts) == facts
    assert author.found == []


def test_a_commitment_is_an_hmac_and_equal_values_look_different() -> None:
    author = committer("a", "b")
    hidden = author.facts({"data": {"a": "x", "b": "x"}})
    salt = (0).to_bytes(16, "big")
    expected = b64encode(hmac.digest(salt, json.dumps("x").encode(), "sha256")).decode()
    assert hidden["data"]["a"] == {"$p": 0, "c": expected}
    assert hidden["data"]["b"]["c"] != expected


def test_an_erased_value_leaves_its_marker() -> None:
    author = committer("a")
    hidden = author.facts({"data": {"a": "x"}})
    assert disclose(hidden, {}) == hidden


@pytest.mark.parametrize(
    ("facts", "trace", "answers", "slots"),
    [
        ({"out": 1}, {"inputs": {"total": 2}}, [[0, "d", ["u_1"]]], 0),
        ({"data": {"email": EMAIL}}, None, None, 1),
        ({"comment": EMAIL}, None, None, 1),
        ({"out": 1}, {"inputs": {"email": EMAIL}, "rows": ["r1"]}, None, 1),
        ({"in": {"email": EMAIL}}, {"inputs": {"email": EMAIL}}, None, 2),
        ({"out": 1}, None, [[0, "d", {"comment": EMAIL}]], 1),
    ],
)
def test_an_entry_is_sealed_with_its_trace_and_answers(
    facts: dict[str, Any], trace: dict[str, Any] | None, answers: Any, slots: int
) -> None:
    numbers = count()
    command = Command([[Event("decided", facts, trace)]], ("email",), answers)
    (sealed,) = seal([command], lambda: next(numbers).to_bytes(16, "big"))
    (body,), (kept_trace,) = sealed.bodies, sealed.traces
    personal = sealed.personal.get(0, ())
    assert EMAIL.encode() not in body + (kept_trace or b"")
    assert len(personal) == slots
    kept = {each.slot: each.value for each in personal}
    entry = decode(body)
    assert disclose(entry.facts, kept) == {**facts, "at": AT}
    assert disclose(entry.answers, kept) == answers
    if kept_trace is not None:
        assert disclose(json.loads(kept_trace), kept) == trace
        assert entry.trace_digest == hashlib.sha256(kept_trace).hexdigest()


def test_of_a_command_only_what_is_personal_is_committed() -> None:
    """One that holds nothing has the bytes that it has alone, whatever stands beside it."""
    plain = Event("stage.changed", {"enters": ["checking"]})
    forged = Event("event.received", {"data": {"$p": 0, "c": "x"}})
    decided = Event("decided", {"out": 1}, {"inputs": {"email": EMAIL}})
    said = Event("approval.verdict", {"verdict": "approve", "comment": "so be it"})
    again = Event("activity.ended", {"note": "Jan Nowak called"})
    events = [plain, decided, said, plain, forged, again, plain]
    persons = Persons(texts={"Jan Nowak": "name"}, repeated=(b"Jan Nowak",))
    answers = [[0, "NextNumber", "c1", 4]]
    numbers = count()
    command = Command([[event] for event in events], ("email",), answers, persons)
    beside = Command([[plain]])
    _, sealed, _ = seal([beside, command, beside], lambda: next(numbers).to_bytes(16, "big"))
    assert {at: len(kept) for at, kept in sealed.personal.items()} == {1: 1, 2: 1, 4: 1, 5: 1}
    for at in (0, 3, 6):
        asked = answers if at == 0 else None
        assert sealed.bodies[at] == encode(plain.type, plain.facts, HEADER, at, 7, None, asked)
    for at, event in enumerate(events):
        kept = {each.slot: each.value for each in sealed.personal.get(at, ())}
        entry = decode(sealed.bodies[at])
        assert disclose(entry.facts, kept) == {**event.facts, "at": AT}
        assert entry.place == (HEADER.command, at, 7)
    told = b"".join((*sealed.bodies, *filter(None, sealed.traces)))
    assert not [text for text in (EMAIL, "so be it", "Jan Nowak") if text.encode() in told]


def test_what_followed_at_once_stands_in_the_same_entry() -> None:
    """Values of all its events have slots of their own, and come back to where they stood."""
    told = Event("event.received", {"name": "hurry", "reason": "so be it", "at": AT})
    moved = Event("stage.changed", {"enters": ["asking"], "in": {"email": EMAIL}, "at": AT})
    begun = Event("work.started", {"tasks": {"3": {"note": "Jan Nowak called"}}, "at": AT})
    persons = Persons(author="u_1", texts={"Jan Nowak": "name"}, repeated=(b"Jan Nowak",))
    numbers = count()
    groups = [[told, moved, begun], [Event("decided", {"out": 1}, {"rows": ["r1"]})]]
    command = Command(groups, ("email",), None, persons)
    (sealed,) = seal([command], lambda: next(numbers).to_bytes(16, "big"))
    assert {at: len(kept) for at, kept in sealed.personal.items()} == {0: 3}
    assert [text for text in ("so be it", EMAIL, "Jan Nowak") if text in str(sealed.bodies)] == []
    kept = {each.slot: each.value for each in sealed.personal[0]}
    entry = decode(sealed.bodies[0])
    assert (entry.version, entry.place, decode(sealed.bodies[1]).version) == (2, (2, 0, 2), 1)
    assert [(type_, disclose(facts, kept)) for type_, facts in entry.told()] == [
        (each.type, each.facts) for each in (told, moved, begun)
    ]


@pytest.mark.parametrize("facts", [{"t": 1}, {"and": []}, {"at": "2026-11-22T05:47:57.000000Z"}])
def test_what_followed_keeps_to_the_names_and_the_instant(facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"stage\.changed"):
        encode("event.received", {}, HEADER, 0, 1, also=[Event("stage.changed", facts)])
