"""An order's whole course, folded from its entries alone: how it stood after each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orderloom.platform.app.moment_asked import Asked
from orderloom.platform.engine import Event, OrderState, evolve
from orderloom.platform.engine.events import BESIDE
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow, ReadTables

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Stood:
    """The order after an entry; `revision` counts the commands that were accepted until then."""

    entry: EntryRow
    state: OrderState
    revision: int


def course(reads: ReadTables, organisation: int, order: int) -> list[Stood]:
    """From the first entry to the last. States share what did not change."""
    found: list[Stood] = []
    state: OrderState | None = None
    revision, counted, after = 0, 0, 0
    while rows := reads.entries_after(organisation, order, after=after, limit=AT_ONCE):
        for row in rows:
            after_all = evolve(state, Event(row.type, row.facts))
            for each in row.also:
                after_all = evolve(after_all, Event(each.type, each.facts))
            state = after_all
            if row.command != counted and row.type != "refused" and row.type not in BESIDE:
                revision, counted = revision + 1, row.command
            found.append(Stood(row, state, revision))
        after = rows[-1].seq
    return found


def place(stood: Sequence[Stood], asked: Asked) -> int | Rejection:
    """Where in the course the moment lies. Before the first entry there was no order."""
    if asked.entry is not None:
        if 1 <= asked.entry <= len(stood):
            return asked.entry - 1
        message = f"the order has the entries 1 to {len(stood)}"
        return Rejection("moment.no_entry", message, {"last": len(stood)}, "entry")
    if asked.at is None:
        return len(stood) - 1
    index = sum(one.entry.at <= asked.at for one in stood) - 1
    if index < 0:
        message = f"the order began at {stood[0].entry.at.isoformat()}"
        return Rejection("moment.before", message, {"began": stood[0].entry.at.isoformat()}, "at")
    return index
