"""`InboundTables`: each message is kept once, tried when it is due, and settled for good."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from parts.store_rows import START, add, at, order
from sqlalchemy import text

from orderloom.platform.store import Store
from orderloom.platform.store import tables_orders as orders
from orderloom.platform.store.inbound_rows import Arrival, Became, KeptMessage, State

ONE = Arrival(
    organisation=1,
    connector="wms",
    message="picked",
    once="a",
    body='{"id":"Żółć \\u0000"}',
    headers={"x_topic": "picked"},
    received=START,
    sender="u_7",
)
PROBLEM = {"code": "inbound.no_order", "message": "there is none", "params": {"value": "SO-1"}}


def kept(store: Store, *arrivals: Arrival) -> list[KeptMessage]:
    return list(store.inbound.keep(arrivals or (ONE,), due=at(1)))


def current(store: Store, message: KeptMessage) -> KeptMessage:
    found = store.inbound.one(message.arrival.organisation, message.id)
    assert found is not None
    return found


def test_a_message_comes_as_kept(store: Store) -> None:
    (message,) = kept(store)
    expected = KeptMessage(id=message.id, arrival=ONE, state=State.RECEIVED, due=at(1))
    assert message == expected == current(store, message)


def test_what_nothing_wants_is_kept_and_never_tried(store: Store) -> None:
    (message,) = kept(store, replace(ONE, message=""))
    assert (message.state, message.due) == (State.IGNORED, None)
    assert list(store.inbound.due(at(99), 10)) == []


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"body": '{"id":"again"}', "headers": {}, "received": at(5), "sender": None}, True),
        ({"once": "b"}, False),
        ({"message": "shipped"}, False),
        ({"connector": "erp"}, False),
        ({"organisation": 2}, False),
    ],
)
def test_the_same_message_is_kept_once(store: Store, change: Any, same: bool) -> None:
    (first,) = kept(store)
    (second,) = kept(store, replace(ONE, **change))
    assert (second.id == first.id) is same
    assert second.arrival == (ONE if same else replace(ONE, **change))


def test_many_who_send_the_same_keep_it_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept(store)[0].id, range(16)))
    assert len(set(found)) == 1
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM inbound_message")).scalar() == 1


def test_the_longest_due_comes_first(store: Store) -> None:
    first, second, third = kept(store, *(replace(ONE, once=once) for once in "abc"))
    store.inbound.became(second, Became(state=State.RECEIVED, due=at(0), problem=PROBLEM))
    assert [each.id for each in store.inbound.due(at(0), 10)] == [second.id]
    assert [each.id for each in store.inbound.due(at(1), 10)] == [second.id, first.id, third.id]
    assert [each.id for each in store.inbound.due(at(1), 2)] == [second.id, first.id]
    tried = current(store, second)
    assert (tried.attempts, tried.problem, tried.state) == (1, PROBLEM, State.RECEIVED)


DONE = Became(state=State.DONE, order=7, number="SO-7")
STILL = Became(state=State.QUARANTINED, problem=PROBLEM)
Way = Callable[[Store, KeptMessage], Any]


def again(store: Store, message: KeptMessage) -> KeptMessage | None:
    return store.inbound.again(message, number=None, by="u_1", at=at(9))


def discard(store: Store, message: KeptMessage) -> KeptMessage | None:
    return store.inbound.discard(message, by="u_1", at=at(9))


@pytest.mark.parametrize(
    ("ways", "state", "due"),
    [
        ([DONE], State.DONE, None),
        ([STILL], State.QUARANTINED, None),
        ([STILL, DONE], State.DONE, None),
        ([DONE, STILL], State.DONE, None),
        ([STILL, again], State.RECEIVED, at(9)),
        ([STILL, again, DONE], State.DONE, None),
        ([again], State.RECEIVED, at(9)),
        ([DONE, again], State.DONE, None),
        ([STILL, discard], State.DISCARDED, None),
        ([discard, DONE], State.DISCARDED, None),
        ([discard, again], State.DISCARDED, None),
        ([DONE, discard], State.DONE, None),
    ],
)
def test_what_is_settled_stays_so(store: Store, ways: Any, state: State, due: Any) -> None:
    (message,) = kept(store)
    for way in ways:
        if isinstance(way, Became):
            store.inbound.became(message, way)
        else:
            way(store, message)
    found = current(store, message)
    assert (found.state, found.due) == (state, due)


def test_who_settled_it_is_known(store: Store) -> None:
    (message,) = kept(store)
    store.inbound.became(message, STILL)
    found = store.inbound.again(message, number="SO-9", by="u_1", at=at(9))
    assert found is not None
    assert (found.number, found.settled_by, found.settled) == ("SO-9", "u_1", at(9))
    assert (found.attempts, found.problem) == (0, None)
    store.inbound.became(message, DONE)
    assert current(store, message).order == 7
    assert discard(store, message) is None


def test_lists_are_of_one_organisation(store: Store) -> None:
    mine = kept(store, *(replace(ONE, once=str(n)) for n in range(5)))
    (other,) = kept(store, replace(ONE, organisation=2))
    store.inbound.became(mine[3], STILL)
    ids = [each.id for each in store.inbound.listed(1, None, before=None, limit=3)]
    assert ids == [mine[4].id, mine[3].id, mine[2].id]
    rest = store.inbound.listed(1, State.RECEIVED, before=ids[-1], limit=9)
    assert [each.id for each in rest] == [mine[1].id, mine[0].id]
    assert store.inbound.count(1, State.RECEIVED, limit=3) == 3
    assert store.inbound.count(1, State.QUARANTINED, limit=3) == 1
    assert store.inbound.one(1, other.id) is None
    assert store.inbound.one(1, 2**70) is None


def test_an_order_is_found_by_its_key(store: Store) -> None:
    add(store, order(5), order(6, organisation=2))
    key = {"process": "b2b", "key": "shop", "value": "A-1"}
    add(store, orders.OrderReference(organisation_id=1, order_id=5, **key))
    add(store, orders.OrderReference(organisation_id=2, order_id=6, **key))
    found = [store.reads.order_by_key(one, **key) for one in (1, 2, 3)]
    assert [each.id if each else None for each in found] == [5, 6, None]
    for other in ({"process": "b2c"}, {"key": "erp"}, {"value": "A-2"}):
        assert store.reads.order_by_key(1, **{**key, **other}) is None
