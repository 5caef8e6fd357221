"""The SQL of watches: `WatchTables`. One worker holds a watch; what it tells is told once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

from orderloom.platform.codec import canonical, dumps, loads
from orderloom.platform.store.columns import moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.watch_rows import HeldWatch, Place, WatchHit, WatchStanding

_NEW: Final = text(
    "INSERT INTO watch (organisation_id, ruleset, version, stream, sent, cursor)"
    " VALUES (:organisation, :ruleset, :version, :stream, 0, :cursor) ON CONFLICT DO NOTHING"
)
_HOLD: Final = text(
    "UPDATE watch SET holder = :holder, until = :until, version = :version, stopped = NULL,"
    " stopped_at = NULL WHERE organisation_id = :organisation AND ruleset = :ruleset"
    " AND (holder IS NULL OR holder = :holder OR until <= :now)"
    " AND (stopped IS NULL OR version < :version) RETURNING *"
)
_LET_GO: Final = text(
    "UPDATE watch SET holder = NULL, until = NULL"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND holder = :holder"
)
_MOVE: Final = text(
    "UPDATE watch SET cursor = :cursor, read_at = :read_at"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND holder = :holder"
    " RETURNING sent"
)
_SENT: Final = text(
    "UPDATE watch SET sent = :sent"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND holder = :holder"
)
_STOP: Final = text(
    "UPDATE watch SET stopped = :stopped, stopped_at = :now, holder = NULL, until = NULL"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND holder = :holder"
)
_START_AGAIN: Final = text(
    "UPDATE watch SET stopped = NULL, stopped_at = NULL"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset"
)
_SPENT: Final = text(
    "SELECT entries FROM watch_hit"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND at >= :since"
)
_ALL: Final = text("SELECT * FROM watch ORDER BY organisation_id, ruleset")
_OLD: Final = text(
    "SELECT organisation_id, ruleset, mark FROM watch_hit WHERE at < :before LIMIT :limit"
)
_FORGET: Final = text(
    "DELETE FROM watch_hit"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND mark = :mark"
)
_HIT: Final = text(
    "INSERT INTO watch_hit (organisation_id, ruleset, mark, version, rule, key, entries, at)"
    " VALUES (:organisation, :ruleset, :mark, :version, :rule, :key, :entries, :at)"
    " ON CONFLICT DO NOTHING RETURNING mark"
)
_ORDERS: Final = text(
    "SELECT order_id FROM order_key WHERE organisation_id = :organisation AND slot = :slot"
    " AND sort_key = :sort_key ORDER BY order_id"
)
_LETTER: Final = text(
    "INSERT INTO inbox (to_order, from_stream, from_n, organisation_id, kind, body, at)"
    " VALUES (:to, :stream, :n, :organisation, 'hit', :body, :at)"
)


class SqlWatches:
    """Fulfils `WatchTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(
        self,
        organisation: int,
        ruleset: str,
        *,
        version: int,
        begin: FeedCursor,
        stream: int,
        holder: str,
        now: datetime,
        until: datetime,
    ) -> HeldWatch | None:
        values = {
            "organisation": organisation,
            "ruleset": ruleset,
            "version": version,
            "holder": holder,
            "now": stamp(now),
            "until": stamp(until),
        }
        with self._database.writing() as connection:
            connection.execute(_NEW, {**values, "stream": stream, "cursor": str(begin)})
            row = connection.execute(_HOLD, values).mappings().first()
        return None if row is None else _held(row)

    def let_go(self, held: HeldWatch) -> None:
        with self._database.writing() as connection:
            connection.execute(_LET_GO, _mine(held))

    def spent(self, organisation: int, ruleset: str, since: datetime) -> Collection[Place]:
        with self._database.reading() as connection:
            rows = connection.execute(
                _SPENT,
                {"organisation": organisation, "ruleset": ruleset, "since": stamp(since)},
            )
            return {(place[0], place[1]) for body in rows.scalars() for place in loads(body)}

    def advance(
        self,
        held: HeldWatch,
        *,
        cursor: FeedCursor,
        read_at: datetime | None,
        hits: Sequence[WatchHit],
    ) -> int | None:
        with self._database.writing() as connection:
            moved = connection.execute(
                _MOVE,
                {
                    **_mine(held),
                    "cursor": str(cursor),
                    "read_at": None if read_at is None else stamp(read_at),
                },
            ).scalar()
            if moved is None:
                return None
            sent = first = int(moved)
            for hit in hits:
                sent = _tell(connection, held, hit, sent)
            if sent != first:
                connection.execute(_SENT, {**_mine(held), "sent": sent})
        return sent - first

    def stop(self, held: HeldWatch, *, reason: str, now: datetime) -> None:
        with self._database.writing() as connection:
            stopped = dumps({"reason": reason}).decode()
            connection.execute(_STOP, {**_mine(held), "stopped": stopped, "now": stamp(now)})

    def start_again(self, organisation: int, ruleset: str) -> None:
        with self._database.writing() as connection:
            connection.execute(_START_AGAIN, {"organisation": organisation, "ruleset": ruleset})

    def standing(self, organisation: int | None = None) -> Sequence[WatchStanding]:
        with self._database.reading() as connection:
            found = [_standing(row) for row in connection.execute(_ALL).mappings()]
        return [each for each in found if organisation in (None, each.organisation)]

    def sweep(self, before: datetime, *, limit: int) -> int:
        with self._database.reading() as connection:
            marks = connection.execute(
                _OLD,
                {"before": stamp(before), "limit": limit},
            ).all()
        if marks:
            with self._database.writing() as connection:
                connection.execute(
                    _FORGET,
                    [{"organisation": o, "ruleset": r, "mark": m} for o, r, m in marks],
                )
        return len(marks)


def _tell(connection: Connection, held: HeldWatch, hit: WatchHit, sent: int) -> int:
    """A letter to each open order of the key, unless the hit was told already."""
    mark = hashlib.sha256(canonical([hit.rule, hit.key, [list(each) for each in hit.entries]]))
    told = connection.execute(
        _HIT,
        {
            "organisation": held.organisation,
            "ruleset": held.ruleset,
            "mark": mark.hexdigest(),
            "version": held.version,
            "rule": hit.rule,
            "key": bounded(hit.key),
            "entries": dumps([list(each) for each in hit.entries]).decode(),
            "at": stamp(hit.at),
        },
    ).first()
    if told is None:
        return sent
    found = connection.execute(
        _ORDERS,
        {"organisation": held.organisation, "slot": hit.slot, "sort_key": hit.sort_key},
    )
    body = dumps(hit.body).decode()
    letters: list[dict[str, Any]] = [
        {
            "to": order,
            "stream": held.stream,
            "n": sent + place,
            "organisation": held.organisation,
            "body": body,
            "at": stamp(hit.at),
        }
        for place, order in enumerate(found.scalars(), start=1)
    ]
    if letters:
        connection.execute(_LETTER, letters)
    return sent + len(letters)


def _mine(held: HeldWatch) -> dict[str, Any]:
    return {
        "organisation": held.organisation,
        "ruleset": held.ruleset,
        "holder": held.holder,
    }


def _held(row: RowMapping) -> HeldWatch:
    return HeldWatch(
        organisation=row["organisation_id"],
        ruleset=row["ruleset"],
        version=row["version"],
        stream=row["stream"],
        cursor=FeedCursor.of(row["cursor"]),
        read_at=moment_or_none(row["read_at"]),
        holder=row["holder"],
    )


def _standing(row: RowMapping) -> WatchStanding:
    return WatchStanding(
        organisation=row["organisation_id"],
        ruleset=row["ruleset"],
        version=row["version"],
        sent=row["sent"],
        cursor=FeedCursor.of(row["cursor"]),
        read_at=moment_or_none(row["read_at"]),
        stopped=None if row["stopped"] is None else loads(row["stopped"]),
        stopped_at=moment_or_none(row["stopped_at"]),
    )
