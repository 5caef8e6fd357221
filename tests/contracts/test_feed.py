"""`FeedTables`: every entry once, in the order of commits, on each kind of database."""

from __future__ import annotations

from parts.store_rows import add, at, entry, kept, settled
from sqlalchemy import text
from sqlmodel import SQLModel

from orderloom.platform.store import Store
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.feed_rows import FeedCursor, FeedEntry


def read(
    store: Store, cursor: FeedCursor, *, limit: int = 100, types: tuple[str, ...] | None = None
) -> tuple[list[tuple[int, int]], FeedCursor]:
    """All that is behind a cursor as (stream, seq), read in pieces."""
    found: list[FeedEntry] = []
    while True:
        piece, cursor = store.audit.feed(cursor, limit=limit, types=types)
        if not piece:
            return [(each.stream, each.seq) for each in found], cursor
        found += piece


def write(store: Store, *rows: SQLModel) -> None:
    """Writes rows of which the feed holds nothing back."""
    add(store, *rows)
    settled(store)


def test_all_is_read_once_whatever_the_pieces(store: Store) -> None:
    for n in range(1, 8):
        write(store, entry(10 + n % 2, n))
    everything = [(10 + n % 2, n) for n in range(1, 8)]
    for limit in (1, 2, 3, 7, 100):
        found, cursor = read(store, FeedCursor(), limit=limit)
        assert found == everything
        assert read(store, cursor, limit=limit)[0] == []
    write(store, entry(12, 1))
    assert read(store, cursor)[0] == [(12, 1)]


def test_the_cursor_is_kept_as_text(store: Store) -> None:
    write(store, entry(2, 1), entry(2, 2))
    (first,), cursor = store.audit.feed(FeedCursor(), limit=1)
    assert first.seq == 1
    assert read(store, FeedCursor.of(str(cursor)))[0] == [(2, 2)]


def test_other_types_are_passed_over(store: Store) -> None:
    write(store, entry(2, 1, type="a"), entry(2, 2, type="b"), entry(2, 3, type="a"))
    found, cursor = read(store, FeedCursor(), limit=1, types=("a",))
    assert found == [(2, 1), (2, 3)]
    write(store, entry(2, 4, type="b"))
    assert read(store, cursor, types=("a",))[0] == []


def test_what_followed_at_once_is_found_by_its_own_type(store: Store) -> None:
    """Pieces never part what one entry tells, and an entry that tells nothing of it is no end."""
    moved = (
        '{"act":"u","and":[{"enters":["checking"],"t":"stage.changed"}],"at":"2026-03-06T12:00:00'
        '.000000Z","c":[1,0,1],"ch":"x","rt":1,"t":"event.received","v":2}'
    )
    write(store, *(entry(2, n, type="event.received") for n in (1, 2, 3)))
    write(store, entry(2, 4, type="event.received", body=moved))
    types = ("stage.changed",)
    for limit in (1, 2, 100):
        assert read(store, FeedCursor(), limit=limit, types=types)[0] == [(2, 4)]
    (found,), _ = store.audit.feed(FeedCursor(), limit=100, types=types)
    assert (found.type, found.facts["enters"]) == ("stage.changed", ["checking"])
    told = [(seq, each.type) for seq, each in store.audit.history(2, after=3, upto=4)]
    assert told == [(4, "event.received"), (4, "stage.changed")]


def test_personal_values_are_put_back(store: Store) -> None:
    body = (
        '{"act":"u","at":"2026-03-06T12:00:00.000000Z","c":[1,0,1],"ch":"x","data":{"name":'
        '{"$p":0,"c":"x"}},"rt":1,"t":"event.received","v":1}'
    )
    write(store, entry(2, 1, body=body), kept(2, 1, 0, '"Żaneta"', path="name"))
    (found,), _ = store.audit.feed(FeedCursor(), limit=5)
    assert found.facts["data"] == {"name": "Żaneta"}
    ((seq, event),) = store.audit.history(2, after=0, upto=9)
    assert (seq, event.facts["data"]) == (1, {"name": "Żaneta"})


def test_a_window_begins_at_a_moment(store: Store) -> None:
    for n in range(1, 40):
        write(store, entry(2, n, at=stamp(at(n))))
    found, _ = read(store, store.audit.feed_since(at(30)))
    # A little before it, since the clocks of several programs differ.
    assert found == [(2, n) for n in range(29, 40)]
    assert read(store, store.audit.feed_since(at(-1)))[0][0] == (2, 1)
    assert read(store, store.audit.feed_since(at(99)))[0] == []


def test_from_the_end_only_what_comes_later_is_read(store: Store) -> None:
    write(store, entry(2, 1))
    cursor = store.audit.feed_end()
    assert read(store, cursor)[0] == []
    write(store, entry(2, 2))
    assert read(store, cursor)[0] == [(2, 2)]


def test_what_is_committed_late_is_not_lost(store: Store) -> None:
    """An id that was taken earlier and committed later: on PostgreSQL a cursor of ids loses it."""
    if store.database.sqlite:
        # There is one writer: the second waits for the first.
        write(store, entry(2, 1), entry(3, 1))
        assert read(store, FeedCursor())[0] == [(2, 1), (3, 1)]
        return
    insert = text(
        "INSERT INTO audit_entry (organisation_id, stream, seq, type, at, actor, body, hash)"
        " SELECT organisation_id, :stream, seq, type, at, actor, body, hash FROM audit_entry"
        " WHERE stream = 2"
    )
    write(store, entry(2, 1))
    with store.database.engine.connect() as slow:
        slow.execute(insert, {"stream": 3})
        add(store, entry(4, 1))
        found, cursor = read(store, FeedCursor(), limit=1)
        assert found == [(2, 1)]
        slow.commit()
    settled(store)
    assert read(store, cursor, limit=1)[0] == [(3, 1), (4, 1)]
