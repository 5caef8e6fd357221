"""`WatchTables`: one holder at a time, each hit told once, nothing written by who lost it."""

from __future__ import annotations

from datetime import datetime

import pytest
from parts.store_rows import START, add, at, keys

from orderloom.platform.store import Store
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.watch_rows import HeldWatch, HitWrite, KnownHit

SLOT = "watch:w:customer.id"


def held(
    store: Store, holder: str = "a", *, now: datetime = START, version: int = 1
) -> HeldWatch | None:
    store.watches.begin(1, "w", version=version, cursor=FeedCursor(after=7), stream=900)
    return store.watches.hold(
        1,
        "w",
        version=version,
        holder=holder,
        now=now,
        until=now.replace(minute=now.minute + 1),
    )


def mine(store: Store, holder: str = "a", *, now: datetime = START) -> HeldWatch:
    found = held(store, holder, now=now)
    assert found is not None
    return found


def hit(*events: str, rule: str = "r", key: str = "C-1", at: datetime = START) -> HitWrite:
    known = KnownHit(
        mark="|".join((rule, *events)),
        rule=rule,
        key=key,
        events=events,
        at=at,
        awaited=False,
    )
    body = {"name": "suspected", "source": "w"}
    return HitWrite(hit=known, slot=SLOT, sort_key=key, bodies=(body,))


def letters(store: Store, order: int) -> list[tuple[int, int, str]]:
    return [(each.from_stream, each.from_n, each.kind) for each in store.work.letters(order)]


@pytest.fixture
def filled(store: Store) -> Store:
    """Two open orders of C-1, one of C-2, one of C-1 in another organisation."""
    add(
        store,
        *keys(10, {SLOT: "C-1"}),
        *keys(11, {SLOT: "C-1"}),
        *keys(12, {SLOT: "C-2"}),
        *keys(13, {SLOT: "C-1"}, organisation=2),
    )
    return store


def test_one_holds_a_watch_until_its_lease_ends(store: Store) -> None:
    first = mine(store)
    assert (first.cursor, first.read_at, first.stream) == (FeedCursor(after=7), None, 900)
    assert held(store, "b") is None
    assert mine(store).holder == "a"
    assert mine(store, "b", now=at(1)).holder == "b"
    assert held(store, "a", now=at(1)) is None


def test_who_lets_go_leaves_it_to_others(store: Store) -> None:
    store.watches.let_go(mine(store))
    assert held(store, "b") is not None


def test_a_hit_goes_to_the_open_orders_of_its_key_once(filled: Store) -> None:
    watch = mine(filled)
    sent = filled.watches.advance(
        watch, cursor=FeedCursor(after=9), read_at=at(1), hits=[hit("1.2", "3.4")]
    )
    assert sent == 2
    assert [letters(filled, order) for order in (10, 11, 12, 13)] == [
        [(900, 1, "hit")],
        [(900, 2, "hit")],
        [],
        [],
    ]
    again = [hit("1.2", "3.4"), hit("1.2", "3.5"), hit("5.1", key="C-2")]
    sent = filled.watches.advance(watch, cursor=FeedCursor(after=9), read_at=at(1), hits=again)
    assert sent == 3
    assert letters(filled, 10) == [(900, 1, "hit"), (900, 3, "hit")]
    assert letters(filled, 12) == [(900, 5, "hit")]
    later = mine(filled)
    assert (later.cursor, later.read_at) == (FeedCursor(after=9), at(1))


def test_who_lost_a_watch_writes_nothing(filled: Store) -> None:
    lost = mine(filled)
    mine(filled, "b", now=at(2))
    wanted = FeedCursor(after=99)
    assert filled.watches.advance(lost, cursor=wanted, read_at=at(1), hits=[hit("1.2")]) is None
    assert letters(filled, 10) == []
    assert mine(filled, "b", now=at(2)).cursor == FeedCursor(after=7)


def test_what_was_told_is_known(filled: Store) -> None:
    watch = mine(filled)
    told = [hit("5.6", at=at(-10)), hit("1.2", "3.4")]
    filled.watches.advance(watch, cursor=watch.cursor, read_at=None, hits=told)
    known = filled.watches.hits(1, "w", at(-10))
    assert [(one.rule, one.key, one.events, one.at) for one in known] == [
        ("r", "C-1", ("5.6",), at(-10)),
        ("r", "C-1", ("1.2", "3.4"), START),
    ]
    assert [one.events for one in filled.watches.hits(1, "w", at(-5))] == [("1.2", "3.4")]
    assert filled.watches.sweep(at(-5), limit=10) == 1
    assert [one.events for one in filled.watches.hits(1, "w", at(-10))] == [("1.2", "3.4")]


def test_a_watch_that_was_stopped_waits_for_a_newer_version(store: Store) -> None:
    store.watches.stop(mine(store), reason="w: it loops", now=at(0))
    assert held(store) is None
    (standing,) = store.watches.standing(1)
    assert (standing.stopped, standing.stopped_at) == ({"reason": "w: it loops"}, at(0))
    assert held(store, version=2) is not None
    assert store.watches.standing()[0].stopped is None


def test_a_watch_that_was_stopped_is_started_again(store: Store) -> None:
    store.watches.stop(mine(store), reason="w: it loops", now=at(0))
    store.watches.start_again(1, "w")
    assert held(store) is not None
    assert store.watches.standing(2) == []
