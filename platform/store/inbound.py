"""The SQL of messages of other systems: `InboundTables`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.inbound_rows import Arrival, Became, KeptMessage, State
from orderloom.platform.store.order_lists import within

_KEEP: Final = text(
    "INSERT INTO inbound_message (organisation_id, connector, message, once, body, headers, sender,"
    " state, received_at, due_at, attempts) VALUES (:organisation, :connector, :message, :once,"
    " :body, :headers, :sender, :state, :received, :due, 0)"
    " ON CONFLICT (organisation_id, connector, message, once) DO NOTHING"
)
_FIND: Final = text(
    "SELECT * FROM inbound_message WHERE organisation_id = :organisation"
    " AND connector = :connector AND message = :message AND once = :once"
)
_BECAME: Final = text(
    "UPDATE inbound_message SET state = :state, order_id = :order, problem = :problem,"
    " number = COALESCE(:number, number), due_at = :due, attempts = attempts + 1"
    " WHERE id = :id AND (state = 'received' OR (state = 'quarantined' AND :state = 'done'))"
)
_AGAIN: Final = text(
    "UPDATE inbound_message SET state = 'received', number = COALESCE(:number, number),"
    " due_at = :at, attempts = 0, problem = NULL, settled_by = :by, settled_at = :at"
    " WHERE id = :id AND state IN ('received', 'quarantined') RETURNING *"
)
_DISCARD: Final = text(
    "UPDATE inbound_message SET state = 'discarded', due_at = NULL, settled_by = :by,"
    " settled_at = :at WHERE id = :id AND state IN ('received', 'quarantined') RETURNING *"
)


class SqlInbound:
    """Fulfils `InboundTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, arrivals: Sequence[Arrival], *, due: datetime) -> Sequence[KeptMessage]:
        with self._database.writing() as connection:
            return [_kept(connection, arrival, due) for arrival in arrivals]

    def one(self, organisation: int, id: int) -> KeptMessage | None:
        found = self._read(
            "SELECT * FROM inbound_message WHERE id = :id AND organisation_id = :organisation",
            {"organisation": organisation, "id": within(id)},
        )
        return found[0] if found else None

    def due(self, now: datetime, limit: int) -> Sequence[KeptMessage]:
        return self._read(
            "SELECT * FROM inbound_message WHERE due_at <= :now ORDER BY due_at, id LIMIT :limit",
            {"now": stamp(now), "limit": limit},
        )

    def became(self, message: KeptMessage, what: Became) -> None:
        values = {
            "id": message.id,
            "state": str(what.state),
            "order": what.order,
            "number": what.number,
            "problem": _json(what.problem),
            "due": stamp(what.due) if what.due is not None else None,
        }
        with self._database.writing() as connection:
            connection.execute(_BECAME, values)

    def again(
        self, message: KeptMessage, *, number: str | None, by: str, at: datetime
    ) -> KeptMessage | None:
        values = {"id": message.id, "number": number, "by": by, "at": stamp(at)}
        with self._database.writing() as connection:
            return _first(connection.execute(_AGAIN, values).mappings().first())

    def discard(self, message: KeptMessage, *, by: str, at: datetime) -> KeptMessage | None:
        values = {"id": message.id, "by": by, "at": stamp(at)}
        with self._database.writing() as connection:
            return _first(connection.execute(_DISCARD, values).mappings().first())

    def listed(
        self, organisation: int, state: State | None, *, before: int | None, limit: int
    ) -> Sequence[KeptMessage]:
        chosen = "" if state is None else " AND state = :state"
        return self._read(
            "SELECT * FROM inbound_message WHERE organisation_id = :organisation"
            f"{chosen} AND id < :before ORDER BY id DESC LIMIT :limit",
            {
                "organisation": organisation,
                **({} if state is None else {"state": str(state)}),
                "before": within(before),
                "limit": limit,
            },
        )

    def count(self, organisation: int, state: State, *, limit: int) -> int:
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT id FROM inbound_message WHERE organisation_id = :organisation"
                    " AND state = :state LIMIT :limit"
                ),
                {"organisation": organisation, "state": str(state), "limit": limit},
            )
            return len(rows.all())

    def _read(self, sql: str, values: dict[str, Any]) -> list[KeptMessage]:
        with self._database.reading() as connection:
            return [_message(row) for row in connection.execute(text(sql), values).mappings()]


def _kept(connection: Connection, arrival: Arrival, due: datetime) -> KeptMessage:
    known = {
        "organisation": arrival.organisation,
        "connector": arrival.connector,
        "message": arrival.message,
        "once": arrival.once,
    }
    wanted = bool(arrival.message)
    connection.execute(
        _KEEP,
        {
            **known,
            "body": arrival.body,
            "headers": dumps(dict(arrival.headers)).decode(),
            "sender": arrival.sender,
            "state": str(State.RECEIVED if wanted else State.IGNORED),
            "received": stamp(arrival.received),
            "due": stamp(due) if wanted else None,
        },
    )
    return _message(connection.execute(_FIND, known).mappings().one())


def _first(row: RowMapping | None) -> KeptMessage | None:
    return None if row is None else _message(row)


def _json(value: Any) -> str | None:
    return None if value is None else dumps(value).decode()


def _message(row: RowMapping) -> KeptMessage:
    arrival = Arrival(
        organisation=row["organisation_id"],
        connector=row["connector"],
        message=row["message"],
        once=row["once"],
        body=row["body"],
        headers=loads(row["headers"]),
        received=moment(row["received_at"]),
        sender=row["sender"],
    )
    return KeptMessage(
        id=row["id"],
        arrival=arrival,
        state=State(row["state"]),
        attempts=row["attempts"],
        due=moment_or_none(row["due_at"]),
        order=row["order_id"],
        number=row["number"],
        problem=loads(row["problem"]) if row["problem"] else None,
        settled_by=row["settled_by"],
        settled=moment_or_none(row["settled_at"]),
    )
