"""The worker's tables in memory, and a runner that keeps what it is given."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from orderloom.platform.engine.commands import CallResult, Command, Create, Deliver
from orderloom.platform.problem import Rejection
from orderloom.platform.store.work_rows import Job, Letter, Notice

START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands until it is set."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: int) -> None:
        self.at += timedelta(**span)


@dataclass
class WorkQueue:
    """`WorkTables` as their docstrings promise."""

    jobs: dict[int, Job] = field(default_factory=dict)
    claims: dict[int, datetime] = field(default_factory=dict)
    letters_: list[Letter] = field(default_factory=list)
    wakes: dict[int, list[datetime]] = field(default_factory=dict)
    notices: dict[tuple[int, int, str], Notice] = field(default_factory=dict)
    answered: dict[str, datetime] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, n: int, kind: str = "call", lane: str | None = None, **body: Any) -> None:
        self.jobs[n] = Job(
            id=n,
            organisation=1,
            order=42,
            n=n,
            kind=kind,
            body=body,
            attempts=0,
            due=START,
            lane=lane,
        )

    def claim(self, now: datetime, *, until: datetime, limit: int) -> tuple[Job, ...]:
        with self.lock:
            taken: list[Job] = []
            lanes: set[str] = set()
            for id_, job in sorted(self.jobs.items()):
                first_of_lane = job.lane is None or job.lane not in lanes
                lanes |= {job.lane} if job.lane else set()
                free = job.due <= now and self.claims.get(id_, START - timedelta(1)) <= now
                if first_of_lane and free and len(taken) < limit:
                    self.claims[id_] = until
                    self.jobs[id_] = replace(job, attempts=job.attempts + 1)
                    taken.append(self.jobs[id_])
            return tuple(taken)

    def extend(self, job: Job, *, until: datetime) -> None:
        with self.lock:
            if job.id in self.jobs:
                self.claims[job.id] = until

    def postpone(self, job: Job, *, due: datetime) -> None:
        with self.lock:
            if job.id in self.jobs:
                self.jobs[job.id] = replace(self.jobs[job.id], due=due)
                self.claims.pop(job.id, None)

    def remove(self, job: Job) -> None:
        with self.lock:
            self.jobs.pop(job.id, None)

    def waiting(self, now: datetime, limit: int) -> tuple[int, ...]:
        due = [letter.to_order for letter in self.letters_ if letter.at <= now]
        return tuple(dict.fromkeys(due))[:limit]

    def letters(self, order: int) -> tuple[Letter, ...]:
        mine = [letter for letter in self.letters_ if letter.to_order == order]
        return tuple(sorted(mine, key=lambda letter: (letter.from_stream, letter.from_n)))

    def taken(self, letters: tuple[Letter, ...]) -> None:
        self.letters_ = [letter for letter in self.letters_ if letter not in letters]

    def due_orders(self, now: datetime, limit: int) -> tuple[int, ...]:
        with self.lock:
            due = [(min(at), order) for order, at in self.wakes.items() if at and min(at) <= now]
        return tuple(order for _, order in sorted(due))[:limit]

    def next_wake(self) -> datetime | None:
        return min((moment for at in self.wakes.values() for moment in at), default=None)

    def sweep(self, before: datetime, *, limit: int) -> int:
        old = [key for key, at in self.answered.items() if at < before][:limit]
        for key in old:
            del self.answered[key]
        return len(old)

    def keep_notice(self, notice: Notice) -> None:
        self.notices.setdefault((notice.order, notice.n, notice.user), notice)


@dataclass(frozen=True)
class Done:
    """A reply of the runner."""

    events: tuple[object, ...] = ()


@dataclass
class KeepingRunner:
    """Keeps every command. A `CallResult` counts once per call, a `Wake` takes one due moment, as
    an order's state does. `answer` may refuse."""

    queue: WorkQueue
    clock: HandClock
    commands: list[Command] = field(default_factory=list)
    results: dict[int, CallResult] = field(default_factory=dict)
    struck: list[tuple[int, datetime]] = field(default_factory=list)
    answer: Callable[[Command], Rejection | None] = lambda command: None

    def submit(self, command: Command) -> Done | Rejection:
        with self.queue.lock:
            self.commands.append(command)
            refused = self.answer(command)
            if refused is not None:
                return refused
            match command.body:
                case CallResult() as body:
                    self.results.setdefault(body.call, body)
                case Create() | Deliver():
                    return Done(("taken",))
                case _:
                    return self._wake(command.order)
            return Done()

    def _wake(self, order: int) -> Done:
        due = sorted(at for at in self.queue.wakes.get(order, []) if at <= self.clock.now())
        if not due:
            return Done()
        self.queue.wakes[order].remove(due[0])
        self.struck.append((order, due[0]))
        return Done(("timer.fired",))
