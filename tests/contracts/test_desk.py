"""The auditor's desk finds what a slow look at every entry finds, on each kind of database."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parts.slow_desk import SlowDesk
from parts.store_rows import START, add, at, entry, numbered, order, settled

from orderloom.platform.app import audit_search
from orderloom.platform.app.audit_asking import asked
from orderloom.platform.app.audit_index import AuditIndex
from orderloom.platform.app.audit_query import AuditQuery, EntryTest, ValueTest, audit_query
from orderloom.platform.app.audit_search import COUNTED, search
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store import Store
from orderloom.platform.store.account_rows import User
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.feed_rows import FeedCursor

ERIN = Actor("u_erin", zone="Europe/Warsaw")
PEOPLE = {"u_bob": "Bob", "u_carol": "Carol", "u_twin": "Bob Berg"}
ACTORS = [*PEOPLE, "system", "c:shop"]
NUMBERS = [Decimal(text) for text in ("-3", "0", "0.15", "0.150001", "12", "50000", "50000.01")]
TEXTS = ["B", "b", "12", "Łódź", "", "x y", "2026-05-01"]
VALUES: list[Any] = [*NUMBERS, *TEXTS, True, False]
ORDERS = range(1, 13)
ENTRIES = 150


def facts_of(chance: random.Random) -> tuple[str, dict[str, Any]]:
    pick = chance.choice
    value, other = pick(VALUES), pick(VALUES)
    return pick(
        [
            (
                "decided",
                {
                    "decision": pick(["tier", "route"]),
                    "def": pick(["tier@1", "tier@2", "route@1", "tier-2@1"]),
                    "in": {
                        "total": value,
                        "customer": {"country": other},
                        "secret": {"$p": 0, "c": "x"},
                    },
                    "out": pick([other, {"tier": other, "who": {"$p": 1, "c": "y"}}]),
                    "rows": chance.sample(["r1", "r2", "r7"], chance.randrange(3)),
                },
            ),
            ("approval.verdict", {"verdict": pick(["approve", "reject", "ask"]), "step": "s"}),
            (
                "approval.opened",
                {
                    "approval": "limits",
                    "tasks": {"4": {"why": {"rule": "r7", "values": {"total": value}}}},
                },
            ),
            ("refused", {"code": pick(["task.not_yours", "order.stale"])}),
            ("data.changed", {"patch": [{"op": "replace", "path": "/total", "value": value}]}),
            ("stage.changed", {"exits": ["draft"], "enters": [pick(["checking", "closed"])]}),
            ("definition.published", {"id": "tier", "version": pick([1, 2]), "kind": "decision"}),
            ("substitution.set", {"person": pick(ACTORS), "substitute": "u_carol"}),
        ]
    )


def followed(chance: random.Random) -> dict[str, Any]:
    """What stands in an entry beside what it followed from; no entry is of two definitions."""
    type_, facts = facts_of(chance)
    while any(name in facts for name in ("def", "approval", "version", "person")):
        type_, facts = facts_of(chance)
    return {**facts, "t": type_}


@pytest.fixture
def slow(store: Store) -> SlowDesk:
    """Entries of twelve orders and of two organisations' security streams, written and indexed."""
    chance = random.Random(20261127)
    for id_, name in PEOPLE.items():
        known = User(id=id_, organisation=1, login=id_, name=name, password="")
        store.accounts.add_user(known)
    rows: list[Any] = []
    for number in ORDERS:
        rows += [order(number, process=f"p{number % 2}"), numbered(number, f"SO-{number}")]
    seqs = dict.fromkeys([*ORDERS, 900, 901], 0)
    for n in range(ENTRIES):
        stream = chance.choice([*ORDERS, 900, 901])
        seqs[stream] += 1
        type_, facts = facts_of(chance)
        if seqs[stream] == 1 and stream in ORDERS:
            type_, facts = (
                "order.created",
                {"process": f"p{stream % 2}", "data": {"total": chance.choice(VALUES)}},
            )
        moment = stamp(at(n * 97) + timedelta(seconds=chance.randrange(-20, 20)))
        facts |= {
            "t": type_,
            "at": moment,
            "act": chance.choice(ACTORS),
            "ch": chance.choice(["web", "api"]),
        }
        if not n % 5:
            facts["obo"] = "u_carol"
        if not n % 4:
            facts["and"] = [followed(chance) for _ in range(chance.randrange(1, 3))]
        if stream == 900 and n % 2:
            facts["subj"] = chance.choice(list(ORDERS))
        more = {"type": type_, "at": moment, "facts": facts}
        rows.append(entry(stream, seqs[stream], 2 if stream == 901 else 1, **more))
    add(store, *rows)
    settled(store)
    index = AuditIndex(store.audit, store.desk, lambda: at(ENTRIES * 97))
    assert index.lag() > 0
    assert index.catch_up() == ENTRIES
    assert index.lag() == 0
    return slow_desk(store)


def slow_desk(store: Store) -> SlowDesk:
    everything, _ = store.audit.feed_bodies(FeedCursor(), limit=10_000)
    return SlowDesk(
        everything,
        processes={id_: f"p{id_ % 2}" for id_ in ORDERS},
        numbers={f"SO-{id_}": id_ for id_ in ORDERS},
        names=PEOPLE,
    )


