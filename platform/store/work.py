"""The SQL of the worker: `WorkTables`. Claims are leases, taken in a transaction of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.columns import moment, stamp
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.work_rows import Job, Letter, Notice

# Of a lane only its oldest row may go, and only while no other of it is on its way.
_CLAIMABLE: Final = (
    "SELECT o.id FROM outbox o WHERE o.due_at <= :now"
    " AND (o.claimed_until IS NULL OR o.claimed_until <= :now)"
    " AND (o.lane IS NULL OR (NOT EXISTS (SELECT 1 FROM outbox e"
    " WHERE e.organisation_id = o.organisation_id AND e.lane = o.lane AND e.id < o.id)"
    " AND NOT EXISTS (SELECT 1 FROM outbox c WHERE c.organisation_id = o.organisation_id"
    " AND c.lane = o.lane AND c.claimed_until > :now)))"
    " ORDER BY o.due_at, o.id LIMIT :limit"
)
_CLAIM: Final = text(
    "UPDATE outbox SET claimed_until = :until, attempts = attempts + 1 WHERE id IN :ids RETURNING *"
).bindparams(bindparam("ids", expanding=True))


class SqlWork:
    """Fulfils `WorkTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Told whose notices changed (organisation, user).
        self.noticed: Callable[[int, str], None] = lambda organisation, user: None

    def claim(self, now: datetime, *, until: datetime, limit: int) -> tuple[Job, ...]:
        values: dict[str, Any] = {"now": stamp(now), "until": stamp(until), "limit": limit}
        with self._database.reading() as connection:
            if connection.execute(text(_CLAIMABLE), {**values, "limit": 1}).first() is None:
                return ()
        with self._database.writing() as connection:
            # One after the other, so that two claims of one lane never miss each other.
            only_one(connection, "claim")
            locked = "" if self._database.sqlite else " FOR UPDATE OF o SKIP LOCKED"
            ids = [row[0] for row in connection.execute(text(_CLAIMABLE + locked), values)]
            if not ids:
                return ()
            rows = connection.execute(_CLAIM, {"until": values["until"], "ids": ids}).mappings()
            jobs = [_job(row) for row in rows]
        return tuple(sorted(jobs, key=lambda job: (job.due, job.id)))

    def extend(self, job: Job, *, until: datetime) -> None:
        self._write(
            "UPDATE outbox SET claimed_until = :until WHERE id = :id AND attempts = :attempts",
            {"until": stamp(until), "id": job.id, "attempts": job.attempts},
        )

    def postpone(self, job: Job, *, due: datetime) -> None:
        self._write(
            "UPDATE outbox SET due_at = :due, claimed_until = NULL"
            " WHERE id = :id AND attempts = :attempts",
            {"due": stamp(due), "id": job.id, "attempts": job.attempts},
        )

    def remove(self, job: Job) -> None:
        self._write("DELETE FROM outbox WHERE id = :id", {"id": job.id})

    def waiting(self, now: datetime, limit: int) -> tuple[int, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(
                # The sign keeps SQLite from walking along the key, through all that is not due.
                text(
                    "SELECT +to_order FROM inbox WHERE at <= :now"
                    " GROUP BY +to_order ORDER BY MIN(at), +to_order LIMIT :limit"
                ),
                {"now": stamp(now), "limit": limit},
            )
            return tuple(row[0] for row in rows)

    def letters(self, order: int) -> tuple[Letter, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(
                text("SELECT * FROM inbox WHERE to_order = :order ORDER BY from_stream, from_n"),
                {"order": order},
            )
            return tuple(_letter(row) for row in rows.mappings())

    def taken(self, letters: tuple[Letter, ...]) -> None:
        if letters:
            with self._database.writing() as connection:
                connection.execute(
                    text(
                        "DELETE FROM inbox WHERE to_order = :to AND from_stream = :stream"
                        " AND from_n = :n"
                    ),
                    [
                        {"to": each.to_order, "stream": each.from_stream, "n": each.from_n}
                        for each in letters
                    ],
                )

    def due_orders(self, now: datetime, limit: int) -> tuple[int, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT id FROM order_row WHERE wake_at <= :now"
                    " ORDER BY wake_at, id LIMIT :limit"
                ),
                {"now": stamp(now), "limit": limit},
            )
            return tuple(row[0] for row in rows)

    def next_wake(self) -> datetime | None:
        with self._database.reading() as connection:
            found = [
                connection.execute(text(sql)).scalar()
                for sql in (
                    "SELECT MIN(wake_at) FROM order_row WHERE wake_at IS NOT NULL",
                    "SELECT MIN(due_at) FROM outbox",
                    "SELECT MIN(at) FROM inbox",
                )
            ]
        times = [each for each in found if each is not None]
        return moment(min(times)) if times else None

    def keep_notice(self, notice: Notice) -> None:
        self._write(
            "INSERT INTO notice (organisation_id, user_id, order_id, n, subject, body, at)"
            " VALUES (:organisation, :user, :order, :n, :subject, :body, :at)"
            " ON CONFLICT DO NOTHING",
            {
                "organisation": notice.organisation,
                "user": notice.user,
                "order": notice.order,
                "n": notice.n,
                "subject": notice.subject,
                "body": notice.body,
                "at": stamp(notice.at),
            },
        )
        self.noticed(notice.organisation, notice.user)

    def sweep(self, before: datetime, *, limit: int) -> int:
        oldest = {"before": stamp(before), "limit": limit}
        with self._database.reading() as connection:
            keys = connection.execute(
                text(
                    "SELECT scope, key FROM idempotency WHERE at < :before ORDER BY at LIMIT :limit"
                ),
                oldest,
            ).all()
        if keys:
            with self._database.writing() as connection:
                connection.execute(
                    text("DELETE FROM idempotency WHERE scope = :scope AND key = :key"),
                    [{"scope": scope, "key": key} for scope, key in keys],
                )
        return len(keys)

    def answered(self, scope: str, key: str) -> bool:
        """Whether a request of this scope was carried out under this key."""
        sql = "SELECT 1 FROM idempotency WHERE scope = ? AND key = ?"
        return self._database.reader.first(sql, (scope, key)) is not None

    def add_job(self, job: Job) -> None:
        """A job that no order asked for (tests, the doctor)."""
        self._write(
            "INSERT INTO outbox (organisation_id, order_id, n, lane, kind, body, due_at, attempts)"
            " VALUES (:organisation, :order, :n, :lane, :kind, :body, :due, 0)",
            {
                "organisation": job.organisation,
                "order": job.order,
                "n": job.n,
                "lane": job.lane,
                "kind": job.kind,
                "body": dumps(job.body).decode(),
                "due": stamp(job.due),
            },
        )

    def _write(self, sql: str, values: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(text(sql), values)


def _job(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        organisation=row["organisation_id"],
        order=row["order_id"],
        n=row["n"],
        kind=row["kind"],
        body=loads(row["body"]),
        attempts=row["attempts"],
        due=moment(row["due_at"]),
        lane=row["lane"],
    )


def _letter(row: RowMapping) -> Letter:
    return Letter(
        to_order=row["to_order"],
        organisation=row["organisation_id"],
        from_stream=row["from_stream"],
        from_n=row["from_n"],
        kind=row["kind"],
        body=loads(row["body"]),
        at=moment(row["at"]),
    )
