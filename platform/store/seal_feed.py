"""What the sealer reads: entries that are in no checkpoint yet, and what they must continue, all in
one snapshot (engine 6)."""

from __future__ import annotations

import binascii
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, text

from orderloom.platform.codec import dumps
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.seal_rows import Behind, CheckpointRow, Head

# By these an order has its number.
NUMBERED: Final = frozenset({"order.created", "order.started"})
_COLUMNS: Final = "e.id, e.stream, e.seq, e.type, e.hash, {body}"
_BY_ID: Final = (
    f"SELECT {_COLUMNS.format(body='CAST(e.body AS BLOB)')} FROM audit_entry e"
    " WHERE e.id > :after ORDER BY e.id LIMIT :limit"
)
_AT_ID: Final = "SELECT stream, seq, hash FROM audit_entry WHERE id = :id"
_BY_WINDOW: Final = (
    f"SELECT {_COLUMNS.format(body='e.body')} FROM audit_entry e"
    " WHERE e.id > :after AND e.xid >= CAST(CAST(:low AS TEXT) AS xid8)"
    " AND e.xid < CAST(CAST(:high AS TEXT) AS xid8) ORDER BY e.id LIMIT :limit"
)
# Restored into another cluster: all that its tree does not hold.
_LEFT: Final = (
    f"SELECT {_COLUMNS.format(body='e.body')} FROM audit_entry e WHERE e.id > :sealed"
    " OR (e.id > :floor AND e.xid >= CAST(CAST(:low AS TEXT) AS xid8)"
    " AND (e.id > :after OR e.xid >= CAST(CAST(:high AS TEXT) AS xid8))) ORDER BY e.id"
)
_HELD: Final = (
    "SELECT e.at FROM audit_entry e WHERE e.id > :floor"
    " AND e.xid >= CAST(CAST(:high AS TEXT) AS xid8) ORDER BY e.xid, e.id LIMIT 1"
)
# The entries of a checkpoint are sorted by number: in memory, bodies and all.
_ROOM: Final = "SET LOCAL work_mem = '32MB'"
_XMIN: Final = "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"
_ERA: Final = "SELECT CAST(system_identifier AS TEXT) FROM pg_control_system()"
_AT_WORK: Final = (
    "SELECT CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT),"
    " CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT)"
)
_NEWEST: Final = "SELECT at FROM audit_entry ORDER BY id DESC LIMIT 1"
_MAY_LOCK: Final = "SELECT has_table_privilege('audit_entry', 'UPDATE')"
_MAY_ASK: Final = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')"
_WANTED: Final = {
    True: "(SELECT json_extract(value, '$[0]') AS stream, json_extract(value, '$[1]') AS seq"
    " FROM json_each(:wanted)) w",
    False: "(SELECT CAST(value ->> 0 AS BIGINT) AS stream, CAST(value ->> 1 AS BIGINT) AS seq"
    " FROM json_array_elements(CAST(:wanted AS json))) w",
}
_BEFORE: Final = (
    "SELECT e.stream, e.seq, e.hash FROM {wanted}"
    " JOIN audit_entry e ON e.stream = w.stream AND e.seq = w.seq"
)
_ORDERS: Final = (
    "SELECT r.id, r.chain_seq, r.chain_head FROM {wanted} JOIN order_row r ON r.id = w.stream"
)
_STREAMS: Final = (
    "SELECT s.stream, s.chain_seq, s.chain_head FROM {wanted}"
    " JOIN audit_stream s ON s.stream = w.stream"
)
_NAMES: Final = (
    "SELECT n.order_id, n.value FROM {wanted} JOIN order_reference n ON n.order_id = w.stream"
    " WHERE n.process = '' AND n.key = 'number' UNION ALL"
    " SELECT s.stream, s.name FROM {wanted} JOIN audit_stream s ON s.stream = w.stream"
)

_STRICTLY: Final = partial(binascii.a2b_base64, strict_mode=True)