def found(store: Store, query: AuditQuery, limit: int) -> list[int]:
    """All pages of an answer, one after another; each is told how many there are."""
    desk: Any = SimpleNamespace(reads=store.reads)
    sought = asked(desk, store.desk, ERIN, query)
    ids: list[int] = []
    counted: list[tuple[int, bool]] = []
    before: int | None = None
    while True:
        page = search(store.desk, sought, before=before, limit=limit)
        assert len(page.rows) <= limit
        counted.append((len(ids) + page.count, page.whole))
        ids += [row.id for row in page.rows]
        if page.further is None:
            break
        assert before is None or page.further < before
        before = page.further
    for count, whole in counted:
        assert count == len(ids) if whole else count <= len(ids) or count > COUNTED
    return ids


VALUE_TESTS = st.builds(
    ValueTest,
    st.sampled_from(["in", "out"]),
    st.sampled_from(["total", "total", "customer.country", "tier", "secret", "secret.c"]),
    st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
    st.sampled_from([("0.15",), ("15 %",), ("50 000",), ("12",), ("true",), ("Łódź",), ("-3",)]),
) | st.just(ValueTest("in", "total", "of", ("12", "B", "0.15")))
DATA_TESTS = st.builds(
    ValueTest,
    st.just("data"),
    st.just("total"),
    st.sampled_from(["eq", "gt", "le"]),
    st.sampled_from(["12", "0.15", "B"]).map(lambda v: (v,)),
)


def some(*choices: Any) -> st.SearchStrategy[Any]:
    """Mostly nothing, so that not all answers are empty."""
    return st.sampled_from([*choices[:1] * (len(choices) * 2), *choices[1:]])


TESTS = st.builds(
    EntryTest,
    who=some((), ("u_bob",), ("Bob", "carol"), ("berg bob",), ("system",), ("u_nobody",)),
    behalf=some((), ("Carol",)),
    what=some((), ("verdict",), ("approved", "refusal"), ("decision",), ("refused/order.stale",)),
    definition=some("", "tier", "tier@2", "limits"),
    row=some("", "r7", "r9"),
    values=st.lists(VALUE_TESTS, max_size=2).map(tuple) | st.just(()),
)
QUERIES = st.builds(
    AuditQuery,
    entry=TESTS,
    also=TESTS | st.just(EntryTest()),
    data=st.lists(DATA_TESTS, max_size=1).map(tuple),
    order=some("", "SO-3", "SO-99"),
    process=some("", "p0", "px"),
    channel=some("", "api"),
    stage=some("", "checking", "draft"),
    about=some("", "Bob", "u_carol"),
    since=some("", "2026-03-08", "2026-03-10T08:00:00Z"),
    until=some("", "2026-03-12", "2026-03-15T10:00:00+01:00"),
)
# (few, few streams, block, largest block, looks, looks for counting)
LARGE = (2_000, 300, 64, 1_024, 8_000, 2_500)
SMALL = (5, 2, 4, 16, 60, 24)


@pytest.mark.parametrize("bounds", [LARGE, SMALL], ids=["large", "small"])
def test_it_finds_what_a_slow_look_finds(
    store: Store, slow: SlowDesk, bounds: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("FEW", "FEW_STREAMS", "BLOCK", "LARGEST_BLOCK", "MOST_LOOKS", "MOST_COUNTING")
    for name, bound in zip(names, bounds, strict=True):
        monkeypatch.setattr(audit_search, name, bound)

    @example(AuditQuery(entry=EntryTest(values=(ValueTest("in", "total", "lt", ("Łódź",)),))), 3)
    @settings(max_examples=60, deadline=None)
    @given(QUERIES, st.sampled_from([3, 7, 50]))
    def check(query: AuditQuery, limit: int) -> None:
        assert found(store, query, limit) == slow.ids(query, ERIN.zone)

    check()


@given(QUERIES)
def test_a_question_is_read_back_from_its_address(query: AuditQuery) -> None:
    assert audit_query(query.words()) == query


def test_of_orders_approved_by_a_row_in_a_month(store: Store, slow: SlowDesk) -> None:
    """The question of the issue: approved, by row 7 with a discount over 15 %, in a period."""
    words = {"what": "approved", "o_row": "r7", "o_v1": "in total gt 15 %", "since": "2026-03-07"}
    query = audit_query(words)
    assert not isinstance(query, Rejection)
    ids = found(store, query, 50)
    assert ids
    assert ids == slow.ids(query, ERIN.zone)


def test_it_is_made_again_the_same(store: Store, slow: SlowDesk) -> None:
    query = AuditQuery(entry=EntryTest(what=("verdict",)))
    before = found(store, query, 50)
    index = AuditIndex(store.audit, store.desk, lambda: START)
    told: list[int] = []
    assert index.rebuild(told.append) == ENTRIES
    assert told[-1] == ENTRIES
    assert found(store, query, 50) == before


def test_who_is_later_adds_nothing_twice(store: Store) -> None:
    add(store, entry(1, 1), entry(1, 2))
    settled(store)
    index = AuditIndex(store.audit, store.desk, lambda: START)
    stale = store.desk.state().cursor
    assert index.run_once() == 2
    assert index.run_once() == 0
    assert not store.desk.add(stale, FeedCursor(after=99), [])
    add(store, entry(1, 3))
    settled(store)
    assert index.run_once(limit=1) == 1
    assert index.run_once(limit=1) == 0


def test_no_personal_value_is_kept(store: Store, slow: SlowDesk) -> None:
    words = store.desk.words(1, "slot", ["in:", "out:", "data:"], begin=True)
    assert "in:total" in words
    assert not [word for word in words if "secret" in word or "who" in word]
