"""What followers read: audited events of all orders, in the order in which they were committed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from orderloom.platform.engine.outcome import Event


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """How far a follower has read (engine 6).

    `after`: the id of the last entry read. On PostgreSQL ids are not committed in their order, so
    what is read lies in a window of transactions, `low` up to but without `high`, all of which
    have ended; `high` 0: the next window is still to be opened.
    """

    low: int = 0
    high: int = 0
    after: int = 0

    def covers(self, entry: FeedEntry) -> bool:
        """Whether the entry was read already."""
        if self.low <= entry.xid < self.high or not (self.low or self.high):
            return entry.id <= self.after
        return entry.xid < self.low

    def __str__(self) -> str:
        return f"{self.low}:{self.high}:{self.after}"

    @staticmethod
    def of(text: str) -> FeedCursor:
        """What `str` wrote. Raises `ValueError`."""
        low, high, after = text.split(":")
        return FeedCursor(int(low), int(high), int(after))


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One audited event; personal values are put back as far as they are kept. `at`: ISO 8601.
    `xid`: the transaction that wrote it (PostgreSQL). Events of one entry have its `id` and `seq`.
    """

    id: int
    organisation: int
    stream: int
    seq: int
    type: str
    at: str
    facts: Mapping[str, Any]
    xid: int = 0


@dataclass(frozen=True, slots=True)
class FeedBody:
    """An entry as it was hashed: `body` is its JSON, with commitments for personal values."""

    id: int
    organisation: int
    stream: int
    seq: int
    body: str


class FeedTables(Protocol):
    """The one feed (`store.audit`). Nothing is committed below a cursor that was given out."""

    def feed(
        self, cursor: FeedCursor, *, limit: int, types: Collection[str] | None = None
    ) -> tuple[Sequence[FeedEntry], FeedCursor]:
        """What up to `limit` entries behind the cursor tell, those of a stream in their order, and
        the cursor behind them; of these `types` only, where they are given. Nothing left: none."""

    def feed_bodies(
        self, cursor: FeedCursor, *, limit: int
    ) -> tuple[Sequence[FeedBody], FeedCursor]:
        """The same of all entries, as they were hashed."""

    def feed_since(self, moment: datetime) -> FeedCursor:
        """The cursor before the first entry of that moment or later, or a little before it."""

    def feed_end(self) -> FeedCursor:
        """The cursor behind everything that is committed now."""

    def history(self, stream: int, *, after: int, upto: int) -> Sequence[tuple[int, Event]]:
        """Entries `after + 1` … `upto` of a stream, with their numbers."""
