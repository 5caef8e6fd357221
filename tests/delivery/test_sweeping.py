"""Answers of requests are kept for thirty days, then go a piece at a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from parts.application import small_application
from parts.work_queue import START, HandClock, WorkQueue

from orderloom.platform.app import sweeping
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.reply import Reply
from orderloom.platform.app.sweeping import KEPT, Sweeping
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command


def test_old_answers_go_a_piece_at_a_time_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "PIECE", 2)
    queue, clock = WorkQueue(), HandClock()
    queue.answered = {str(n): START - timedelta(days=31) for n in range(3)}
    queue.answered["young"] = START - timedelta(days=29)
    broom = Sweeping(clock.now, (queue, KEPT))
    assert [broom.run_once() for _ in range(3)] == [2, 1, 0]
    assert list(queue.answered) == ["young"]
    queue.answered["old"] = START - timedelta(days=31)
    assert broom.run_once() == 0
    clock.forward(hours=1)
    assert broom.run_once() == 1


def test_a_key_may_be_used_anew_after_thirty_days(tmp_path: Path) -> None:
    with small_application(tmp_path, clock=START) as app:
        alice = app.accounts.by_login("alice")
        assert alice is not None
        body = c.Create(process="request", data={"title": "x", "total": 1})
        command = Command(body=body, actor=alice, key="k", key_scope="client:alice")
        worker, clock = worker_of(app), app.clock
        assert isinstance(clock, FixedClock)
        for days, replayed in ((0, False), (29, True), (2, False)):
            clock.set(clock.now() + timedelta(days=days))
            worker.run_once()
            reply = app.handle(command)
            assert isinstance(reply, Reply)
            assert reply.replayed is replayed
