"""The SQL of lists and pages: `ReadTables`. Keyset pages over indices, no look into JSON."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.codec import loads
from orderloom.platform.engine.state import OrderState
from orderloom.platform.store.columns import moment
from orderloom.platform.store.database import Database
from orderloom.platform.store.encoding import from_base64
from orderloom.platform.store.read_rows import EntryRow, OrderFilter, StoredOrder, TaskRow

_ORDER: Final = (
    "SELECT r.id, r.organisation_id, r.release_no, r.revision, r.state, r.data, r.chain_seq"
    " FROM order_row r"
)
NONE_DUE: Final = "~"
LAST_SIGN: Final = "\U0010ffff"


class SqlReads:
    """Fulfils `ReadTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def order_by_number(self, organisation: int, number: str) -> StoredOrder | None:
        with self._database.reading() as connection:
            row = (
                connection.execute(
                    text(
                        f"{_ORDER} JOIN order_reference f ON f.order_id = r.id"
                        " WHERE f.organisation_id = :organisation AND f.process = ''"
                        " AND f.key = 'number' AND f.value = :number"
                    ),
                    {"organisation": organisation, "number": number.replace("\0", "")},
                )
                .mappings()
                .first()
            )
        return None if row is None else _order(row)

    def orders_by_id(self, organisation: int, ids: Collection[int]) -> Mapping[int, StoredOrder]:
        with self._database.reading() as connection:
            return {order.id: order for order in _orders(connection, organisation, ids)}

    def orders(
        self, organisation: int, chosen: OrderFilter, *, before: int | None, limit: int
    ) -> Sequence[StoredOrder]:
        conditions = [
            (slot, value)
            for slot, value in (
                ("requester", chosen.requester),
                ("stage", chosen.stage),
                ("process", chosen.process),
                ("status", chosen.status),
            )
            if value is not None
        ]
        values: dict[str, Any] = {
            "organisation": organisation,
            "before": before if before is not None else 2**62,
            "limit": limit,
        }
        where = ["r.organisation_id = :organisation", "r.id < :before"]
        for index, (slot, value) in enumerate(conditions):
            where.append(_has(f"k{index}", f":slot{index}", f":value{index}"))
            values |= {f"slot{index}": slot, f"value{index}": value}
        if chosen.number is not None:
            where.append(
                "EXISTS (SELECT 1 FROM order_key n WHERE n.organisation_id = :organisation"
                " AND n.slot = 'number' AND n.sort_key >= :from AND n.sort_key < :to"
                " AND n.order_id = r.id)"
            )
            prefix = chosen.number.replace("\0", "")
            values |= {"from": prefix, "to": prefix + LAST_SIGN}
        if chosen.processes:
            names = [f":process{index}" for index in range(len(chosen.processes))]
            where.append(f"r.process IN ({', '.join(names)})")
            values |= {f"process{i}": each for i, each in enumerate(chosen.processes)}
        sql = f"{_ORDER} WHERE {' AND '.join(where)} ORDER BY r.id DESC LIMIT :limit"
        with self._database.reading() as connection:
            return [_order(row) for row in connection.execute(text(sql), values).mappings()]

    def tasks(
        self,
        organisation: int,
        principals: Collection[str],
        *,
        after: tuple[str, int, int] | None,
        limit: int,
    ) -> Sequence[TaskRow]:
        due, order, n = after if after is not None else ("", 0, 0)
        sql = text(
            "SELECT due_at, order_id, n FROM task_candidate WHERE organisation_id = :organisation"
            " AND principal = :principal AND (due_at, order_id, n) > (:due, :order, :n)"
            " ORDER BY due_at, order_id, n LIMIT :limit"
        )
        values = {"organisation": organisation, "due": due, "order": order, "n": n, "limit": limit}
        with self._database.reading() as connection:
            found = [
                [tuple(row) for row in connection.execute(sql, {**values, "principal": each})]
                for each in sorted(principals)
            ]
        return [_task(*row) for row in _distinct(heapq.merge(*found), limit)]

    def count_tasks(self, organisation: int, principals: Collection[str], *, limit: int) -> int:
        return len(self.tasks(organisation, principals, after=None, limit=limit))

    def entries(
        self, organisation: int, order: int, *, before: int | None, limit: int
    ) -> Sequence[EntryRow]:
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT seq, body, hash, trace FROM audit_entry WHERE stream = :stream"
                    " AND seq < :before AND organisation_id = :organisation"
                    " ORDER BY seq DESC LIMIT :limit"
                ),
                {
                    "stream": order,
                    "organisation": organisation,
                    "before": before if before is not None else 2**62,
                    "limit": limit,
                },
            ).all()
            kept = _kept(connection, order, [row[0] for row in rows])
        return [_entry(row, kept.get(row[0], {})) for row in rows]

    def notices(self, organisation: int, user: str, *, limit: int) -> Sequence[Mapping[str, Any]]:
        """Messages kept for one person, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                text(
                    "SELECT order_id, n, subject, body, at FROM notice"
                    " WHERE organisation_id = :organisation AND user_id = :user"
                    " ORDER BY at DESC LIMIT :limit"
                ),
                {"organisation": organisation, "user": user, "limit": limit},
            )
            return [dict(row) for row in rows.mappings()]


def _has(alias: str, slot: str, value: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM order_key {alias} WHERE {alias}.organisation_id = :organisation"
        f" AND {alias}.slot = {slot} AND {alias}.sort_key = {value} AND {alias}.order_id = r.id)"
    )


def _orders(connection: Connection, organisation: int, ids: Iterable[int]) -> Iterable[StoredOrder]:
    for id_ in ids:
        row = (
            connection.execute(
                text(f"{_ORDER} WHERE r.id = :id AND r.organisation_id = :organisation"),
                {"id": id_, "organisation": organisation},
            )
            .mappings()
            .first()
        )
        if row is not None:
            yield _order(row)


def _order(row: RowMapping) -> StoredOrder:
    return StoredOrder(
        id=row["id"],
        organisation=row["organisation_id"],
        release=row["release_no"],
        revision=row["revision"],
        state=OrderState.from_json(loads(row["state"]), loads(row["data"])),
        entries=row["chain_seq"],
    )


def _task(due: str, order: int, n: int) -> TaskRow:
    return TaskRow(order=order, n=n, due=None if due == NONE_DUE else moment(due))


def _distinct(rows: Iterable[Any], limit: int) -> list[Any]:
    found: list[Any] = []
    for row in rows:
        if not found or found[-1] != row:
            found.append(row)
            if len(found) == limit:
                break
    return found


def _kept(connection: Connection, stream: int, seqs: list[int]) -> dict[int, dict[int, bytes]]:
    if not seqs:
        return {}
    rows = connection.execute(
        text(
            "SELECT seq, slot, value FROM audit_personal"
            " WHERE stream = :stream AND seq >= :from AND seq <= :to"
        ),
        {"stream": stream, "from": min(seqs), "to": max(seqs)},
    )
    kept: dict[int, dict[int, bytes]] = {}
    for seq, slot, value in rows:
        kept.setdefault(seq, {})[slot] = value.encode()
    return kept


def _entry(row: Any, kept: Mapping[int, bytes]) -> EntryRow:
    seq, body, hash_, trace = row
    read = decode(body)
    return EntryRow(
        seq=seq,
        type=read.type,
        at=moment(read.at),
        actor=read.actor,
        channel=read.channel,
        facts=disclose(read.facts, kept),
        body=body.encode(),
        hash=from_base64(hash_),
        on_behalf_of=read.on_behalf_of,
        trace=loads(trace) if trace else None,
    )
