"""How often rows of rules were used, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orderloom.platform.store.feed_rows import FeedCursor


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row of a version of a rule: `kind` is decision, ruleset or approval."""

    organisation: int
    kind: str
    id: str
    version: int
    row: str


@dataclass(frozen=True, slots=True)
class Used:
    """How often, and when last."""

    times: int
    last: datetime


class RuleUseTables(Protocol):
    """The SQL of the counts (`store.rule_use`)."""

    def cursor(self) -> FeedCursor:
        """How far the feed was counted."""

    def add(self, before: FeedCursor, after: FeedCursor, uses: Mapping[RowKey, Used]) -> bool:
        """Adds what was counted between the cursors; False: somebody else did, nothing changes."""

    def clear(self) -> None:
        """Forgets all counts, to begin anew."""

    def of(self, organisation: int, kind: str, id: str) -> Sequence[tuple[RowKey, Used]]:
        """The counts of a definition, the newest version first."""

    def totals(self, organisation: int) -> Mapping[tuple[str, str], Used]:
        """By kind and id, over all versions and rows."""
