"""The SQL of lists and pages: `ReadTables`. Keyset pages over indices, no look into JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, bindparam, text

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.codec import loads
from orderloom.platform.engine.state import OrderState
from orderloom.platform.store.columns import moment
from orderloom.platform.store.database import Database
from orderloom.platform.store.encoding import from_base64
from orderloom.platform.store.order_lists import batched, chosen_orders, within
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.read_rows import EntryRow, OrderFilter, StoredOrder, TaskRow

_ORDER: Final = (
    "SELECT r.id, r.organisation_id, r.release_no, r.revision, r.state, r.data, r.chain_seq"
    " FROM order_row r"
)
# One range of the index for each principal, so that the page is read and nothing else.
_OFFERED: Final = (
    "SELECT * FROM (SELECT due_at, order_id, n FROM task_candidate"
    " WHERE organisation_id = :organisation AND principal = :{name}"
    " AND (due_at, order_id, n) > (:due, :order, :n)"
    " ORDER BY due_at, order_id, n LIMIT :limit) AS {name}"
)
NONE_DUE: Final = "~"
# Ranges and values in one statement; SQLite joins 500 selects at most.
_TOGETHER: Final = 100


class SqlReads:
    """Fulfils `ReadTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def order_by_number(self, organisation: int, number: str) -> StoredOrder | None:
        return self.order_by_key(organisation, "", "number", number)

    def order_by_key(
        self, organisation: int, process: str, key: str, value: str
    ) -> StoredOrder | None:
        sql = text(
            f"{_ORDER} JOIN order_reference f ON f.order_id = r.id"
            " WHERE f.organisation_id = :organisation AND f.process = :process"
            " AND f.key = :key AND f.value = :value"
        )
        known = {"organisation": organisation, "process": process, "key": key}
        with self._database.reading() as connection:
            row = connection.execute(sql, {**known, "value": bounded(value)}).mappings().first()
        return None if row is None else _order(row)

    def orders_by_id(self, organisation: int, ids: Collection[int]) -> Mapping[int, StoredOrder]:
        with self._database.reading() as connection:
            return _orders(connection, organisation, list(ids))

    def orders(
        self, organisation: int, chosen: OrderFilter, *, before: int | None, limit: int
    ) -> Sequence[StoredOrder]:
        with self._database.reading() as connection:
            ids = chosen_orders(connection, organisation, chosen, before=before, limit=limit)
            found = _orders(connection, organisation, ids)
        return [found[id_] for id_ in ids if id_ in found]

    def tasks(
        self,
        organisation: int,
        principals: Collection[str],
        *,
        after: tuple[str, int, int] | None,
        limit: int,
    ) -> Sequence[TaskRow]:
        due, order, n = after if after is not None else ("", 0, 0)
        values: dict[str, Any] = {
            "organisation": organisation,
            "due": due,
            "order": within(order),
            "n": within(n),
            "limit": limit,
        }
        found: list[tuple[str, int, int]] = []
        with self._database.reading() as connection:
            for some in batched(sorted(set(principals)), _TOGETHER):
                names = {f"principal{index}": each for index, each in enumerate(some)}
                sql = " UNION ALL ".join(_OFFERED.format(name=name) for name in names)
                rows = connection.execute(text(sql), values | names)
                found.extend(tuple(row) for row in rows)
        return [_task(*row) for row in sorted(set(found))[:limit]]

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
                    "stream": within(order),
                    "organisation": organisation,
                    "before": within(before),
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


def _orders(
    connection: Connection, organisation: int, ids: Sequence[int]
) -> dict[int, StoredOrder]:
    sql = text(f"{_ORDER} WHERE r.id IN :ids AND r.organisation_id = :organisation")
    sql = sql.bindparams(bindparam("ids", expanding=True))
    found = {}
    for some in batched([id_ for id_ in ids if id_ == within(id_)], _TOGETHER):
        known = {"organisation": organisation, "ids": some}
        for row in connection.execute(sql, known).mappings():
            found[int(row["id"])] = _order(row)
    return found


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


def _kept(connection: Connection, stream: int, seqs: list[int]) -> dict[int, dict[int, bytes]]:
    if not seqs:
        return {}
    rows = connection.execute(
        text(
            "SELECT seq, slot, value FROM audit_personal"
            " WHERE stream = :stream AND seq >= :from AND seq <= :to AND salt <> ''"
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
