"""Fires what is due: every clock strikes once, however many workers look."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from orderloom.platform.app.logs import about_order
from orderloom.platform.engine.commands import SYSTEM, Command, Wake
from orderloom.platform.problem import Rejection
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
    nothing. `now` is the application's clock.
    """

    def __init__(self, work: WorkTables, runner: Submit, now: Callable[[], datetime]) -> None:
        self._work = work
        self._runner = runner
        self._now = now

    def run_once(self) -> int:
        """Fires everything due by now; how many clocks struck."""
        fired = 0
        stuck: set[int] = set()
        while True:
            now = self._now()
            due = self._work.due_orders(now, BATCH + len(stuck))
            fresh = [order for order in due if order not in stuck]
            if not fresh:
                return fired
            for order in fresh:
                struck = self._wake(order)
                fired += struck
                if not struck or struck >= MOST_IN_A_ROW:
                    stuck.add(order)

    def _wake(self, order: int) -> int:
        """Wakes one order until it says that nothing was due; how often a clock struck."""
        with about_order(order):
            for struck in range(MOST_IN_A_ROW):
                command = Command(body=Wake(), actor=SYSTEM, order=order, channel="worker")
                reply = self._runner.submit(command)
                if isinstance(reply, Rejection):
                    log.warning("wake refused", extra={"code": reply.code})
                    return struck
                if not reply.events:
                    return struck
            return MOST_IN_A_ROW
