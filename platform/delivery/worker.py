"""The worker: looks for due work, carries it out on a few threads, stops cleanly."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, Final

from orderloom.platform.app.audit_index import AuditIndex
from orderloom.platform.app.erasures import Erasures
from orderloom.platform.app.inbound import Inbound
from orderloom.platform.app.inbox import Inbox
from orderloom.platform.app.mailing import Mailing
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.mining_feed import BATCH, Courses
from orderloom.platform.app.outbox import Outbox
from orderloom.platform.app.retention import Retention
from orderloom.platform.app.rule_use import RuleUse
from orderloom.platform.app.sealing import Sealing
from orderloom.platform.app.sweeping import Sweeping
from orderloom.platform.app.timers import Timers
from orderloom.platform.app.watching import Watching

THREADS: Final = 4
# Nothing to do: look again after this, since other processes leave work too. Rung for: not sooner
# than this after the last look, so that a busy server is not asked at each commit.
PAUSE: Final = 0.25
RESPITE: Final = 0.02
# Between two checkpoints; between two looks whether one is full before.
SEAL_EVERY: Final = 10
SEAL_LOOK: Final = 1
# Maps of processes are looked at now and then, and take the newest entries in by themselves.
MINE_EVERY: Final = 5
# After a fault of the database.
AFTER_FAULT: Final = 5

log = logging.getLogger(__name__)


class Worker:
    """Calls, messages to people, clocks, watches, messages between orders and of other systems.

    Any number may run against one database, in one process or many: jobs are claimed, and what is
    done twice is recognised by the order's state. `ring` says that there may be work.
    """

    def __init__(
        self,
        outbox: Outbox,
        inbox: Inbox,
        timers: Timers,
        metrics: Metrics,
        sweeping: Sweeping | None = None,
        *,
        inbound: Inbound | None = None,
        watching: Watching | None = None,
        mailing: Mailing | None = None,
        sealing: Sealing | None = None,
        erasures: Erasures | None = None,
        retention: Retention | None = None,
        audit_index: AuditIndex | None = None,
        rule_use: RuleUse | None = None,
        courses: Courses | None = None,
        threads: int = THREADS,
        pause: float = PAUSE,
    ) -> None:
        self._outbox = outbox
        self._inbox = inbox
        self._timers = timers
        self._metrics = metrics
        self._sweeping = sweeping
        self._inbound = inbound
        self._watching = watching
        self._mailing = mailing
        self._sealing = sealing
        self._sealed_at = float(-SEAL_EVERY)
        self._erasures = erasures
        self._retention = retention
        self._audit_index = audit_index
        self._rule_use = rule_use
        self._courses = courses
        self._mined_at = float(-MINE_EVERY)
        self._pause = pause
        self._slots = threads
        self._free = threading.Semaphore(threads)
        self._pool: ThreadPoolExecutor | None = None
        self._stopping = threading.Event()
        self._bells = tuple(threading.Event() for _ in range(6))
        self._loops: list[threading.Thread] = []

    def start(self) -> None:
        """Begins to work on threads of its own."""
        self._stopping.clear()
        self._pool = ThreadPoolExecutor(self._slots, thread_name_prefix="delivery")
        self._loops = [
            threading.Thread(target=self._loop, args=(step, bell), name=name, daemon=True)
            for name, step, bell in zip(
                ("orders", "outbox", "watches", "mail", "seal", "search"),
                (
                    self._orders,
                    self._dispatch,
                    self._watches,
                    self._mails,
                    self._seal,
                    self._indexes,
                ),
                self._bells,
                strict=True,
            )
        ]
        for loop in self._loops:
            loop.start()

    def ring(self) -> None:
        """Something was committed: looks now, not after the pause. Never waits, never raises."""
        for bell in self._bells:
            bell.set()

    def stop(self) -> None:
        """Takes no new work and waits for what is under way."""
        self._stopping.set()
        self.ring()
        for loop in self._loops:
            loop.join()
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None
        if self._watching is not None:
            # Another worker takes them at once.
            self._watching.close()

    def run_once(self) -> int:
        """Does everything that is due now, on this thread; how much it was. For tests and tools."""
        done = 0
        while did := self._all():
            done += did
        return done

    def _all(self) -> int:
        done = self._orders() + self._outbox.run_once(limit=self._slots) + self._watches()
        return done + self._mails() + self._indexes()

    def _watches(self) -> int:
        """A ruleset that takes long keeps only the other watches waiting."""
        return self._watching.run_once() if self._watching is not None else 0

    def _mails(self) -> int:
        """A mail server that takes long keeps only other mail waiting."""
        return self._mailing.run_once() if self._mailing is not None else 0

    def _seal(self) -> int:
        """Each 10 s, and sooner where so much has been written that a checkpoint is full."""
        if self._sealing is None or not self._is_time():
            return 0
        self._sealing.run_once()
        self._sealed_at = monotonic()
        return 0

    def _is_time(self) -> bool:
        waited = monotonic() - self._sealed_at
        return waited >= SEAL_EVERY or (
            waited >= SEAL_LOOK and self._sealing is not None and self._sealing.is_full()
        )

    def _indexes(self) -> int:
        """What the auditor's desk searches, and what its process map is made of."""
        read = self._audit_index.run_once() if self._audit_index is not None else 0
        read += self._rule_use.run_once() if self._rule_use is not None else 0
        if self._courses is not None and monotonic() - self._mined_at >= MINE_EVERY:
            mined = self._courses.run_once()
            # Of many entries the next ones at once.
            self._mined_at = monotonic() if mined < BATCH else self._mined_at
            read += mined
        return read

    def _orders(self) -> int:
        delivered = self._inbox.run_once()
        struck = self._timers.run_once()
        self._metrics.timers.inc(struck)
        swept = self._sweeping.run_once() if self._sweeping is not None else 0
        tried = self._inbound.run_once() if self._inbound is not None else 0
        retired = self._retention.run_once() if self._retention is not None else 0
        erased = self._erasures.run_once() if self._erasures is not None else 0
        return delivered + struck + swept + tried + retired + erased

    def _dispatch(self) -> int:
        """Claims as many jobs as there are free threads."""
        free = 0
        while free < self._slots and self._free.acquire(blocking=False):
            free += 1
        try:
            jobs = self._outbox.claim(free) if free else ()
        except BaseException:
            self._free.release(free)
            raise
        if free > len(jobs):
            self._free.release(free - len(jobs))
        for job in jobs:
            if self._pool is not None:
                self._pool.submit(self._guarded, job)
        return len(jobs)

    def _guarded(self, job: Any) -> None:
        try:
            self._outbox.carry_out(job)
        except Exception:
            # A fault of the database or a bug: the claim runs out and the job is tried again.
            log.exception("job failed")
        finally:
            self._free.release()
            # There is room for the next one.
            self.ring()

    def _loop(self, step: Callable[[], int], bell: threading.Event) -> None:
        while not self._stopping.is_set():
            bell.clear()
            looked = monotonic()
            try:
                idle = step() == 0
            except Exception:
                # The database may be away for a while; the worker must outlive that.
                log.exception("worker failed")
                self._stopping.wait(AFTER_FAULT)
                continue
            if idle and bell.wait(self._pause):
                self._stopping.wait(max(looked + RESPITE - monotonic(), 0))
