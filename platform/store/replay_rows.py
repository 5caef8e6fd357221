"""What a replay reads of an order: its row, what tables say beside it, and every entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from orderloom.audit.entry import Entry
from orderloom.platform.engine.outcome import Event
from orderloom.platform.record import named_record, record
from orderloom.platform.store.order_rows import LoadedOrder, Projection


@record
class LoggedEntry:
    """An event that entry `seq` of a stream tells. `event`: its facts, `answers`: what was asked
    for its command, both with the personal values that are kept; `erased`: some are not, markers
    stand in their place."""

    seq: int
    entry: Entry
    event: Event
    answers: Any
    erased: bool


@named_record
class OrderLog:
    """One order as one moment saw it. `status` and `wake_at` stand in its row beside the state.
    `entries`: every event that they tell."""

    order: LoadedOrder
    process: str
    status: str
    wake_at: str | None
    projection: Projection
    entries: tuple[LoggedEntry, ...]


@record
class Chosen:
    """Which orders are meant; what is None chooses nothing. `since`: those with an entry at or
    after that instant (ISO 8601, UTC)."""

    order: int | None = None
    process: str | None = None
    since: str | None = None


class ReplayTables(Protocol):
    """The SQL of replays (`store.replays`): everything is read without locks."""

    def count(self, chosen: Chosen) -> int:
        """How many orders are chosen."""

    def part_end(self, after: int, chosen: Chosen, size: int) -> int | None:
        """The id of the last of the next `size` orders after an id; None: there are none."""

    def part(self, after: int, upto: int, chosen: Chosen) -> Sequence[OrderLog]:
        """The chosen orders with ids in (after, upto], by id, all as one moment saw them."""

    def runtimes(self) -> dict[int, dict[str, Any]]:
        """The versions behind each number that entries name as `rt`."""
