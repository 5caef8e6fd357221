"""What the runner carries out beside commands to orders: each a change with its entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from orderloom.platform.app.administering import Administer, Administering
from orderloom.platform.app.appointing import Appoint, Appointing, Dismiss
from orderloom.platform.app.erasing import Erase, ErasingWork
from orderloom.platform.app.handle import Handler
from orderloom.platform.app.record_keeping import ChangeRecords, RecordKeeping
from orderloom.platform.app.recorder import Recorder
from orderloom.platform.app.refusals import Announced, Noted
from orderloom.platform.app.reply import NOTED
from orderloom.platform.app.unit_of_work import UnitOfWork

Beside = Noted | Announced | Appoint | Dismiss | ChangeRecords | Administer | Erase


class BesideOrders:
    """Safe to use from the one thread that works a batch."""

    def __init__(
        self, handler: Handler, recorder: Recorder, *, now: Callable[[], datetime]
    ) -> None:
        self._handler = handler
        self._appointing = Appointing(recorder, now=now)
        self._records = RecordKeeping(recorder, now=now)
        self._administering = Administering(recorder)
        self._erasing = ErasingWork(recorder, now=now)

    def carry_out(self, work: Beside, unit: UnitOfWork) -> Any:
        """The work's answer; what follows from it is in the unit."""
        match work:
            case Noted() | Announced():
                self._handler.note(work, unit)
                return NOTED
            case Appoint() | Dismiss():
                return self._appointing.carry_out(work, unit)
            case Administer():
                return self._administering.carry_out(work, unit) or NOTED
            case ChangeRecords():
                return self._records.carry_out(work, unit)
            case Erase():
                return self._erasing.carry_out(work, unit)
