"""Which events of a command stand in one entry: an event with what followed from it at once.

An entry is a sentence of the timeline, "the warehouse told that it is picked, the order went on to
shipping", "the table said two approvals, so the order went on to approval" (engine 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from orderloom.platform.engine.outcome import Event

# What began something of which the rest follows.
BEGINS: Final = frozenset(
    {
        *("order.created", "order.started", "event.received", "event.raised", "timer.fired"),
        *("task.done", "approval.verdict", "call.result", "child.ended", "decided"),
    }
)
# What may follow, and behind what. The order's end, answers of people and comments are looked for
# by their types in tables: they begin an entry.
FOLLOWS: Final[Mapping[str, frozenset[str]]] = {
    "approval.closed": frozenset({"approval.verdict"}),
    "activity.ended": frozenset({"approval.closed", "task.done", "call.result", "child.ended"}),
    "stage.changed": BEGINS | {"activity.ended"},
    "work.started": frozenset({"stage.changed"}),
    "approval.opened": frozenset({"work.started"}),
}
# Whatever may stand before what follows, so in front of its entry.
LEADS: Final = BEGINS | FOLLOWS.keys()
_OPENED: Final = "approval.opened"
# One entry is found by one definition: these name theirs, or that of the approval which closes.
_OTHERS: Final = frozenset({"approval.verdict", "decided"})


def together(events: Sequence[Event]) -> list[Sequence[Event]]:
    """The events, in their order, as groups of an entry each."""
    groups: list[list[Event]] = []
    for event in events:
        behind = FOLLOWS.get(event.type)
        if (
            behind is not None
            and groups
            and groups[-1][-1].type in behind
            and event.trace is None
            and not (event.type == _OPENED and groups[-1][0].type in _OTHERS)
        ):
            groups[-1].append(event)
        else:
            groups.append([event])
    return [*groups]
