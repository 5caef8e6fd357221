"""Keeps what the auditor's desk is searched by up to date, after the commit, from the one feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from orderloom.audit.entry import decode
from orderloom.platform.app.audit_facts import facts_of
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.store.desk_rows import DeskTables, IndexState
from orderloom.platform.store.feed_rows import FeedBody, FeedTables

BATCH: Final = 500
# Where somebody else was faster, or a window of the feed has ended, it is read again.
TRIES: Final = 3
Progress = Callable[[int], None]


class AuditIndex:
    """Any number may run against one database: who is later adds nothing twice."""

    def __init__(
        self,
        feed: FeedTables,
        tables: DeskTables,
        now: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        self._feed = feed
        self._tables = tables
        self._now = now
        self._metrics = metrics or Metrics()

    def run_once(self, limit: int = BATCH) -> int:
        """Reads what is new, a batch at most; how many entries it was. Raises `StoreError`."""
        for _ in range(TRIES):
            state = self._tables.state()
            entries, cursor = self._feed.feed_bodies(state.cursor, limit=limit)
            if not entries and not state.cursor.high:
                break
            moved = self._tables.add(state.cursor, cursor, [facts_of(each) for each in entries])
            if moved and entries:
                self._measure(entries[-1], more=len(entries) == limit)
                return len(entries)
        self._metrics.audit_index_behind.set(0)
        return 0

    def catch_up(self, progress: Progress = lambda done: None) -> int:
        """Reads all that is there; how many entries it was."""
        done = 0
        while read := self.run_once(BATCH * 4):
            done += read
            progress(done)
        return done

    def rebuild(self, progress: Progress = lambda done: None) -> int:
        """Makes it again from the first entry on; how many there are. Searches find what has been
        read so far meanwhile."""
        self._tables.clear()
        return self.catch_up(progress)

    def state(self) -> IndexState:
        """How far the log was read."""
        return self._tables.state()

    def lag(self) -> float:
        """Since how many seconds the oldest entry waits that cannot be found yet; 0: all can."""
        cursor = self._tables.state().cursor
        for _ in range(2 if cursor.high else 1):
            entries, cursor = self._feed.feed_bodies(cursor, limit=1)
            if entries:
                return self._since(entries[0])
        return 0

    def _measure(self, last: FeedBody, *, more: bool) -> None:
        self._metrics.audit_index_behind.set(self._since(last) if more else 0)

    def _since(self, entry: FeedBody) -> float:
        return max((self._now() - datetime.fromisoformat(decode(entry.body).at)).total_seconds(), 0)
