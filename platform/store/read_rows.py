"""What lists and pages read, as plain values: orders, open tasks, audit entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from orderloom.audit.personal import disclose
from orderloom.platform.engine.state import OrderState
from orderloom.platform.store.running_orders import RunningOrders

# What a list is sorted by, then order and number.
TaskKey = tuple[str, int, int]
# Of an entry, by slot its value, or since when it is gone.
Kept = Mapping[int, bytes | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOrder:
    """An order as stored. `release`: the number of its release row. `entries`: the length of its
    stream."""

    id: int
    organisation: int
    release: int
    revision: int
    state: OrderState
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """An open task among those offered to somebody: its order, its number, when it is due. `key`:
    its place in the list."""

    order: int
    n: int
    due: datetime | None
    key: TaskKey = ("", 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks a list shows and how it is sorted; None and empty mean any. `due_from` counts
    in, `due_before` does not; `undated`: those without a date. `words`: beginnings of words of the
    order, all of them, or else it was started by one of `requesters` (ids). `sort`: `due oldest
    newest amount order`."""

    process: str | None = None
    kind: str | None = None
    stage: str | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    undated: bool = False
    stopped: bool | None = None
    words: tuple[str, ...] = ()
    requesters: tuple[str, ...] = ()
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Rows of a list of tasks, and the key after which there may be more; None: that is all. A
    page may have fewer rows than it could, and still not be the last."""

    rows: tuple[TaskRow, ...]
    further: TaskKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneRow:
    """An entry of any order, such as one by which somebody has answered a task; newest by `id`.
    Of a security stream `order` is the stream."""

    id: int
    order: int
    entry: EntryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An audit entry with its facts: personal values put back where they are still kept.

    `facts` are the event's alone, without the envelope. `body`: the bytes that were hashed.
    `command`: the number of the stream's command that it belongs to. `trace`: as it is stored;
    `kept`: by slot a personal value, or since when it is gone. `also`: what followed from it at
    once and stands in the same entry.
    """

    seq: int
    type: str
    at: datetime
    actor: str
    channel: str
    facts: Mapping[str, Any]
    body: bytes
    hash: bytes
    on_behalf_of: str | None = None
    trace: Mapping[str, Any] | None = None
    command: int = 0
    kept: Kept = field(default_factory=dict)
    also: tuple[EntryRow, ...] = ()

    @property
    def told(self) -> tuple[EntryRow, ...]:
        """Every event that it tells, in their order, as if each had its own entry."""
        return (replace(self, also=()), *self.also) if self.also else (self,)

    @property
    def told_trace(self) -> Mapping[str, Any]:
        """The trace with personal values put back like those of `facts`."""
        told: Mapping[str, Any] = put_back(self.trace or {}, self.kept)
        return told


def put_back(facts: Any, kept: Kept) -> Any:
    """Facts with the personal values that are kept, and markers of those that are gone."""
    there = {slot: value for slot, value in kept.items() if isinstance(value, bytes)}
    gone = {slot: value for slot, value in kept.items() if isinstance(value, str)}
    return disclose(facts, there, gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders a list shows; None and empty mean any. `number` finds those that start with
    it; `check`: `completion` or `ready`; `columns`: (path, value) of columns of the process that
    must have that value."""

    process: str | None = None
    status: str | None = None
    stage: str | None = None
    requester: str | None = None
    number: str | None = None
    check: str | None = None
    processes: tuple[str, ...] = field(default=())
    columns: tuple[tuple[str, Any], ...] = field(default=())


class ReadTables(Protocol):
    """The SQL of lists and pages (`store.reads`): each call is one short read."""

    def order_by_number(self, organisation: int, number: str) -> StoredOrder | None: ...

    def order_by_key(
        self, organisation: int, process: str, key: str, value: str
    ) -> StoredOrder | None:
        """The open order of a process that has this value under one of its `keys`."""

    def status_by_number(self, organisation: int, number: str) -> tuple[int, str] | None:
        """Id and status of an order, and nothing of what is in it."""

    def status_by_id(self, organisation: int, order: int) -> tuple[int, str] | None: ...

    def orders_by_id(self, organisation: int, ids: Collection[int]) -> Mapping[int, StoredOrder]:
        """Those of the ids that exist in the organisation."""

    def orders(
        self, organisation: int, chosen: OrderFilter, *, before: int | None, limit: int
    ) -> Sequence[StoredOrder]:
        """Newest first (descending id), those with an id below `before`. `number` of the filter
        finds numbers that start with it."""

    def tasks(
        self,
        organisation: int,
        principals: Collection[str],
        *,
        after: tuple[str, int, int] | None,
        limit: int,
    ) -> Sequence[TaskRow]:
        """Open tasks offered to any of the principals, each once, by (due, order, n), those with no
        due date last. `after`: the last row's (due as ISO text or "~", order, n)."""

    def found_tasks(
        self,
        organisation: int,
        principals: Collection[str],
        chosen: TaskFilter,
        *,
        after: TaskKey | None,
        limit: int,
    ) -> TaskPage:
        """The same of those that the filter lets through, in its order. Looks at a bounded number
        of rows, however few it lets through."""

    def offered(
        self, organisation: int, principals: Collection[str], *, limit: int
    ) -> Mapping[str, frozenset[tuple[int, int]]]:
        """(order, n) of the first tasks that are offered to each of the principals."""

    def done(
        self, organisation: int, user: str, *, before: int | None, limit: int
    ) -> Sequence[DoneRow]:
        """What somebody has answered, newest first, entries with an id below `before`."""

    def entries_by_id(self, organisation: int, ids: Collection[int]) -> Mapping[int, DoneRow]:
        """Those of the entries that are the organisation's."""

    def running(self, organisation: int, limit: int) -> RunningOrders:
        """The newest open orders, at most `limit`, counted by release and stage."""

    def everybody(self, organisation: int) -> Sequence[tuple[str, str]]:
        """Id and name of each active person, and nothing else of them."""

    def count_tasks(self, organisation: int, principals: Collection[str], *, limit: int) -> int:
        """How many there are, at most `limit`."""

    def entries(
        self, organisation: int, order: int, *, before: int | None, limit: int
    ) -> Sequence[EntryRow]:
        """Entries of an order's stream, newest first, those with a seq below `before`."""

    def entries_after(
        self, organisation: int, order: int, *, after: int, limit: int
    ) -> Sequence[EntryRow]:
        """The same, oldest first, those with a seq above `after`."""

    def comments(
        self, organisation: int, order: int, *, before: int | None, limit: int
    ) -> Sequence[EntryRow]:
        """The same of what people said alone."""
