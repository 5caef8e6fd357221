"""The runner's turns with real commands: a person beside a list, lists beside a crowd."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from parts.application import small_application

from orderloom.platform.app.application import Application
from orderloom.platform.app.reply import Reply
from orderloom.platform.app.runner import WAY_SECONDS
from orderloom.platform.engine.commands import Actor, Command, Create

MANY = 300


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    on_file = request.param == "sqlite"
    database = "" if on_file else str(request.getfixturevalue("migrated_postgres"))
    with small_application(tmp_path, database=database) as opened:
        yield opened


def _creates(app: Application, count: int) -> list[Command]:
    alice = app.accounts.by_login("alice")
    assert alice is not None
    return [_create(alice, n) for n in range(count)]


def _create(actor: Actor, n: int) -> Command:
    return Command(body=Create("request", {"title": f"Desk {n}", "total": 250 + n}), actor=actor)


def _titles(replies: list[Any]) -> list[str]:
    assert all(isinstance(reply, Reply) for reply in replies)
    return [reply.state.data["title"] for reply in replies]


def test_a_person_does_not_wait_for_a_list(app: Application) -> None:
    todo = _creates(app, MANY)
    begun, finished = threading.Event(), threading.Event()
    app.runner.committed = begun.set
    answers: list[Any] = []

    def bulk() -> None:
        answers.extend(app.handle_many(todo))
        finished.set()

    loading = threading.Thread(target=bulk)
    loading.start()
    assert begun.wait(60)
    waited = []
    while not finished.is_set():
        waited.append(app.handle(todo[0]))
        if len(waited) == 5:
            # Each had its answer while the list went on.
            assert not finished.is_set()
            break
    loading.join()
    assert _titles(answers) == [f"Desk {n}" for n in range(MANY)]
    assert len(waited) == 5
    assert all(isinstance(answer, Reply) for answer in waited)


def test_a_list_gives_way_while_somebody_waits_for_an_answer(app: Application) -> None:
    runner, todo = app.runner, _creates(app, 40)

    def seconds(count: int) -> float:
        began = perf_counter()
        _titles(app.handle_many(todo[:count]))
        return perf_counter() - began

    seconds(2)
    with runner.presence.here():
        # The caller of the list waits for nobody else: not even for itself.
        alone = min(seconds(2) for _ in range(5))
        other = ThreadPoolExecutor(1)
        beside = min(other.submit(seconds, 2).result() for _ in range(5))
        # And a list ends all the same.
        assert other.submit(seconds, 40).result() > 0
        other.shutdown()
    assert beside > alone
    assert beside > WAY_SECONDS
    assert runner.presence.count == 0


def test_lists_and_single_commands_of_many_threads_are_all_answered(app: Application) -> None:
    todo = _creates(app, 60)

    def work(index: int) -> list[str]:
        if index % 2:
            return _titles(app.handle_many(todo))
        return _titles([app.handle(command) for command in todo[:20]])

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    for index, titles in enumerate(found):
        assert titles == [f"Desk {n}" for n in range(60 if index % 2 else 20)]
