"""How the log stands: sealed up to where, and how far behind the search is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from orderloom.audit.entry import decode
from orderloom.platform.app.audit_index import AuditIndex
from orderloom.platform.app.sealing import COUNT, DELAY, SEAL
from orderloom.platform.store.feed_rows import FeedTables
from orderloom.platform.store.seal_rows import SealTables

# Counted no further: a large log must not be counted for a page.
MOST_COUNTED: Final = 200
# Seconds that nobody notices.
SOON: Final = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """`sealed`: entries under the last checkpoint, which was made `at`; `unsealed`: those since,
    `MOST_COUNTED` at most; `behind`: seconds, 0 where the search has everything."""

    sealed: int
    at: datetime | None
    unsealed: int
    behind: int


# Longer than sealing takes to come round again, also on a machine that has much to do.
SILENT: Final = timedelta(minutes=10)


class AuditStanding:
    """For the head of the desk. It does not verify: that reads the whole log, and is for the
    command line (`orderloom audit verify`)."""

    def __init__(self, feed: FeedTables, seal: Callable[[], SealTables], index: AuditIndex) -> None:
        self._feed = feed
        self._seal = seal
        self._index = index

    def now(self) -> Standing:
        """As it is at this moment."""
        last = self._seal().latest()
        behind = int(self._index.lag())
        if last is None:
            return Standing(0, None, 0, behind if behind > SOON else 0)
        waiting, _ = self._feed.feed_bodies(last.cursor, limit=MOST_COUNTED)
        at = datetime.fromisoformat(last.at)
        return Standing(last.size, at, len(waiting), behind if behind > SOON else 0)

    def trouble(self, now: datetime) -> str:
        """What stands against sealing, as `words/*/seal.yaml` calls it; empty: nothing. `silent`:
        nobody has sealed for long what waits, as when no worker runs."""
        seal = self._seal()
        watches = seal.watches()
        for name in (SEAL, COUNT, DELAY):
            if name in watches and watches[name].fault:
                return name
        last = seal.latest()
        if last is None or now - datetime.fromisoformat(last.at) < SILENT:
            return ""
        oldest, _ = self._feed.feed_bodies(last.cursor, limit=1)
        waits = bool(oldest) and now - datetime.fromisoformat(decode(oldest[0].body).at) >= SILENT
        return "silent" if waits else ""