def behind(database: Database, last: CheckpointRow | None, limit: int) -> Behind:
    """Up to `limit` entries behind the last checkpoint, of a restored database all."""
    start = last or CheckpointRow(no=0, size=0, root=b"", at="", note="")
    if database.sqlite:
        with database.reading() as connection:
            bounds = {"after": start.cursor.after, "limit": limit}
            rows = _read(connection.execute(text(_BY_ID), bounds))
            after = rows[-1][0] if rows else start.cursor.after
            found = _around(connection, rows, start, FeedCursor(after=after))
            return replace(found, covered=_covered(connection, start.cursor.after))
    with database.reading() as connection:
        connection.execute(text(_ROOM))
        era = _era(connection)
        if last is None or era == start.era:
            return _windowed(connection, replace(start, era=era), limit)
        if not connection.execute(text(_MAY_LOCK)).scalar_one():
            return _left_in_peace(connection, start, era)
    with database.writing() as connection:
        # Nobody writes an entry meanwhile: what is there is all that the other cluster left.
        connection.execute(text("LOCK TABLE audit_entry IN SHARE MODE"))
        return _left(connection, start, era)


def _covered(connection: Connection, last: int) -> tuple[int, int, bytes] | tuple[()] | None:
    """What stands at an id. SQLite gives that of a last entry which is gone to the next one."""
    if not last:
        return ()
    row = connection.execute(text(_AT_ID), {"id": last}).first()
    return None if row is None else (row[0], row[1], unpacked(row[2]))


def _left_in_peace(connection: Connection, start: CheckpointRow, era: str) -> Behind:
    """The same for a role that may not lock the table: at a moment at which nobody writes, which
    the next look may find."""
    xmin, xmax = connection.execute(text(_AT_WORK)).one()
    if xmin == xmax:
        return _left(connection, start, era)
    earliest = connection.execute(text(_NEWEST)).scalar()
    return Behind(cursor=start.cursor, era=start.era, held_since=earliest)


def _windowed(connection: Connection, start: CheckpointRow, limit: int) -> Behind:
    """The rest of a window that was begun, then all that has ended since."""
    cursor, rows = start.cursor, list[Any]()
    if cursor.high:
        rows = _window(connection, cursor, start.floor, limit)
        if len(rows) == limit:
            following = replace(cursor, after=rows[-1][0])
            return _around(connection, rows, start, following)
        cursor = FeedCursor(low=cursor.high)
    high = int(connection.execute(text(_XMIN)).scalar_one())
    cursor = FeedCursor(cursor.low, max(high, cursor.low))
    rows += _window(connection, cursor, start.floor, limit - len(rows))
    if len(rows) == limit:
        return _around(connection, rows, start, replace(cursor, after=rows[-1][0]))
    held = connection.execute(text(_HELD), {"floor": start.floor, "high": str(cursor.high)})
    found = _around(connection, rows, start, FeedCursor(low=cursor.high))
    return replace(found, held_since=held.scalar())


def _window(connection: Connection, cursor: FeedCursor, floor: int, limit: int) -> list[Any]:
    values = {"after": max(cursor.after, floor), "limit": limit}
    bounds = {"low": str(cursor.low), "high": str(cursor.high)}
    return _read(connection.execute(text(_BY_WINDOW), values | bounds))


def _left(connection: Connection, start: CheckpointRow, era: str) -> Behind:
    cursor = start.cursor
    sealed = connection.execute(text("SELECT COALESCE(MAX(high_id), 0) FROM audit_tile"))
    rows = _read(
        connection.execute(
            text(_LEFT),
            {
                "sealed": sealed.scalar_one(),
                "floor": start.floor,
                "low": str(cursor.low),
                "high": str(cursor.high),
                "after": cursor.after if cursor.high else 0,
            },
        )
    )
    top = connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM audit_entry")).scalar_one()
    low = int(connection.execute(text(_XMIN)).scalar_one())
    return _around(connection, rows, replace(start, era=era, floor=top), FeedCursor(low=low))


