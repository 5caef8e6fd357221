"""The SQL of erasures: `ErasureTables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from orderloom.audit.personal import BESIDE
from orderloom.platform.codec import dumps
from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.erasure_rows import (
    Answered,
    Erasure,
    Falling,
    Held,
    Kept,
    RetentionRun,
)
from orderloom.platform.store.tables_audit import is_answer

COLUMNS: Final = (
    "id, organisation_id, order_id, collection, record, person, cause, reason, asked_by, asked_at,"
    " state, removed, done_at"
)
_INSERT: Final = text(
    f"INSERT INTO erasure ({COLUMNS}) VALUES (:id, :organisation_id, :order_id, :collection,"
    " :record, :person, :cause, :reason, :asked_by, :asked_at, :state, :removed, :done_at)"
    " ON CONFLICT (id) DO NOTHING"
)
_WAITING: Final = text(
    f"SELECT {', '.join(f'x.{name}' for name in COLUMNS.split(', '))} FROM erasure x"
    " LEFT JOIN order_row r ON r.id = x.order_id WHERE x.state = 'waiting'"
    " AND (x.order_id = 0 OR r.status = 'ended' OR r.id IS NULL)"
    " ORDER BY x.asked_at, x.id LIMIT :limit"
)
_FREE: Final = ", ".join(f"'{name}'" for name in sorted(BESIDE))
# Whoever an order is about has a field of it; what stands in free text, or was told by the
# directory, is only theirs.
_HELD: Final = text(
    "SELECT p.stream, MAX(CASE WHEN p.path IN ({free}) THEN 0 ELSE 1 END), COUNT(*)"
    " FROM audit_personal p JOIN order_row r ON r.id = p.stream"
    " WHERE p.organisation_id = :organisation AND p.salt <> ''"
    " AND (p.person = :person OR p.value = :value)"
    " GROUP BY p.stream ORDER BY p.stream".replace("{free}", _FREE)
)
_ANSWERED: Final = text(
    "SELECT o.process, SUM(CASE WHEN o.status = 'ended' THEN 0 ELSE 1 END), MAX(o.ended) FROM ("
    "SELECT r.process AS process, r.status AS status, (SELECT MAX(e.at) FROM audit_entry e"
    " WHERE e.stream = r.id AND e.type IN ('order.ended', 'order.discarded')) AS ended"
    " FROM order_row r WHERE r.organisation_id = :organisation AND r.id IN (SELECT d.stream"
    " FROM audit_entry d WHERE d.organisation_id = :organisation AND d.actor = :person"
    f" AND ({is_answer('d.type')}))"
    ") AS o GROUP BY o.process ORDER BY o.process"
)
_ENDED: Final = text(
    "SELECT r.id FROM order_row r WHERE r.organisation_id = :organisation AND r.process = :process"
    " AND r.status = 'ended' AND r.id > :after AND EXISTS (SELECT 1 FROM audit_personal p"
    " WHERE p.stream = r.id AND p.salt <> '') AND EXISTS (SELECT 1 FROM audit_entry e"
    " WHERE e.stream = r.id AND e.type IN ('order.ended', 'order.discarded') AND e.at < :ended)"
    " AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.order_id = r.id AND x.cause = 'retention')"
    " ORDER BY r.id LIMIT :limit"
)
# Orders of a process that hold personal values, with the entry of their end.
_HOLDING: Final = (
    " FROM order_row r JOIN audit_entry e ON e.stream = r.id"
    " AND e.type IN ('order.ended', 'order.discarded')"
    " WHERE r.organisation_id = :organisation AND r.process = :process AND r.status = 'ended'"
    " AND EXISTS (SELECT 1 FROM audit_personal p WHERE p.stream = r.id AND p.salt <> '')"
    " AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.order_id = r.id AND x.cause = 'retention')"
)
_DUE: Final = text(
    f"SELECT COUNT(*) FROM (SELECT 1{_HOLDING} AND e.at < :ended LIMIT :count) AS due"
)
_NEXT: Final = text(f"SELECT e.at{_HOLDING} AND e.at >= :ended ORDER BY e.at LIMIT :next_")
_RUNS: Final = text(
    "SELECT r.process, x.asked_at, COUNT(*), SUM(x.removed),"
    " SUM(CASE WHEN x.state = 'waiting' THEN 1 ELSE 0 END)"
    " FROM erasure x JOIN order_row r ON r.id = x.order_id"
    " JOIN (SELECT o.process AS process, MAX(y.asked_at) AS asked_at FROM erasure y"
    " JOIN order_row o ON o.id = y.order_id WHERE y.organisation_id = :organisation"
    " AND y.cause = 'retention' GROUP BY o.process) AS newest"
    " ON newest.process = r.process AND newest.asked_at = x.asked_at"
    " WHERE x.organisation_id = :organisation AND x.cause = 'retention'"
    " GROUP BY r.process, x.asked_at"
)
_ABOUT: Final = text(
    "SELECT DISTINCT p.stream FROM audit_personal p JOIN order_row r ON r.id = p.stream"
    " WHERE p.organisation_id = :organisation AND (p.person = :person OR p.value = :value)"
    " ORDER BY p.stream DESC LIMIT :limit"
)
_KEPT: Final = (
    "SELECT p.stream, p.seq, p.path, p.person, p.value, e.type, e.at, e.actor"
    " FROM audit_entry e JOIN audit_personal p ON p.stream = e.stream AND p.seq = e.seq"
    " WHERE p.salt <> '' AND e.organisation_id = ?"
)
# What was refused about the order before it could stand in its own stream.
_BESIDE: Final = " AND e.stream IN (SELECT stream FROM audit_stream) AND e.subject = ?"
_VACUUMED: Final = (
    *("audit_personal", "audit_entry", "order_row", "order_key", "order_reference", "notice"),
    *("mail", "inbound_message", "idempotency", "inbox", "attachment_chunk", "attachment_content"),
    *("attachment_use", "attachment_upload", "collection_row", "collection_change"),
    *("collection_word", "watch_hit", "saved_view", "draft", "bundle_meta", "erasure"),
    *("app_user", "user_role", "user_unit", "session", "api_token", "sign_in_failure"),
    *("mail_person",),
)


_MINE: Final = (
    "SELECT bool_and(pg_has_role(current_user, relowner, 'USAGE')) FROM pg_class"
    " WHERE relname = ANY(%s) AND relnamespace = current_schema()::regnamespace"
)


class SqlErasures:
    """Fulfils `ErasureTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, erasures: Sequence[Erasure]) -> None:
        if erasures:
            with self._database.writing() as connection:
                connection.execute(_INSERT, [row_of(each) for each in erasures])

    def one(self, id_: str) -> Erasure | None:
        sql = f"SELECT {COLUMNS} FROM erasure WHERE id = ?"
        row = self._database.reader.first(sql, (id_,))
        return None if row is None else _erasure(row)

    def waiting(self, limit: int) -> Sequence[Erasure]:
        with self._database.reading() as connection:
            return [_erasure(row) for row in connection.execute(_WAITING, {"limit": limit})]

    def listed(
        self, organisation: int, *, before: tuple[str, str] | None, limit: int
    ) -> Sequence[Erasure]:
        at, id_ = before or ("~", "")
        rows = self._database.reader.rows(
            f"SELECT {COLUMNS} FROM erasure WHERE organisation_id = ?"
            " AND (asked_at < ? OR (asked_at = ? AND id < ?))"
            " ORDER BY asked_at DESC, id DESC LIMIT ?",
            (organisation, at, at, id_, limit),
        )
        return [_erasure(row) for row in rows]

    def of_order(self, order: int) -> Sequence[Erasure]:
        sql = f"SELECT {COLUMNS} FROM erasure WHERE order_id = ? ORDER BY asked_at"
        return [_erasure(row) for row in self._database.reader.rows(sql, (order,))]

    def done_after(self, after: str, limit: int) -> Sequence[Erasure]:
        rows = self._database.reader.rows(
            f"SELECT {COLUMNS} FROM erasure WHERE state = 'done' AND id > ? ORDER BY id LIMIT ?",
            (after, limit),
        )
        return [_erasure(row) for row in rows]

    def held(self, organisation: int, person: str) -> Sequence[Held]:
        values = {
            "organisation": organisation,
            "person": person,
            "value": dumps(person).decode(),
        }
        with self._database.reading() as connection:
            return [Held(row[0], bool(row[1]), row[2]) for row in connection.execute(_HELD, values)]

    def answered(self, organisation: int, user: str) -> Sequence[Answered]:
        values = {"organisation": organisation, "person": user}
        with self._database.reading() as connection:
            return [
                Answered(row[0], int(row[1]), moment_or_none(row[2]))
                for row in connection.execute(_ANSWERED, values)
            ]

    def ended_before(
        self, organisation: int, process: str, ended: datetime, *, after: int, limit: int
    ) -> Sequence[int]:
        values: dict[str, Any] = {
            "organisation": organisation,
            "process": process,
            "ended": stamp(ended),
            "after": after,
            "limit": limit,
        }
        with self._database.reading() as connection:
            return list(connection.execute(_ENDED, values).scalars())

    def about(self, organisation: int, person: str, *, limit: int) -> Sequence[int]:
        values: dict[str, Any] = {
            "organisation": organisation,
            "person": person,
            "value": dumps(person).decode(),
            "limit": limit,
        }
        with self._database.reading() as connection:
            return list(connection.execute(_ABOUT, values).scalars())

    def kept(self, organisation: int, order: int) -> Sequence[Kept]:
        rows = self._database.reader.rows
        found = rows(f"{_KEPT} AND e.stream = ?", (organisation, order))
        found += rows(_KEPT + _BESIDE, (organisation, order))
        return sorted(map(_kept, found), key=lambda each: (each.at, each.stream, each.seq))

    def falling(
        self, organisation: int, process: str, ended: datetime, *, count: int, next_: int
    ) -> Falling:
        of = {"organisation": organisation, "process": process, "ended": stamp(ended)}
        with self._database.reading() as connection:
            due = connection.execute(_DUE, {**of, "count": count}).scalar_one()
            later = connection.execute(_NEXT, {**of, "next_": next_}).scalars()
            return Falling(int(due), [moment(each) for each in later])

    def retention_runs(self, organisation: int) -> Mapping[str, RetentionRun]:
        with self._database.reading() as connection:
            rows = connection.execute(_RUNS, {"organisation": organisation})
            return {
                row[0]: RetentionRun(moment(row[1]), int(row[2]), int(row[3]), int(row[4]))
                for row in rows
            }

    def scrub(self, *, whole: bool) -> bool:
        connection = self._database.engine.raw_connection()
        try:
            bare: Any = connection.driver_connection
            if not self._database.sqlite:
                if not bare.execute(_MINE, (list(_VACUUMED),)).fetchone()[0]:
                    # Only who owns the tables may; their owner's own cleaning follows later.
                    bare.rollback()
                    return False
                bare.rollback()
                was, bare.autocommit = bare.autocommit, True
                bare.execute(f"VACUUM {'(FULL) ' if whole else ''}{', '.join(_VACUUMED)}")
                bare.autocommit = was
                return True
            with self._database.writers:
                if whole:
                    bare.execute("VACUUM")
                row = bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return bool(row is not None and row[0] == 0)
        except self._database.engine.dialect.loaded_dbapi.Error:
            connection.invalidate()
            return False
        finally:
            connection.close()


def row_of(erasure: Erasure) -> dict[str, Any]:
    """A row of the table, its columns in the order of `COLUMNS`."""
    return {
        "id": erasure.id,
        "organisation_id": erasure.organisation,
        "order_id": erasure.order,
        "collection": erasure.collection,
        "record": erasure.record,
        "person": erasure.person,
        "cause": erasure.cause,
        "reason": erasure.reason,
        "asked_by": erasure.by,
        "asked_at": stamp(erasure.at),
        "state": erasure.state,
        "removed": erasure.removed,
        "done_at": None if erasure.done is None else stamp(erasure.done),
    }


def _kept(row: Any) -> Kept:
    return Kept(row[0], row[1], row[2], row[3], row[4].encode(), row[5], moment(row[6]), row[7])


def _erasure(row: Any) -> Erasure:
    return Erasure(
        id=row[0],
        organisation=row[1],
        order=row[2],
        collection=row[3],
        record=row[4],
        person=row[5],
        cause=row[6],
        reason=row[7],
        by=row[8],
        at=moment(row[9]),
        state=row[10],
        removed=row[11],
        done=moment_or_none(row[12]),
    )
