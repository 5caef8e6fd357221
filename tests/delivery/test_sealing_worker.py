"""The worker seals beside everything else, each ten seconds or when a checkpoint is full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application
from parts.patience import wait_for

from orderloom.platform.bootstrap import worker_of
from orderloom.platform.delivery import worker as module
from orderloom.platform.delivery.worker import Worker
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command

ALICE = Actor("alice", roles=frozenset({"sales"}))


def test_what_is_committed_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEAL_EVERY", 0.05)
    with small_application(tmp_path) as app:
        worker = worker_of(app)
        worker.start()
        try:
            body = c.Create("request", {"title": "Desk", "total": 250})
            app.handle(Command(body=body, actor=ALICE))
            wait_for(lambda: app.store.seal.latest() is not None)
            wait_for(lambda: app.store.seal.waiting(app.store.seal.latest()) == 0)
        finally:
            worker.stop()


class Counted:
    """A sealer that only counts."""

    def __init__(self) -> None:
        self.full = False
        self.times = 0

    def is_full(self) -> bool:
        return self.full

    def run_once(self) -> int:
        self.times += 1
        return 0


def test_a_full_checkpoint_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    sealing: Any = Counted()
    nothing: Any = None
    worker = Worker(nothing, nothing, nothing, nothing, sealing=sealing)
    looks = []
    for passed in (0.0, 0.5, 5.0, 4.4, 0.2, 0.5, 0.6):
        now += passed
        sealing.full = passed == 0.6
        worker._seal()
        looks.append(sealing.times)
    # At once, not within ten seconds, after them, and when it is full after one.
    assert looks == [1, 1, 1, 1, 2, 2, 3]
