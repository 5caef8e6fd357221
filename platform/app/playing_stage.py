"""What a walk is played on: the scenarios' application in memory, which notes what would leave."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.runner import Reply
from orderloom.platform.app.scenario import Unexpected
from orderloom.platform.app.simulation import ORGANISATION, Simulation
from orderloom.platform.app.views import Views
from orderloom.platform.definitions import Bundle
from orderloom.platform.engine import Actor, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow, StoredOrder
from orderloom.platform.store.work_rows import Job

# A walk that does more than this is stopped: a clock that strikes every second, a loop of messages.
MOST_COMMANDS: Final = 3000
LONGEST: Final = 20.0  # seconds of the processor
MOST_ENTRIES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Leaving:
    """A call or message that would have left, and when."""

    job: Job
    at: datetime


class PlayStage(Simulation):
    """`leaving`: what would have left so far. Raises `Unexpected` with `play.endless` when the
    walk does not come to an end."""

    def __init__(self, bundle: Bundle, now: datetime, logins: Sequence[str]) -> None:
        self.leaving: list[Leaving] = []
        self._left = MOST_COMMANDS
        self._until = time.thread_time() + LONGEST
        super().__init__(bundle, now, logins)

    @property
    def views(self) -> Views:
        return self._app.views

    @property
    def desk(self) -> Desk:
        return self._app.views.desk

    def handle(self, command: Command) -> Reply | Rejection:
        self._count()
        return super().handle(command)

    def deliver(self) -> bool:
        self._count()
        return super().deliver()

    def take_jobs(self) -> Sequence[Job]:
        jobs, now = super().take_jobs(), self.clock.now()
        self.leaving += [Leaving(job, now) for job in jobs]
        return jobs

    def stored(self, ids: Sequence[int]) -> Mapping[int, StoredOrder]:
        return self._app.store.reads.orders_by_id(ORGANISATION, ids)

    def entries(self, order: int) -> list[EntryRow]:
        """Every entry of an order, oldest first."""
        rows = self._app.store.reads.entries(ORGANISATION, order, before=None, limit=MOST_ENTRIES)
        return list(reversed(rows))

    def record(self, collection: str, key: str) -> Mapping[str, Any] | None:
        return self.views.record(OPERATOR, collection, key)

    def person(self, login: str, *, language: str, zone: str) -> Actor | None:
        """Somebody of the cast as they are now, reading in another's language."""
        found = self.cast.get(login)
        return replace(self.as_now(found), language=language, zone=zone) if found else None

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0 or time.thread_time() > self._until:
            message = "The walk does not come to an end."
            endless = Rejection("play.endless", message, {"most": MOST_COMMANDS})
            raise Unexpected(message, endless)
