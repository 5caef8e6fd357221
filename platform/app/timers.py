"""Fires what is due: every clock strikes once, however many workers look."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from orderloom.platform.app.backoff import Backoff
from orderloom.platform.app.logs import about_order
from orderloom.platform.engine.commands import SYSTEM, Command, Wake
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError
from orderloom.platform.store.work_rows import WorkTables

BATCH: Final = 64
# One order's clocks per look; a loop of clocks must not keep the others waiting.
MOST_IN_A_ROW: Final = 1000

log = logging.getLogger(__name__)


class Submitted(Protocol):
    """What is asked of the runner's reply."""

    @property
    def events(self) -> tuple[object, ...]: ...


class Submit(Protocol):
    """The runner: one command, one transaction."""

    def submit(self, command: Command) -> Submitted | Rejection: ...


class Timers:
    """Reads due orders without locks and submits `Wake` until nothing is due.

    Two workers may wake the same order: the second finds nothing due in the state and writes
    nothing. An order that cannot be woken rests; the others do not wait for it. `now` is the
    application's clock.
    """

    def __init__(
        self,
        work: WorkTables,
        runner: Submit,
        now: Callable[[], datetime],
        backoff: Backoff | None = None,
    ) -> None:
        self._work = work
        self._runner = runner
        self._now = now
        self._backoff = backoff or Backoff()

    def run_once(self) -> int:
        """Fires everything due by now; how many clocks struck. Raises `StoreError`."""
        fired = 0
        seen: set[int] = set()
        while True:
            now = self._now()
            due = self._work.due_orders(now, BATCH + len(seen) + self._backoff.resting())
            fresh = [each for each in due if each not in seen and not self._backoff.rests(each)]
            if not fresh:
                return fired
            for order in fresh:
                struck = self._wake(order)
                fired += struck
                if not struck or struck >= MOST_IN_A_ROW:
                    seen.add(order)

    def _wake(self, order: int) -> int:
        """Wakes one order until it says that nothing was due; how often a clock struck."""
        with about_order(order):
            struck, reply = 0, self._submit(order)
            while not isinstance(reply, Rejection) and reply.events:
                struck += 1
                if struck == MOST_IN_A_ROW:
                    return struck
                reply = self._submit(order)
            if isinstance(reply, Rejection) or not struck:
                self._rest(order, reply)
            else:
                self._backoff.went_well(order)
            return struck

    def _submit(self, order: int) -> Submitted | Rejection:
        command = Command(body=Wake(), actor=SYSTEM, order=order, channel="worker")
        try:
            return self._runner.submit(command)
        except StoreError:
            self._backoff.failed(order)
            raise
        except Exception:
            log.exception("wake failed")
            return Rejection("internal", "Something is broken on our side.")

    def _rest(self, order: int, reply: object) -> None:
        """The row said that it was due and the order that it was not, or it could not be woken:
        asked again at once it would say the same."""
        rests = self._backoff.failed(order)
        if isinstance(reply, Rejection):
            log.warning("wake refused", extra={"code": reply.code, "milliseconds": rests})
