"""A call has one effect and one answer, however the outside and the workers behave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from parts.loopback import Outside, outside
from parts.work_queue import HandClock, KeepingRunner, WorkQueue

from orderloom.platform.app.calls import Caller
from orderloom.platform.app.outbox import Answer, Outbox
from orderloom.platform.delivery.http_sender import HttpSender
from orderloom.platform.problem import Rejection
from orderloom.platform.store.work_rows import Job

OPERATION = {
    "path": "/invoices",
    "response": "{id: body.number}",
    "timeout": "PT1S",
    "retry": {"times": 3, "first": "PT2S", "factor": 2},
    "declined": [409],
}


@dataclass
class Bench:
    """An outbox with one call in it, against a server."""

    server: Outside
    queue: WorkQueue = field(default_factory=WorkQueue)
    clock: HandClock = field(default_factory=HandClock)
    private: bool = True

    def __post_init__(self) -> None:
        self.runner = KeepingRunner(self.queue, self.clock)
        connector = {"address": self.server.url, "operations": {"create-invoice": OPERATION}}
        self.outbox = Outbox(
            self.queue,
            self.runner,
            self.clock.now,
            call=Caller(
                lambda job: connector, HttpSender(allow_private=self.private), lambda name: None
            ),
            post=lambda job: Answer(),
            chance=lambda: 0,
        )
        self.queue.add(7, connector="erp", operation="create-invoice", args={"ref": "SO-1"})

    def run(self, rounds: int = 10) -> None:
        for _ in range(rounds):
            self.outbox.run_once()
            self.clock.forward(minutes=2)


@pytest.mark.parametrize(
    ("behaviours", "tries", "result", "error"),
    [
        (["ok"], 1, {"id": "INV-1"}, None),
        (["500", "ok"], 2, {"id": "INV-1"}, None),
        (["500", "503", "ok"], 3, {"id": "INV-1"}, None),
        (["hang", "ok"], 2, {"id": "INV-1"}, None),
        (["drop", "ok"], 2, {"id": "INV-1"}, None),
        (["drop", "hang", "ok"], 3, {"id": "INV-1"}, None),
        (["409"], 1, None, "declined"),
        (["404"], 1, None, "invalid"),
        (["text"], 1, None, "invalid"),
        (["redirect"], 1, None, "invalid"),
        (["500", "500", "500"], 3, None, "unreachable"),
        (["hang", "hang", "hang"], 3, None, "timeout"),
        (["drop", "drop", "drop"], 3, None, "unreachable"),
    ],
)
def test_one_effect_and_one_answer(
    behaviours: Sequence[str], tries: int, result: Any, error: str | None
) -> None:
    with outside(behaviours) as server:
        bench = Bench(server)
        bench.run()
        assert len(server.requests) == tries
        assert {headers["idempotency-key"] for _, _, headers, _ in server.requests} == {"42.7"}
        assert all(count == 1 for count in server.effects.values())
    assert len(bench.runner.commands) == 1
    answer = bench.runner.results[7]
    assert answer.result == result
    assert (answer.error or {}).get("kind") == error
    assert bench.queue.jobs == {}


def test_tries_wait_longer_each_time() -> None:
    with outside(["500", "500", "ok"]) as server:
        bench = Bench(server)
        for seconds, tries in [(0, 1), (0, 1), (1, 2), (1, 2), (1, 3)]:
            bench.clock.forward(seconds=seconds)
            bench.outbox.run_once()
            assert len(server.requests) == tries


def test_a_private_address_is_refused_unless_allowed() -> None:
    with outside() as server:
        bench = Bench(server, private=False)
        bench.run()
        assert server.requests == []
    error = bench.runner.results[7].error
    assert error is not None
    assert (error["kind"], error["code"]) == ("invalid", "address.refused")


def test_a_worker_that_died_after_sending_is_followed_by_another() -> None:
    """The claim runs out; the same key makes the second sending harmless."""
    with outside() as server:
        bench = Bench(server)
        job = bench.outbox.claim(1)[0]
        # The first worker sends, and dies before it submits the answer.
        Caller(
            lambda job: {"address": server.url, "operations": {"create-invoice": OPERATION}},
            HttpSender(allow_private=True),
            lambda name: None,
        )(job)
        assert bench.outbox.run_once() == 0
        bench.clock.forward(seconds=61)
        assert bench.outbox.run_once() == 1
        assert server.effects == {"42.7": 1}
    assert list(bench.runner.results) == [7]


def test_an_answer_the_runner_refuses_is_submitted_again() -> None:
    with outside() as server:
        bench = Bench(server)
        refusals = [Rejection("store.busy", "busy")]
        bench.runner.answer = lambda command: refusals.pop() if refusals else None
        bench.run(3)
        assert server.effects == {"42.7": 1}
    assert bench.runner.results[7].result == {"id": "INV-1"}
    assert bench.queue.jobs == {}


def test_an_order_that_is_gone_does_not_keep_the_job() -> None:
    with outside() as server:
        bench = Bench(server)
        bench.runner.answer = lambda command: Rejection("order.not_found", "gone")
        bench.run(1)
    assert bench.queue.jobs == {}


def test_of_a_lane_only_the_oldest_is_sent() -> None:
    with outside(["500", "ok", "ok"]) as server:
        bench = Bench(server)
        bench.queue.jobs.clear()
        for n in (1, 2):
            bench.queue.add(n, lane="erp", connector="erp", operation="create-invoice", args={})
        bench.run(5)
        keys = [headers["idempotency-key"] for _, _, headers, _ in server.requests]
    assert keys == ["42.1", "42.1", "42.2"]


def test_a_long_call_keeps_its_claim() -> None:
    @dataclass
    class Long:
        queue: WorkQueue
        seen: list[Any] = field(default_factory=list)

        def longest(self, job: Job) -> timedelta:
            return timedelta(minutes=5)

        def __call__(self, job: Job, /) -> Answer:
            self.seen.append(self.queue.claims[job.id])
            return Answer(result=1)

    queue, clock = WorkQueue(), HandClock()
    queue.add(7)
    call = Long(queue)
    runner = KeepingRunner(queue, clock)
    Outbox(
        queue, runner, clock.now, call=call, post=lambda job: Answer(), chance=lambda: 0
    ).run_once()
    assert call.seen == [clock.now() + timedelta(minutes=6)]
