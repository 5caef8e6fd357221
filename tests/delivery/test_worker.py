"""Workers side by side: every job once, a clean stop, no death by a fault."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from parts.work_queue import HandClock, KeepingRunner, WorkQueue

from orderloom.platform.app.inbox import Inbox
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.app.outbox import Answer, Outbox
from orderloom.platform.app.timers import Timers
from orderloom.platform.delivery import worker as module
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.store.work_rows import Job


@dataclass
class SlowCall:
    """Counts what is sent and how many at once; the first ones wait until `met` are inside."""

    met: int = 1
    sent: Counter[int] = field(default_factory=Counter)
    now: int = 0
    most: int = 0
    lock: threading.Condition = field(default_factory=threading.Condition)

    def longest(self, job: Job) -> timedelta:
        return timedelta(0)

    def __call__(self, job: Job, /) -> Answer:
        with self.lock:
            self.sent[job.n] += 1
            self.now += 1
            self.most = max(self.most, self.now)
            self.lock.notify_all()
            self.lock.wait_for(lambda: self.most >= self.met, timeout=20)
        time.sleep(0.005)
        with self.lock:
            self.now -= 1
        return Answer(result=job.n)


def make(queue: WorkQueue, runner: KeepingRunner, call: SlowCall) -> Worker:
    clock = runner.clock
    outbox = Outbox(
        queue, runner, clock.now, call=call, post=lambda job: Answer(), chance=lambda: 0
    )
    inbox, timers = Inbox(queue, runner, clock.now), Timers(queue, runner, clock.now)
    return Worker(outbox, inbox, timers, Metrics(), threads=3, pause=0.01)


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "this took too long"
        time.sleep(0.01)


def test_two_workers_never_do_the_same_job() -> None:
    queue, call = WorkQueue(), SlowCall(met=4)
    runner = KeepingRunner(queue, HandClock())
    for n in range(1, 101):
        queue.add(n)
    workers = [make(queue, runner, call) for _ in range(2)]
    for worker in workers:
        worker.start()
    wait_for(lambda: not queue.jobs)
    for worker in workers:
        worker.stop()
    assert call.sent == Counter(range(1, 101))
    assert sorted(runner.results) == list(range(1, 101))
    assert 3 < call.most <= 6


def test_stopping_finishes_what_is_under_way() -> None:
    queue, call = WorkQueue(), SlowCall()
    runner = KeepingRunner(queue, HandClock())
    for n in range(1, 51):
        queue.add(n)
    worker = make(queue, runner, call)
    worker.start()
    wait_for(lambda: len(runner.results) > 0)
    worker.stop()
    assert sorted(call.sent) == sorted(runner.results)
    assert len(queue.jobs) == 50 - len(runner.results)


def test_a_fault_does_not_end_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFTER_FAULT", 0.01)
    queue, call = WorkQueue(), SlowCall()
    faults = [OSError("the database is away")] * 3

    def claim(*args: object, **named: object) -> tuple[Job, ...]:
        if faults:
            raise faults.pop()
        return WorkQueue.claim(queue, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(queue, "claim", claim)
    runner = KeepingRunner(queue, HandClock())
    queue.add(1)
    worker = make(queue, runner, call)
    worker.start()
    wait_for(lambda: not queue.jobs)
    worker.stop()
    assert list(runner.results) == [1]


def test_everything_due_is_done_at_once_on_request() -> None:
    queue, call = WorkQueue(), SlowCall()
    clock = HandClock()
    runner = KeepingRunner(queue, clock)
    queue.add(1)
    queue.add(2, kind="message", message="late")
    queue.wakes = {5: [clock.now(), clock.now()]}
    assert make(queue, runner, call).run_once() == 4
    assert len(runner.struck) == 2
    assert queue.jobs == {}