def _around(
    connection: Connection, rows: Sequence[Any], start: CheckpointRow, cursor: FeedCursor
) -> Behind:
    if not rows:
        return Behind(cursor=cursor, era=start.era, floor=start.floor)
    ids, streams, seqs, types, stored, bodies = zip(*rows, strict=True)
    if type(bodies[0]) is not bytes:
        bodies = tuple(map(_bytes, bodies))
    fresh = {
        at: streams[at]
        for at, (seq, type_) in enumerate(zip(seqs, types, strict=True))
        if seq == 1 or type_ in NUMBERED
    }
    names = _names(connection, set(fresh.values()))
    hashes = _all_unpacked(stored)
    return Behind(
        cursor=cursor,
        era=start.era,
        floor=start.floor,
        ids=ids,
        streams=streams,
        seqs=seqs,
        hashes=hashes,
        bodies=bodies,
        befores={
            (stream, seq): unpacked(hash_)
            for stream, seq, hash_ in _asked(connection, _BEFORE, _not_here(streams, seqs))
        },
        heads=_heads(connection, streams, seqs, hashes),
        names={at: names[stream] for at, stream in fresh.items() if stream in names},
    )


def _heads(
    connection: Connection,
    streams: Sequence[int],
    seqs: Sequence[int],
    hashes: Sequence[bytes],
) -> dict[int, Head]:
    """What the streams say of themselves. Most end with an entry that was read just now; of the
    others that entry is asked for."""
    last = dict(zip(streams, range(len(streams)), strict=True))
    told = _asked(connection, _ORDERS, [(stream, 0) for stream in last])
    if len(told) < len(last):
        others = last.keys() - {stream for stream, _, _ in told}
        told += _asked(connection, _STREAMS, [(stream, 0) for stream in others])
    further = [(stream, seq) for stream, seq, _ in told if seqs[last[stream]] != seq]
    asked = {stream: unpacked(hash_) for stream, _, hash_ in _asked(connection, _BEFORE, further)}
    return {
        stream: Head(
            seq,
            unpacked(head),
            hashes[last[stream]] if seqs[last[stream]] == seq else asked.get(stream),
        )
        for stream, seq, head in told
    }


def _not_here(streams: Sequence[int], seqs: Sequence[int]) -> list[tuple[int, int]]:
    """The entries that these must continue and that do not stand before them here: most follow
    what is just before them."""
    found, ends = list[tuple[int, int]](), dict[int, int]()
    last = number = 0
    for stream, seq in zip(streams, seqs, strict=True):
        if stream != last or seq != number + 1:
            ends[last] = number
            if seq > 1 and ends.get(stream) != seq - 1:
                found.append((stream, seq - 1))
            last = stream
        number = seq
    return found


def _read(result: CursorResult[Any]) -> list[Any]:
    """All rows as the driver gives them: they are many, and looked at once."""
    with closing(result):
        return [] if result.cursor is None else list(result.cursor.fetchall())


def _names(connection: Connection, streams: Collection[int]) -> Mapping[int, str]:
    return dict(_asked(connection, _NAMES, {(stream, 0) for stream in streams}))


def _asked(connection: Connection, sql: str, wanted: Collection[tuple[int, int]]) -> list[Any]:
    if not wanted:
        return []
    source = _WANTED[connection.dialect.name == "sqlite"]
    values = {"wanted": dumps(sorted(wanted)).decode()}
    return [tuple(row) for row in connection.execute(text(sql.format(wanted=source)), values)]


def _era(connection: Connection) -> str:
    """Which cluster this is; "" where it does not tell."""
    if not connection.execute(text(_MAY_ASK)).scalar_one():
        return ""
    return str(connection.execute(text(_ERA)).scalar_one())


def _all_unpacked(stored: Sequence[Any]) -> list[bytes]:
    """The same as `unpacked` for each, at once where all are what they must be."""
    try:
        return list(map(_STRICTLY, stored))
    except (TypeError, ValueError):
        return list(map(unpacked, stored))


def unpacked(content: Any) -> bytes:
    """Bytes stored as base64; none if it is none any more."""
    try:
        return _STRICTLY(content)
    except (TypeError, ValueError):
        return b""


def _bytes(content: Any) -> bytes:
    return content.encode() if isinstance(content, str) else bytes(content or b"")
