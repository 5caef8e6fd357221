"""What is durable is not done again; what nobody knows is not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.application import small_application

from orderloom.platform.app.application import Application
from orderloom.platform.app.reply import Reply
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import OrderFilter

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path, clock=NOW) as opened:
        yield opened


def new(app: Application) -> Command:
    alice = app.accounts.by_login("alice")
    assert alice is not None
    return Command(body=c.Create(process="request", data={"title": "x", "total": 250}), actor=alice)


def count(app: Application) -> int:
    return len(app.store.reads.orders(1, OrderFilter(), before=None, limit=100))


def test_a_hook_that_fails_after_the_commit_repeats_nothing(app: Application) -> None:
    def broken() -> None:
        raise RuntimeError("the bell is broken")

    app.runner.committed = broken
    assert isinstance(app.handle(new(app)), Reply)
    assert all(isinstance(reply, Reply) for reply in app.handle_many([new(app), new(app)]))
    assert count(app) == 3


@pytest.mark.postgres
def test_a_connection_that_breaks_in_the_commit_leaves_it_unknown(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_application(tmp_path, database=postgres_url, clock=NOW) as app:
        driver: Any = app.store.commands._driver
        commit = driver._commit

        def broken(connection: Any) -> None:
            """Ends the writer's connection just before its commit."""
            pid = connection.driver_connection.info.backend_pid
            with psycopg.connect(postgres_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))
            monkeypatch.setattr(driver, "_commit", commit)
            commit(connection)

        monkeypatch.setattr(driver, "_commit", broken)
        answer = app.handle(new(app))
        assert isinstance(answer, Rejection)
        assert answer.code == "outcome.unknown"
        assert count(app) == 0
        assert isinstance(app.handle(new(app)), Reply)
        assert count(app) == 1
