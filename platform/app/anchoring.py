"""Checkpoints are told outside of the database, where who rewrites it has no hand in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from orderloom.audit.merkle import root_at
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.store.columns import moment, stamp
from orderloom.platform.store.seal_rows import CheckpointRow, SealTables, WatchRow

log = logging.getLogger(__name__)

FIRST_WAIT: Final = timedelta(seconds=10)
LONGEST_WAIT: Final = timedelta(hours=1)


class AnchorFault(Exception):
    """A checkpoint could not be told there. `code`: a word for it; the text says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Anchor(Protocol):
    """A place outside. Called with the newest checkpoint; raises `AnchorFault`."""

    @property
    def name(self) -> str: ...

    @property
    def every(self) -> timedelta: ...

    def __call__(self, last: CheckpointRow, tables: SealTables, /) -> None: ...


class Anchoring:
    """Tells every anchor the newest checkpoint, not more often than it wants. What fails is tried
    again, later and later, and stands in `audit_watch`; sealing never waits for it."""

    def __init__(
        self,
        tables: SealTables,
        anchors: Sequence[Anchor],
        now: Callable[[], datetime],
        *,
        metrics: Metrics,
    ) -> None:
        self._tables = tables
        self._anchors = anchors
        self._now = now
        self._metrics = metrics

    def run_once(self, *, at_once: bool = False) -> int:
        """How many anchors were told. `at_once`: also those whose time has not come."""
        last = self._tables.latest() if self._anchors else None
        if last is None:
            return 0
        rows, now = self._tables.watches(), self._now()
        told = 0
        for anchor in self._anchors:
            row = rows.get(anchor.name) or WatchRow(name=anchor.name)
            if at_once or _is_due(row, last, anchor.every, now):
                told += self._tell(anchor, row, last, now)
        return told

    def _tell(self, anchor: Anchor, row: WatchRow, last: CheckpointRow, now: datetime) -> int:
        gauge = self._metrics.anchor_failures.labels(anchor.name)
        try:
            anchor(last, self._tables)
        except AnchorFault as fault:
            told = f"{fault.code}: {fault}"
            if told != row.fault:
                log.error("anchor failed", extra={"anchor": anchor.name, "fault": told})
            since = row.since if row.fault else stamp(now)
            failed = replace(row, at=stamp(now), fault=told, since=since, failures=row.failures + 1)
            self._tables.watched(failed)
            gauge.set(failed.failures)
            return 0
        gauge.set(0)
        if row.no == last.no and not row.fault:
            return 0
        self._tables.watched(WatchRow(name=anchor.name, no=last.no, at=stamp(now)))
        return 1


def agrees(size: int, root: bytes, last: CheckpointRow, tables: SealTables) -> bool:
    """Whether the tree of the database still has the root that was told outside."""
    if size > last.size:
        return False
    try:
        return root_at(size, tables.subtree) == root
    except LookupError:
        return False


def _is_due(row: WatchRow, last: CheckpointRow, every: timedelta, now: datetime) -> bool:
    if not row.at:
        return True
    tried = moment(row.at)
    if row.fault:
        wait = FIRST_WAIT * (1 << min(row.failures - 1, 10))
        return now >= tried + min(wait, LONGEST_WAIT)
    # One that wants to be asked always may find that the database is not what it was.
    return not every or (row.no != last.no and now >= tried + every)
