"""Retention: what is personal in orders that ended long ago goes; the worker erases it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orderloom.platform.app.erasures import Erasures
from orderloom.platform.app.registry import Registry
from orderloom.platform.engine.spans import add_span
from orderloom.platform.problem import Refused
from orderloom.platform.store.erasure_rows import RETENTION, ErasureTables

EVERY: Final = timedelta(hours=1)
# Orders of one process at a time.
PIECE: Final = 100
ORGANISATION: Final = 1


class Retention:
    """Looks once an hour, by the definition that is in force: a shorter time is for all orders."""

    def __init__(
        self,
        tables: ErasureTables,
        erasures: Erasures,
        registry: Registry,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._erasures = erasures
        self._registry = registry
        self._now = now
        self._next: datetime | None = None

    def run_once(self) -> int:
        """Asks for orders whose time has come, a piece of each process; how many. The next call
        goes on where more is left."""
        now = self._now()
        if self._next is not None and now < self._next:
            return 0
        asked = [self._of(process, now) for process in self._registry.processes(ORGANISATION)]
        if max(asked, default=0) < PIECE:
            self._next = now + EVERY
        return sum(asked)

    def _of(self, process: str, now: datetime) -> int:
        try:
            release = self._registry.current(process, ORGANISATION, now)
        except Refused:
            # It does not compile: nobody knows how long its data may be kept.
            return 0
        span = release.process.retention
        if span is None:
            return 0
        ended = add_span(now, span, -1, release.zone or ZoneInfo("UTC"), None)
        orders = self._tables.ended_before(ORGANISATION, process, ended, after=0, limit=PIECE)
        for order in orders:
            self._erasures.retire(order, ORGANISATION, RETENTION)
        return len(orders)
