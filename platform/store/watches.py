"""The SQL of watches: `WatchTables`. One worker holds a watch; what it tells is told once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.watch_rows import HeldWatch, HitWrite, KnownHit, WatchStanding

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
_HITS: Final = text(
    "SELECT * FROM watch_hit"
    " WHERE organisation_id = :organisation AND ruleset = :ruleset AND at >= :since ORDER BY at"
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
    "INSERT INTO watch_hit (organisation_id, ruleset, mark, version, rule, key, events, awaited,"
    " at) VALUES (:organisation, :ruleset, :mark, :version, :rule, :key, :events, :awaited, :at)"
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

    def begin(
        self, organisation: int, ruleset: str, *, version: int, cursor: FeedCursor, stream: int
    ) -> None:
        values = {"organisation": organisation, "ruleset": ruleset, "version": version}
        with self._database.writing() as connection:
            connection.execute(_NEW, {**values, "stream": stream, "cursor": str(cursor)})

    def hold(
        self,
        organisation: int,
        ruleset: str,
        *,
        version: int,
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
            row = connection.execute(_HOLD, values).mappings().first()
        return None if row is None else _held(row)

    def let_go(self, held: HeldWatch) -> None:
        with self._database.writing() as connection:
            connection.execute(_LET_GO, _mine(held))

    def hits(self, organisation: int, ruleset: str, since: datetime) -> Sequence[KnownHit]:
        known = {"organisation": organisation, "ruleset": ruleset, "since": stamp(since)}
        with self._database.reading() as connection:
            return [_known(row) for row in connection.execute(_HITS, known).mappings()]

    def advance(
        self,
        held: HeldWatch,
        *,
        cursor: FeedCursor,
        read_at: datetime | None,
        hits: Sequence[HitWrite],
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


def _tell(connection: Connection, held: HeldWatch, written: HitWrite, sent: int) -> int:
    """Letters to the open orders of the key, unless the hit was told already."""
    hit = written.hit
    told = connection.execute(
        _HIT,
        {
            "organisation": held.organisation,
            "ruleset": held.ruleset,
            "mark": hashlib.sha256(hit.mark.encode()).hexdigest(),
            "version": held.version,
            "rule": hit.rule,
            "key": dumps(hit.key).decode(),
            "events": dumps(list(hit.events)).decode(),
            "awaited": hit.awaited,
            "at": stamp(hit.at),
        },
    ).first()
    if told is None:
        return sent
    found = connection.execute(
        _ORDERS,
        {
            "organisation": held.organisation,
            "slot": written.slot,
            "sort_key": written.sort_key,
        },
    ).scalars()
    letters: list[dict[str, Any]] = [
        {
            "to": order,
            "stream": held.stream,
            "organisation": held.organisation,
            "body": dumps(body).decode(),
            "at": stamp(hit.at),
        }
        for order in found
        for body in written.bodies
    ]
    if letters:
        numbered = [{**each, "n": sent + n} for n, each in enumerate(letters, start=1)]
        connection.execute(_LETTER, numbered)
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


def _known(row: RowMapping) -> KnownHit:
    return KnownHit(
        mark=row["mark"],
        rule=row["rule"],
        key=loads(row["key"]),
        events=tuple(loads(row["events"])),
        at=moment(row["at"]),
        awaited=bool(row["awaited"]),
    )
