"""What a replay found: of one order entry by entry, of many as sums and named differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

# Entries that the engine decided by itself: by a table, a guard, a clock, a policy.
DECISIONS: Final = frozenset(
    {
        *("decided", "inferred", "checked", "stage.changed", "timer.fired", "task.escalated"),
        *("approval.opened", "approval.settled", "approval.closed", "approval.voided"),
    }
)
SAME: Final = "same"
DIFFERENT: Final = "different"
ERASED: Final = "erased"
EXPECTED: Final = "known"
FOLDED: Final = "folded"
# Differences that are told one by one; of more only the number.
MOST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is not as it was recorded. `order`: its number, empty for a definition. `entry`: its
    place in the order's stream, None where the stored order itself is meant. `problem`: a code of
    `words/*/replay.yaml`; `was`, `now`: what is recorded or stored, and what came out."""

    problem: str
    order: str = ""
    entry: int | None = None
    type: str = ""
    definition: str = ""
    what: str = ""
    was: Any = None
    now: Any = None

    def to_json(self) -> dict[str, Any]:
        """The fields that say something."""
        named = {
            "order": self.order,
            "entry": self.entry,
            "type": self.type,
            "definition": self.definition,
            "problem": self.problem,
            "what": self.what,
        }
        shown = {name: value for name, value in named.items() if value not in ("", None)}
        if self.entry is not None:
            shown |= {"was": self.was, "now": self.now}
        return shown


@dataclass(frozen=True, slots=True)
class Repeated:
    """What became of an event that entry `seq` tells. `status`: `same different erased known
    folded`."""

    seq: int
    type: str
    status: str


@dataclass(slots=True)
class OrderReplay:
    """One order. `commands`: by status."""

    number: str
    entries: list[Repeated] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    different: list[Difference] = field(default_factory=list)

    def decisions(self) -> Iterator[Repeated]:
        """What the engine had decided by itself."""
        return (one for one in self.entries if one.type in DECISIONS)


@dataclass(slots=True)
class Report:
    """Of many orders. `decisions` and `commands`: by status."""

    orders: int = 0
    entries: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    different: list[Difference] = field(default_factory=list)
    further: int = 0

    def take(self, one: OrderReplay) -> None:
        """Adds an order."""
        self.orders += 1
        self.entries += len({each.seq for each in one.entries})
        self.decisions.update(each.status for each in one.decisions())
        self.commands.update(one.commands)
        self._differ(one.different)

    def add(self, other: Report) -> None:
        """Adds what another one found in other orders."""
        self.orders += other.orders
        self.entries += other.entries
        self.decisions.update(other.decisions)
        self.commands.update(other.commands)
        self.further += other.further
        self._differ(other.different)

    @property
    def ok(self) -> bool:
        return not self.different

    def to_json(self) -> dict[str, Any]:
        """`decisions`: executed again; `not_repeatable`: of those, that values were erased of;
        `folded`: read from their entries alone."""
        done = self.decisions
        return {
            "orders": self.orders,
            "entries": self.entries,
            "commands": {"again": self.commands[SAME], "folded": self.commands[FOLDED]},
            "decisions": done[SAME] + done[DIFFERENT] + done[EXPECTED],
            "different": [each.to_json() for each in self.different],
            "further": self.further,
            "not_repeatable": done[ERASED],
            "folded": done[FOLDED],
            "known_changes": done[EXPECTED],
        }

    def _differ(self, found: list[Difference]) -> None:
        for one in found:
            # A definition that is not what it was is found by every process that reads it.
            if one.order == "" and one in self.different:
                continue
            if len(self.different) < MOST:
                self.different.append(one)
            else:
                self.further += 1
