"""The SQL of replays: `ReplayTables`. Many orders by few statements, each sorted by order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.codec import loads
from orderloom.platform.engine.outcome import Event
from orderloom.platform.store.database import Database
from orderloom.platform.store.loaded_orders import loaded_order
from orderloom.platform.store.order_rows import Projection, TaskWrite
from orderloom.platform.store.replay_rows import Chosen, LoggedEntry, OrderLog

_WITHIN: Final = " r.id > :after AND r.id <= :upto"
_ORDERS: Final = (
    "SELECT r.id, r.organisation_id, r.release_no, r.revision, r.chain_seq, r.commands,"
    " r.chain_head, r.state, r.data, r.process, r.status, r.wake_at FROM order_row r WHERE"
)
_OF_ORDERS: Final[Mapping[str, str]] = {
    "entries": "SELECT e.stream, e.seq, e.body FROM audit_entry e"
    " WHERE e.stream > :after AND e.stream <= :upto ORDER BY e.stream, e.seq",
    "personal": "SELECT p.stream, p.seq, p.slot, p.value FROM audit_personal p"
    " WHERE p.stream > :after AND p.stream <= :upto",
    "keys": "SELECT order_id, slot, sort_key FROM order_key"
    " WHERE order_id > :after AND order_id <= :upto",
    "references": "SELECT order_id, process, key, value FROM order_reference"
    " WHERE order_id > :after AND order_id <= :upto",
    "tasks": "SELECT order_id, n, kind, definition, due_at, assignee FROM task"
    " WHERE order_id > :after AND order_id <= :upto",
    "candidates": "SELECT order_id, n, principal, process, opened, amount, stopped"
    " FROM task_candidate WHERE order_id > :after AND order_id <= :upto"
    " ORDER BY order_id, n, principal",
}
Rows = Sequence[Any]


class SqlReplays:
    """Fulfils `ReplayTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, chosen: Chosen) -> int:
        where, values = _chosen(chosen)
        sql = f"SELECT COUNT(*) FROM order_row r WHERE 1 = 1{where}"
        with self._database.reading() as connection:
            return int(connection.execute(text(sql), values).scalar_one())

    def part_end(self, after: int, chosen: Chosen, size: int) -> int | None:
        where, values = _chosen(chosen)
        sql = (
            "SELECT MAX(id) FROM (SELECT r.id FROM order_row r"
            f" WHERE r.id > :after{where} ORDER BY r.id LIMIT :size) AS part"
        )
        with self._database.reading() as connection:
            found = connection.execute(text(sql), {**values, "after": after, "size": size})
            end = found.scalar_one()
        return None if end is None else int(end)

    def part(self, after: int, upto: int, chosen: Chosen) -> Sequence[OrderLog]:
        where, values = _chosen(chosen)
        reach = {"after": after, "upto": upto}
        with self._database.reading() as connection:
            sql = f"{_ORDERS}{_WITHIN}{where} ORDER BY r.id"
            orders = connection.execute(text(sql), {**values, **reach}).all()
            found = {name: _by_order(connection, sql, reach) for name, sql in _OF_ORDERS.items()}
        return [
            OrderLog(
                order=loaded_order(row),
                process=row[9],
                status=row[10],
                wake_at=row[11],
                projection=_projection(row[0], found),
                entries=_entries(row[0], found),
            )
            for row in orders
        ]

    def runtimes(self) -> dict[int, dict[str, Any]]:
        sql = "SELECT name, value FROM installation WHERE name LIKE 'runtime.%'"
        with self._database.reading() as connection:
            rows = connection.execute(text(sql)).all()
        return {int(name.partition(".")[2]): loads(value) for name, value in rows}


def _chosen(chosen: Chosen) -> tuple[str, dict[str, Any]]:
    where, values = "", dict[str, Any]()
    if chosen.order is not None:
        where, values = " AND r.id = :order", {"order": chosen.order}
    if chosen.process is not None:
        where += " AND r.process = :process"
        values["process"] = chosen.process
    if chosen.since is not None:
        where += (
            " AND EXISTS (SELECT 1 FROM audit_entry e WHERE e.stream = r.id AND e.at >= :since)"
        )
        values["since"] = chosen.since
    return where, values


def _by_order(connection: Connection, sql: str, reach: Mapping[str, int]) -> dict[int, list[Rows]]:
    found: dict[int, list[Rows]] = {}
    for row in connection.execute(text(sql), reach).all():
        found.setdefault(row[0], []).append(row)
    return found


def _projection(order: int, found: Mapping[str, Mapping[int, list[Rows]]]) -> Projection:
    offered: dict[int, list[str]] = {}
    shown: dict[int, dict[str, Any]] = {}
    for _, n, principal, process, opened, amount, stopped in found["candidates"].get(order, ()):
        offered.setdefault(n, []).append(principal)
        shown[n] = {
            "process": process,
            "opened": opened,
            "amount": amount,
            "stopped": bool(stopped),
        }
    return Projection(
        keys=frozenset((row[1], row[2]) for row in found["keys"].get(order, ())),
        references=frozenset(
            (row[1], row[2], row[3]) for row in found["references"].get(order, ())
        ),
        tasks=frozenset(
            TaskWrite(
                n=n,
                kind=kind,
                definition=definition,
                due=due,
                assignee=assignee,
                principals=tuple(sorted(offered.get(n, ()))),
                **shown.get(n, {}),
            )
            for _, n, kind, definition, due, assignee in found["tasks"].get(order, ())
        ),
    )


def _entries(order: int, found: Mapping[str, Mapping[int, list[Rows]]]) -> tuple[LoggedEntry, ...]:
    kept: dict[int, dict[int, bytes]] = {}
    erased: set[int] = set()
    for _, seq, slot, value in found["personal"].get(order, ()):
        if value:
            kept.setdefault(seq, {})[slot] = value.encode()
        else:
            erased.add(seq)
    made = []
    for _, seq, body in found["entries"].get(order, ()):
        entry = decode(body)
        known = kept.get(seq)
        answers = entry.answers if known is None else disclose(entry.answers, known)
        for type_, told in entry.told():
            facts = told if known is None else disclose(told, known)
            made.append(LoggedEntry(seq, entry, Event(type_, facts), answers, seq in erased))
    return tuple(made)
