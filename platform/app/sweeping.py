"""Takes away what has served its time: answers kept for repeated requests, hits of watches, files
that nobody named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

# How long a request may come again under its `Idempotency-Key` (engine 4).
KEPT: Final = timedelta(days=30)
# How long a hit of a watch is known as told: longer than any period that a watch looks back over.
TOLD: Final = timedelta(days=400)
# How long a file is kept that nobody names: longer than it may be named, so that what is being
# named now is never swept.
UNNAMED: Final = timedelta(hours=25)
EVERY: Final = timedelta(hours=1)
# Rows at a time: a sweep keeps nobody waiting.
PIECE: Final = 500


class Sweepable(Protocol):
    """Rows that grow old."""

    def sweep(self, before: datetime, *, limit: int) -> int:
        """Takes away rows from before then, at most so many; how many."""


class Sweeping:
    """Sweeps once an hour by the application's clock, each kind of rows after its own time."""

    def __init__(self, now: Callable[[], datetime], *kinds: tuple[Sweepable, timedelta]) -> None:
        self._now = now
        self._kinds = kinds
        self._next: datetime | None = None

    def run_once(self) -> int:
        """Sweeps if it is time; how many rows went. Never more than a piece of each kind at a time:
        the next call goes on where more is left."""
        now = self._now()
        if self._next is not None and now < self._next:
            return 0
        gone = [rows.sweep(now - kept, limit=PIECE) for rows, kept in self._kinds]
        if max(gone, default=0) < PIECE:
            self._next = now + EVERY
        return sum(gone)
