"""Every clock strikes once, however many workers look."""

from datetime import timedelta
from threading import Thread

from parts.work_queue import START, Done, HandClock, KeepingRunner, WorkQueue

from orderloom.platform.app.timers import Timers
from orderloom.platform.engine.commands import Command, Wake
from orderloom.platform.problem import Rejection


def test_two_workers_after_three_days_fire_each_clock_once() -> None:
    clock = HandClock()
    due = {order: [START + timedelta(hours=k) for k in range(order % 4)] for order in range(200)}
    queue = WorkQueue(wakes={order: list(at) for order, at in due.items()})
    runner = KeepingRunner(queue, clock)
    clock.forward(days=3)
    workers = [Thread(target=Timers(queue, runner, clock.now).run_once) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    expected = sorted((order, at) for order, moments in due.items() for at in moments)
    assert sorted(runner.struck) == expected
    assert not any(queue.wakes.values())
    assert all(isinstance(command.body, Wake) for command in runner.commands)


def test_what_is_not_due_stays() -> None:
    clock = HandClock()
    queue = WorkQueue(wakes={1: [START + timedelta(seconds=1)]})
    timers = Timers(queue, KeepingRunner(queue, clock), clock.now)
    assert timers.run_once() == 0
    clock.forward(seconds=1)
    assert timers.run_once() == 1
    assert timers.run_once() == 0


def test_an_order_that_cannot_be_woken_does_not_stop_the_others() -> None:
    clock = HandClock()
    queue = WorkQueue(wakes={1: [START], 2: [START]})
    runner = KeepingRunner(queue, clock)
    runner.answer = lambda command: Rejection("x.y", "") if command.order == 1 else None
    assert Timers(queue, runner, clock.now).run_once() == 1
    assert runner.struck == [(2, START)]


def test_a_clock_that_always_strikes_again_does_not_hold_the_worker() -> None:
    class Endless:
        def submit(self, command: Command) -> Done:
            return Done(("timer.fired",))

    queue = WorkQueue(wakes={1: [START]})
    assert Timers(queue, Endless(), HandClock().now).run_once() == 1000
