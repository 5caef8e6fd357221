"""Takes away what has served its time: answers kept for requests that come again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from orderloom.platform.store.work_rows import WorkTables

# How long a request may come again under its `Idempotency-Key` (engine 4).
KEPT: Final = timedelta(days=30)
EVERY: Final = timedelta(hours=1)
# Rows at a time: a sweep keeps nobody waiting.
PIECE: Final = 500


class Sweeping:
    """Sweeps once an hour by the application's clock."""

    def __init__(self, work: WorkTables, now: Callable[[], datetime]) -> None:
        self._work = work
        self._now = now
        self._next: datetime | None = None

    def run_once(self) -> int:
        """Sweeps if it is time; how many rows went. Never more than a piece at a time: the next
        call goes on where more is left."""
        now = self._now()
        if self._next is not None and now < self._next:
            return 0
        gone = self._work.sweep(now - KEPT, limit=PIECE)
        if gone < PIECE:
            self._next = now + EVERY
        return gone
