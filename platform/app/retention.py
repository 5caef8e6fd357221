"""Retention: what is personal in orders that ended long ago goes; the worker erases it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from orderloom.platform.app.erasures import PERMISSION, Erasures
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.registry import Registry
from orderloom.platform.definitions.model import Release, Span
from orderloom.platform.engine import Actor
from orderloom.platform.engine.spans import add_span
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.account_rows import AccountTables
from orderloom.platform.store.erasure_rows import RETENTION, ErasureTables, RetentionRun
from orderloom.platform.words import Words

EVERY: Final = timedelta(hours=1)
# Orders of one process at a time.
PIECE: Final = 100
# How many orders that are due are counted, and how many of the next ones are told.
MOST_COUNTED: Final = 1_000
NEXT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How long a process keeps personal data. `broken`: its definition cannot be read, so nothing
    goes; `span`: ISO 8601, empty: for ever. `due`: orders whose time has come, `many`: more than
    are counted; `next`: when the next ones fall due. `last`: when some were due last."""

    process: str
    title: str
    span: str = ""
    broken: bool = False
    due: int = 0
    next: tuple[datetime, ...] = ()
    last: RetentionRun | None = None

    @property
    def many(self) -> bool:
        return self.due > MOST_COUNTED


class Retention:
    """Looks once an hour, in every organisation, by the definition that is in force: a shorter
    time is for all orders."""

    def __init__(
        self,
        tables: ErasureTables,
        accounts: AccountTables,
        erasures: Erasures,
        registry: Registry,
        now: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._accounts = accounts
        self._erasures = erasures
        self._registry = registry
        self._now = now
        self._next: datetime | None = None
        self._begun: datetime | None = None

    def run_once(self) -> int:
        """Asks for orders whose time has come, a piece of each process; how many. The next call
        goes on where more is left."""
        now = self._now()
        if self._next is not None and now < self._next:
            return 0
        # The pieces of a run bear one instant, by which they are told as one.
        self._begun = self._begun or now
        asked = [
            self._of(process, organisation, now, self._begun)
            for organisation in self._accounts.organisations()
            for process in self._registry.processes(organisation)
        ]
        if max(asked, default=0) < PIECE:
            self._next, self._begun = now + EVERY, None
        return sum(asked)

    def overview(self, actor: Actor) -> tuple[Kept, ...] | Rejection:
        """Every process of the actor's organisation, by its title; needs `privacy.erase`."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        now, words = self._now(), Words(actor.language)
        runs = self._tables.retention_runs(actor.organisation)
        found = [
            self._kept(process, actor.organisation, now, words, runs.get(process))
            for process in self._registry.processes(actor.organisation)
        ]
        return tuple(sorted(found, key=lambda each: (each.title.casefold(), each.process)))

    def _of(self, process: str, organisation: int, now: datetime, begun: datetime) -> int:
        release = self._release(process, organisation, now)
        span = release.process.retention if release is not None else None
        if release is None or span is None:
            return 0
        ended = _shifted(now, span, -1, release)
        orders = self._tables.ended_before(organisation, process, ended, after=0, limit=PIECE)
        for order in orders:
            self._erasures.retire(order, organisation, RETENTION, begun)
        return len(orders)

    def _kept(
        self,
        process: str,
        organisation: int,
        now: datetime,
        words: Words,
        last: RetentionRun | None,
    ) -> Kept:
        release = self._release(process, organisation, now)
        if release is None:
            return Kept(process=process, title=process, broken=True, last=last)
        title = words.choose(release.process.title) or process
        span = release.process.retention
        if span is None:
            return Kept(process=process, title=title, last=last)
        falling = self._tables.falling(
            organisation,
            process,
            _shifted(now, span, -1, release),
            count=MOST_COUNTED + 1,
            next_=NEXT,
        )
        return Kept(
            process=process,
            title=title,
            span=span.text,
            due=falling.due,
            next=tuple(_shifted(ended, span, 1, release) for ended in falling.next),
            last=last,
        )

    def _release(self, process: str, organisation: int, now: datetime) -> Release | None:
        try:
            return self._registry.current(process, organisation, now)
        except Refused:
            # It does not compile: nobody knows how long its data may be kept.
            return None


def _shifted(moment: datetime, span: Span, times: int, release: Release) -> datetime:
    return add_span(moment, span, times, release.zone or ZoneInfo("UTC"), None)
