"""The SQL of the one feed: `FeedTables` (engine 6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, bindparam, text

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.together import FOLLOWS, LEADS
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed_rows import FeedBody, FeedCursor, FeedEntry

_READ: Final = (
    "SELECT e.id, e.organisation_id, e.stream, e.seq, e.type, e.at, e.body,"
    " {xid} FROM audit_entry e"
    " WHERE e.id > :after{window}{types} ORDER BY e.id LIMIT :limit"
)
_WINDOW: Final = (
    " AND e.xid >= CAST(CAST(:low AS TEXT) AS xid8) AND e.xid < CAST(CAST(:high AS TEXT) AS xid8)"
)
_XMIN: Final = "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"
_PERSONAL: Final = text(
    "SELECT e.id, p.slot, p.value FROM audit_entry e JOIN audit_personal p"
    " ON p.stream = e.stream AND p.seq = e.seq WHERE e.id IN :ids AND p.value <> ''"
).bindparams(bindparam("ids", expanding=True))
_HISTORY: Final = (
    "SELECT e.seq, e.body, p.slot, p.value FROM audit_entry e LEFT JOIN audit_personal p"
    " ON p.stream = e.stream AND p.seq = e.seq AND p.value <> ''"
    " WHERE e.stream = :stream AND e.seq > :after AND e.seq <= :upto ORDER BY e.seq"
)
# The clocks of several programs differ a little, and a transaction takes a moment.
MARGIN: Final = timedelta(minutes=1)


class _Placed(Protocol):
    @property
    def id(self) -> int: ...


class _Told(list[FeedEntry]):
    """What one entry tells."""

    @property
    def id(self) -> int:
        return self[0].id


T = TypeVar("T", bound=_Placed)
_Reading = Callable[[Connection, FeedCursor, int], Sequence[T]]


class SqlFeed:
    """Fulfils `FeedTables`. Reads without locks; writers never wait for a follower."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def feed(
        self, cursor: FeedCursor, *, limit: int, types: Collection[str] | None = None
    ) -> tuple[Sequence[FeedEntry], FeedCursor]:
        if types is None or FOLLOWS.keys().isdisjoint(types):
            read, behind = self._read(cursor, limit, partial(_entries, types=types))
            return [one for each in read for one in each], behind
        # What follows stands in the entry of what it followed from.
        wanted, behind = LEADS.union(types), cursor
        while True:
            read, behind = self._read(behind, limit, partial(_entries, types=wanted))
            found = [one for each in read for one in each if one.type in types]
            if found or len(read) < limit:
                return found, behind

    def feed_bodies(
        self, cursor: FeedCursor, *, limit: int
    ) -> tuple[Sequence[FeedBody], FeedCursor]:
        return self._read(cursor, limit, _bodies)

    def feed_since(self, moment: datetime) -> FeedCursor:
        """By halving: ids and instants rise together, but for the clocks of several programs."""
        wanted = stamp(moment - MARGIN)
        with self._database.reading() as connection:
            low, high = 0, _last(connection)
            while low < high:
                middle = (low + high) // 2
                found = connection.execute(
                    text("SELECT id, at FROM audit_entry WHERE id > :middle ORDER BY id LIMIT 1"),
                    {"middle": middle},
                ).first()
                if found is None or found[1] >= wanted:
                    high = middle
                else:
                    low = int(found[0])
        return FeedCursor(after=low)

    def feed_end(self) -> FeedCursor:
        with self._database.reading() as connection:
            if self._database.sqlite:
                return FeedCursor(after=_last(connection))
            return FeedCursor(low=_ended_below(connection))

    def history(self, stream: int, *, after: int, upto: int) -> Sequence[tuple[int, Event]]:
        bodies: dict[int, str] = {}
        kept: dict[int, dict[int, bytes]] = {}
        with self._database.reading() as connection:
            rows = connection.execute(
                text(_HISTORY), {"stream": stream, "after": after, "upto": upto}
            )
            for seq, body, slot, value in rows:
                bodies[seq] = body
                if slot is not None:
                    kept.setdefault(seq, {})[slot] = value.encode()
        return [
            (seq, event)
            for seq, body in bodies.items()
            for event in _events(body, kept.get(seq, {}))
        ]

    def _read(
        self, cursor: FeedCursor, limit: int, read: _Reading[T]
    ) -> tuple[Sequence[T], FeedCursor]:
        with self._database.reading() as connection:
            by = _by_id if self._database.sqlite else _by_window
            return by(connection, cursor, limit, read)


