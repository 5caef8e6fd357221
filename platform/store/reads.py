"""The SQL of lists and pages: `ReadTables`. Keyset pages over indices, no look into JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from orderloom.audit.entry import decode
from orderloom.audit.personal import SLOT
from orderloom.platform.codec import loads
from orderloom.platform.engine.state import OrderState
from orderloom.platform.store.columns import moment
from orderloom.platform.store.database import Database
from orderloom.platform.store.encoding import from_base64
from orderloom.platform.store.order_lists import batched, chosen_orders, within
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.read_rows import (
    DoneRow,
    EntryRow,
    Kept,
    OrderFilter,
    StoredOrder,
    TaskFilter,
    TaskKey,
    TaskPage,
    TaskRow,
    put_back,
)
from orderloom.platform.store.running_orders import RunningOrders, running_orders
from orderloom.platform.store.tables_audit import is_answer
from orderloom.platform.store.task_lists import found_tasks

_ORDER: Final = (
    "SELECT r.id, r.organisation_id, r.release_no, r.revision, r.state, r.data, r.chain_seq"
    " FROM order_row r"
)
# One range of the index for each principal, so that so many are read and nothing else.
_OFFERED: Final = (
    "SELECT * FROM (SELECT principal, order_id, n FROM task_candidate"
    " WHERE organisation_id = ? AND principal = ? ORDER BY due_at, order_id, n LIMIT ?)"
    " AS offered{n}"
)
# As the index has it, which holds answers alone.
_DONE: Final = (
    "SELECT id, stream, seq, body, hash, trace FROM audit_entry WHERE organisation_id = ?"
    f" AND actor = ? AND ({is_answer('type')}) AND id < ? ORDER BY id DESC LIMIT ?"
)
_BY_ID: Final = (
    "SELECT id, stream, seq, body, hash, trace FROM audit_entry WHERE id IN ({marks})"
    " AND organisation_id = ?"
)
_BY_KEY: Final = (
    f"{_ORDER} JOIN order_reference f ON f.order_id = r.id WHERE f.organisation_id = ?"
    " AND f.process = ? AND f.key = ? AND f.value = ?"
)
_STATUS_BY_NUMBER: Final = (
    "SELECT r.id, r.status FROM order_row r JOIN order_reference f ON f.order_id = r.id"
    " WHERE f.organisation_id = ? AND f.process = '' AND f.key = 'number' AND f.value = ?"
)
_STATUS_BY_ID: Final = "SELECT id, status FROM order_row WHERE id = ? AND organisation_id = ?"
_ENTRIES: Final = (
    "SELECT seq, body, hash, trace FROM audit_entry WHERE stream = ? AND seq < ?"
    " AND organisation_id = ? ORDER BY seq DESC LIMIT ?"
)
_ONWARD: Final = (
    "SELECT seq, body, hash, trace FROM audit_entry WHERE stream = ? AND seq > ?"
    " AND organisation_id = ? ORDER BY seq LIMIT ?"
)
# The type stands here as the index has it, which holds comments alone.
_COMMENTS: Final = _ENTRIES.replace("stream = ?", "stream = ? AND type = 'commented'")
_EVERYBODY: Final = "SELECT id, name FROM app_user WHERE organisation_id = ? AND active ORDER BY id"
_PERSONAL: Final = (
    "SELECT seq, slot, value, erased_at FROM audit_personal"
    " WHERE stream = ? AND seq >= ? AND seq <= ?"
)
_KEPT_OF: Final = (
    "SELECT e.id, p.slot, p.value FROM audit_entry e JOIN audit_personal p"
    " ON p.stream = e.stream AND p.seq = e.seq WHERE e.id IN ({marks}) AND p.salt <> ''"
)
# An entry without it holds nothing personal.
_SLOTTED: Final = f'"{SLOT}"'
# Ranges and values in one statement; SQLite joins 500 selects at most.
_TOGETHER: Final = 100


class SqlReads:
    """Fulfils `ReadTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader

    def order_by_number(self, organisation: int, number: str) -> StoredOrder | None:
        return self.order_by_key(organisation, "", "number", number)

    def order_by_key(
        self, organisation: int, process: str, key: str, value: str
    ) -> StoredOrder | None:
        row = self._reader.first(_BY_KEY, (organisation, process, key, bounded(value)))
        return None if row is None else _order(row)

    def status_by_number(self, organisation: int, number: str) -> tuple[int, str] | None:
        row = self._reader.first(_STATUS_BY_NUMBER, (organisation, bounded(number)))
        return None if row is None else (row[0], row[1])

    def status_by_id(self, organisation: int, order: int) -> tuple[int, str] | None:
        row = self._reader.first(_STATUS_BY_ID, (within(order), organisation))
        return None if row is None else (row[0], row[1])

    def orders_by_id(self, organisation: int, ids: Collection[int]) -> Mapping[int, StoredOrder]:
        return self._orders(organisation, list(ids))

    def orders(
        self, organisation: int, chosen: OrderFilter, *, before: int | None, limit: int
    ) -> Sequence[StoredOrder]:
        with self._database.reading() as connection:
            ids = chosen_orders(connection, organisation, chosen, before=before, limit=limit)
        found = self._orders(organisation, ids)
        return [found[id_] for id_ in ids if id_ in found]

    def tasks(
        self,
        organisation: int,
        principals: Collection[str],
        *,
        after: tuple[str, int, int] | None,
        limit: int,
    ) -> Sequence[TaskRow]:
        chosen = TaskFilter()
        found = self.found_tasks(organisation, principals, chosen, after=after, limit=limit)
        return list(found.rows)

    def found_tasks(
        self,
        organisation: int,
        principals: Collection[str],
        chosen: TaskFilter,
        *,
        after: TaskKey | None,
        limit: int,
    ) -> TaskPage:
        return found_tasks(self._reader, organisation, principals, chosen, after=after, limit=limit)

    def offered(
        self, organisation: int, principals: Collection[str], *, limit: int
    ) -> Mapping[str, frozenset[tuple[int, int]]]:
        found: dict[str, set[tuple[int, int]]] = {}
        for some in batched(sorted(set(principals)), _TOGETHER):
            sql = " UNION ALL ".join(_OFFERED.format(n=index) for index in range(len(some)))
            values = [value for each in some for value in (organisation, each, limit)]
            for principal, order, n in self._reader.rows(sql, values):
                found.setdefault(principal, set()).add((order, n))
        return {principal: frozenset(tasks) for principal, tasks in found.items()}

    def running(self, organisation: int, limit: int) -> RunningOrders:
        return running_orders(self._reader, organisation, limit)

    def everybody(self, organisation: int) -> Sequence[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._reader.rows(_EVERYBODY, (organisation,))]

    def count_tasks(self, organisation: int, principals: Collection[str], *, limit: int) -> int:
        offered = self.offered(organisation, principals, limit=limit)
        return min(limit, len({task for tasks in offered.values() for task in tasks}))

    def done(
        self, organisation: int, user: str, *, before: int | None, limit: int
    ) -> Sequence[DoneRow]:
        rows = self._reader.rows(_DONE, (organisation, user, within(before), limit))
        kept = self._disclosed([row[0] for row in rows])
        return [
            DoneRow(id=row[0], order=row[1], entry=_entry(row[2:], kept.get(row[0], {})))
            for row in rows
        ]

    def entries_by_id(self, organisation: int, ids: Collection[int]) -> Mapping[int, DoneRow]:
        found: dict[int, DoneRow] = {}
        for some in batched(sorted(ids), _TOGETHER):
            marks = ", ".join("?" * len(some))
            rows = self._reader.rows(_BY_ID.format(marks=marks), (*some, organisation))
            kept = self._disclosed([row[0] for row in rows])
            for row in rows:
                entry = _entry(row[2:], kept.get(row[0], {}))
                found[row[0]] = DoneRow(id=row[0], order=row[1], entry=entry)
        return found

    def _disclosed(self, entries: Sequence[int]) -> dict[int, dict[int, bytes | str]]:
        """By entry what is still kept of its personal values."""
        kept: dict[int, dict[int, bytes | str]] = {}
        if entries:
            sql = _KEPT_OF.format(marks=", ".join("?" * len(entries)))
            for id_, slot, value in self._reader.rows(sql, entries):
                kept.setdefault(id_, {})[slot] = value.encode()
        return kept

    def entries(
        self, organisation: int, order: int, *, before: int | None, limit: int
    ) -> Sequence[EntryRow]:
        return self._told(_ENTRIES, organisation, order, within(before), limit)

    def entries_after(
        self, organisation: int, order: int, *, after: int, limit: int
    ) -> Sequence[EntryRow]:
        return self._told(_ONWARD, organisation, order, within(after), limit)

    def comments(
        self, organisation: int, order: int, *, before: int | None, limit: int
    ) -> Sequence[EntryRow]:
        return self._told(_COMMENTS, organisation, order, within(before), limit)

    def _told(
        self, sql: str, organisation: int, order: int, bound: int, limit: int
    ) -> Sequence[EntryRow]:
        rows = self._reader.rows(sql, (within(order), bound, organisation, limit))
        seqs = [row[0] for row in rows]
        kept = self._kept(order, min(seqs), max(seqs)) if seqs else {}
        return [_entry(row, kept.get(row[0], {})) for row in rows]

    def _orders(self, organisation: int, ids: Sequence[int]) -> dict[int, StoredOrder]:
        found = {}
        for some in batched([id_ for id_ in ids if id_ == within(id_)], _TOGETHER):
            marks = ", ".join("?" * len(some))
            sql = f"{_ORDER} WHERE r.id IN ({marks}) AND r.organisation_id = ?"
            for row in self._reader.rows(sql, (*some, organisation)):
                found[int(row[0])] = _order(row)
        return found

    def _kept(self, stream: int, first: int, last: int) -> dict[int, dict[int, bytes | str]]:
        """Personal values of these entries; of what is erased, meanwhile too, since when."""
        kept: dict[int, dict[int, bytes | str]] = {}
        for seq, slot, value, gone in self._reader.rows(_PERSONAL, (stream, first, last)):
            kept.setdefault(seq, {})[slot] = value.encode() if gone is None else gone
        return kept


def _order(row: Sequence[Any]) -> StoredOrder:
    return StoredOrder(
        id=row[0],
        organisation=row[1],
        release=row[2],
        revision=row[3],
        state=OrderState.from_json(loads(row[4]), loads(row[5])),
        entries=row[6],
    )


def _entry(row: Any, kept: Kept) -> EntryRow:
    seq, body, hash_, trace = row
    read = decode(body)
    slotted = _SLOTTED in body
    first = EntryRow(
        seq=seq,
        type=read.type,
        at=moment(read.at),
        actor=read.actor,
        channel=read.channel,
        facts=put_back(read.facts, kept) if slotted else read.facts,
        body=body.encode(),
        hash=from_base64(hash_),
        on_behalf_of=read.on_behalf_of,
        trace=loads(trace) if trace else None,
        command=read.place[0],
        kept=kept,
    )
    if not read.also:
        return first
    also = tuple(
        replace(first, type=type_, facts=put_back(facts, kept) if slotted else facts, trace=None)
        for type_, facts in read.also
    )
    return replace(first, also=also)
