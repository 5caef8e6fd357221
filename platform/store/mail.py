"""The SQL of mail: `MailTables`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.mail_rows import Expected, KeptMail, MailState, NewMail
from orderloom.platform.store.order_lists import within

_KEEP: Final = text(
    "INSERT INTO mail (organisation_id, key, kind, user_id, address, order_id, n, body, state,"
    " due_at, attempts, problem, at) VALUES (:organisation, :key, :kind, :user, :address, :order,"
    " :n, :body, :state, :due, 0, :problem, :at) ON CONFLICT (organisation_id, key) DO NOTHING"
)
_CLAIMABLE: Final = (
    "SELECT id FROM mail WHERE due_at <= :now AND (claimed_until IS NULL OR claimed_until <= :now)"
    " ORDER BY due_at, id LIMIT :limit"
)
_CLAIM: Final = text(
    "UPDATE mail SET claimed_until = :until, attempts = attempts + 1 WHERE id IN :ids RETURNING *"
).bindparams(bindparam("ids", expanding=True))
_ENDED: Final = text(
    "UPDATE mail SET state = :state, due_at = NULL, claimed_until = NULL, problem = :problem,"
    " body = COALESCE(:body, body) WHERE id = :id AND attempts = :attempts AND state = 'waiting'"
)
_AGAIN: Final = text(
    "UPDATE mail SET state = 'waiting', due_at = :at, attempts = 0, problem = NULL,"
    " address = COALESCE(:address, address), settled_by = :by, settled_at = :at"
    " WHERE id = :id AND state = 'failed' RETURNING *"
)
_GIVE_UP: Final = text(
    "UPDATE mail SET state = 'given_up', body = '{}', settled_by = :by, settled_at = :at"
    " WHERE id = :id AND state = 'failed' RETURNING *"
)
_CHOOSE: Final = text(
    "INSERT INTO mail_person (organisation_id, user_id, choices, digest_at)"
    " VALUES (:organisation, :user, :choices, :digest) ON CONFLICT (organisation_id, user_id)"
    " DO UPDATE SET choices = excluded.choices, digest_at = excluded.digest_at"
)
_EXPECT: Final = text(
    "INSERT INTO mail_person (organisation_id, user_id, choices, digest_at)"
    " VALUES (:organisation, :user, '{}', :digest)"
    " ON CONFLICT (organisation_id, user_id) DO NOTHING"
)
_UNEXPECTED: Final = text(
    "SELECT u.organisation_id, u.id, u.zone FROM app_user u WHERE u.active AND NOT EXISTS"
    " (SELECT 1 FROM mail_person p WHERE p.organisation_id = u.organisation_id"
    " AND p.user_id = u.id) ORDER BY u.organisation_id, u.id LIMIT :limit"
)
_DIGESTED: Final = text(
    "UPDATE mail_person SET digest_at = :next WHERE organisation_id = :organisation"
    " AND user_id = :user AND digest_at = :at"
)
_OVER: Final = "('sent', 'dropped', 'given_up', 'held')"


class SqlMail:
    """Fulfils `MailTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, mails: Sequence[NewMail]) -> None:
        if mails:
            with self._database.writing() as connection:
                _keep(connection, mails)

    def claim(self, now: datetime, *, until: datetime, limit: int) -> tuple[KeptMail, ...]:
        values: dict[str, Any] = {"now": stamp(now), "limit": limit}
        with self._database.reading() as connection:
            if connection.execute(text(_CLAIMABLE), {**values, "limit": 1}).first() is None:
                return ()
        locked = "" if self._database.sqlite else " FOR UPDATE SKIP LOCKED"
        with self._database.writing() as connection:
            ids = [row[0] for row in connection.execute(text(_CLAIMABLE + locked), values)]
            if not ids:
                return ()
            rows = connection.execute(_CLAIM, {"until": stamp(until), "ids": ids}).mappings()
            found = [_mail(row) for row in rows]
        return tuple(sorted(found, key=lambda mail: mail.id))

    def postpone(self, mail: KeptMail, *, due: datetime) -> None:
        self._write(
            text(
                "UPDATE mail SET due_at = :due, claimed_until = NULL"
                " WHERE id = :id AND attempts = :attempts AND state = 'waiting'"
            ),
            {"due": stamp(due), "id": mail.id, "attempts": mail.attempts},
        )

    def ended(
        self,
        mail: KeptMail,
        state: MailState,
        *,
        problem: str | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        if body is None and state != MailState.FAILED:
            body = {}
        self._write(
            _ENDED,
            {
                "id": mail.id,
                "attempts": mail.attempts,
                "state": str(state),
                "problem": problem,
                "body": None if body is None else dumps(body).decode(),
            },
        )

    def one(self, organisation: int, id: int) -> KeptMail | None:
        found = self._read(
            "SELECT * FROM mail WHERE id = :id AND organisation_id = :organisation",
            {"organisation": organisation, "id": within(id)},
        )
        return found[0] if found else None

    def listed(
        self, organisation: int, state: MailState, *, before: int | None, limit: int
    ) -> Sequence[KeptMail]:
        return self._read(
            "SELECT * FROM mail WHERE organisation_id = :organisation AND state = :state"
            " AND id < :before ORDER BY id DESC LIMIT :limit",
            {
                "organisation": organisation,
                "state": str(state),
                "before": within(before),
                "limit": limit,
            },
        )

    def count(self, organisation: int, state: MailState, *, limit: int) -> int:
        sql = "SELECT 1 FROM mail WHERE organisation_id = ? AND state = ? LIMIT ?"
        return len(self._database.reader.rows(sql, (organisation, str(state), limit)))

    def again(
        self, mail: KeptMail, *, address: str | None, by: str, at: datetime
    ) -> KeptMail | None:
        values = {"id": mail.id, "address": address, "by": by, "at": stamp(at)}
        with self._database.writing() as connection:
            return _first(connection.execute(_AGAIN, values).mappings().first())

    def give_up(self, mail: KeptMail, *, by: str, at: datetime) -> KeptMail | None:
        values = {"id": mail.id, "by": by, "at": stamp(at)}
        with self._database.writing() as connection:
            return _first(connection.execute(_GIVE_UP, values).mappings().first())

    def held(self, organisation: int, user: str, *, limit: int) -> Sequence[KeptMail]:
        return self._read(
            "SELECT * FROM mail WHERE organisation_id = :organisation AND state = 'held'"
            " AND user_id = :user ORDER BY id LIMIT :limit",
            {"organisation": organisation, "user": user, "limit": limit},
        )

    def told(self, mails: Sequence[KeptMail]) -> None:
        if mails:
            with self._database.writing() as connection:
                connection.execute(
                    text(
                        "UPDATE mail SET state = 'sent', body = '{}'"
                        " WHERE id = :id AND state = 'held'"
                    ),
                    [{"id": mail.id} for mail in mails],
                )

    # ── people ───────────────────────────────────────────────────────────────────────────────

    def choices(self, organisation: int, user: str) -> Mapping[str, Any]:
        sql = "SELECT choices FROM mail_person WHERE organisation_id = ? AND user_id = ?"
        row = self._database.reader.first(sql, (organisation, user))
        found: Mapping[str, Any] = loads(row[0]) if row is not None else {}
        return found

    def choose(
        self,
        organisation: int,
        user: str,
        choices: Mapping[str, Any],
        *,
        digest: datetime | None,
    ) -> None:
        self._write(
            _CHOOSE,
            {
                "organisation": organisation,
                "user": user,
                "choices": dumps(choices).decode(),
                "digest": _stamp(digest),
            },
        )

    def unexpected(self, *, limit: int) -> Sequence[tuple[int, str, str]]:
        with self._database.reading() as connection:
            rows = connection.execute(_UNEXPECTED, {"limit": limit})
            return [(row[0], row[1], row[2]) for row in rows]

    def expect(self, ones: Sequence[Expected]) -> None:
        if ones:
            with self._database.writing() as connection:
                connection.execute(_EXPECT, [_expected(one) for one in ones])

    def due_digests(self, now: datetime, *, limit: int) -> Sequence[Expected]:
        rows = self._database.reader.rows(
            "SELECT organisation_id, user_id, digest_at FROM mail_person WHERE digest_at <= ?"
            " ORDER BY digest_at, organisation_id, user_id LIMIT ?",
            (stamp(now), limit),
        )
        return [Expected(row[0], row[1], moment(row[2])) for row in rows]

    def digested(self, one: Expected, *, next: datetime | None, mail: NewMail | None) -> bool:
        values = {
            "organisation": one.organisation,
            "user": one.user,
            "at": stamp(one.at),
            "next": _stamp(next),
        }
        with self._database.writing() as connection:
            if connection.execute(_DIGESTED, values).rowcount != 1:
                return False
            if mail is not None:
                _keep(connection, [mail])
        return True

    def sweep(self, before: datetime, *, limit: int) -> int:
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    f"SELECT id FROM mail WHERE at < :before AND state IN {_OVER}"
                    " ORDER BY at LIMIT :limit"
                ),
                {"before": stamp(before), "limit": limit},
            )
            ids = [{"id": row[0]} for row in rows]
        if ids:
            with self._database.writing() as connection:
                connection.execute(text("DELETE FROM mail WHERE id = :id"), ids)
        return len(ids)

    def _write(self, sql: Any, values: dict[str, Any]) -> None:
        with self._database.writing() as connection:
            connection.execute(sql, values)

    def _read(self, sql: str, values: dict[str, Any]) -> list[KeptMail]:
        with self._database.reading() as connection:
            return [_mail(row) for row in connection.execute(text(sql), values).mappings()]


def _keep(connection: Connection, mails: Sequence[NewMail]) -> None:
    connection.execute(_KEEP, [_new(mail) for mail in mails])


def _new(mail: NewMail) -> dict[str, Any]:
    return {
        "organisation": mail.organisation,
        "key": mail.key,
        "kind": mail.kind,
        "user": mail.user,
        "address": mail.address,
        "order": mail.order,
        "n": mail.n,
        "body": dumps(mail.body).decode(),
        "state": str(mail.state),
        "due": stamp(mail.at) if mail.state == MailState.WAITING else None,
        "problem": mail.problem,
        "at": stamp(mail.at),
    }


def _expected(one: Expected) -> dict[str, Any]:
    return {"organisation": one.organisation, "user": one.user, "digest": stamp(one.at)}


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at is not None else None


def _first(row: RowMapping | None) -> KeptMail | None:
    return None if row is None else _mail(row)


def _mail(row: RowMapping) -> KeptMail:
    return KeptMail(
        id=row["id"],
        organisation=row["organisation_id"],
        key=row["key"],
        kind=row["kind"],
        user=row["user_id"],
        address=row["address"],
        order=row["order_id"],
        n=row["n"],
        body=loads(row["body"]),
        state=MailState(row["state"]),
        attempts=row["attempts"],
        problem=row["problem"],
        at=moment(row["at"]),
        settled_by=row["settled_by"],
        settled=moment_or_none(row["settled_at"]),
    )