def _by_id(
    connection: Connection, cursor: FeedCursor, limit: int, read: _Reading[T]
) -> tuple[Sequence[T], FeedCursor]:
    """SQLite has one writer: the order of ids is that of commits."""
    last = _last(connection)
    found = read(connection, cursor, limit)
    after = found[-1].id if len(found) == limit else max(last, cursor.after)
    return found, FeedCursor(after=after)


def _by_window(
    connection: Connection, cursor: FeedCursor, limit: int, read: _Reading[T]
) -> tuple[Sequence[T], FeedCursor]:
    """Only transactions below the oldest one under way: none of them can write any more."""
    if not cursor.high:
        high = _ended_below(connection)
        cursor = FeedCursor(cursor.low, max(high, cursor.low), cursor.after)
    found = read(connection, cursor, limit)
    if len(found) == limit:
        return found, FeedCursor(cursor.low, cursor.high, found[-1].id)
    return found, FeedCursor(low=cursor.high)


def _rows(
    connection: Connection, cursor: FeedCursor, limit: int, types: Collection[str] | None
) -> Sequence[Any]:
    windowed = connection.dialect.name != "sqlite"
    values: dict[str, Any] = {"after": cursor.after, "limit": limit}
    if windowed:
        values |= {"low": str(cursor.low), "high": str(cursor.high)}
    sql = text(
        _READ.format(
            window=_WINDOW if windowed else "",
            xid="CAST(CAST(e.xid AS TEXT) AS BIGINT)" if windowed else "0",
            types="" if types is None else " AND e.type IN :types",
        )
    )
    if types is not None:
        sql = sql.bindparams(bindparam("types", expanding=True))
        values["types"] = sorted(types)
    return connection.execute(sql, values).all()


def _bodies(connection: Connection, cursor: FeedCursor, limit: int) -> list[FeedBody]:
    rows = _rows(connection, cursor, limit, None)
    return [FeedBody(row[0], row[1], row[2], row[3], row[6]) for row in rows]


def _entries(
    connection: Connection, cursor: FeedCursor, limit: int, *, types: Collection[str] | None
) -> list[_Told]:
    rows = _rows(connection, cursor, limit, types)
    kept = _disclosed(connection, [row[0] for row in rows])
    return [
        _Told(
            FeedEntry(
                id=row[0],
                organisation=row[1],
                stream=row[2],
                seq=row[3],
                type=event.type,
                at=row[5],
                facts=event.facts,
                xid=row[7],
            )
            for event in _events(row[6], kept.get(row[0], {}))
        )
        for row in rows
    ]


def _disclosed(connection: Connection, ids: Sequence[int]) -> dict[int, dict[int, bytes]]:
    """Entry → slot → the value that is kept for it."""
    found: dict[int, dict[int, bytes]] = {}
    if ids:
        for entry, slot, value in connection.execute(_PERSONAL, {"ids": list(ids)}):
            found.setdefault(entry, {})[slot] = value.encode()
    return found


def _events(body: str, kept: dict[int, bytes]) -> Iterator[Event]:
    for type_, facts in decode(body).told():
        yield Event(type_, disclose(facts, kept) if kept else facts)


def _last(connection: Connection) -> int:
    return int(
        connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM audit_entry")).scalar_one()
    )


def _ended_below(connection: Connection) -> int:
    return int(connection.execute(text(_XMIN)).scalar_one())
