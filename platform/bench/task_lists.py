"""How long the first page of a list of tasks takes, among very many open tasks."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.task_query import TaskQuery
from orderloom.platform.bench.engine import application
from orderloom.platform.bench.latency import percentiles
from orderloom.platform.bench.many_tasks import CUSTOMERS, PEOPLE, fill, person
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.account_rows import User

HEAD: Final = ("what", "p50 ms", "p99 ms", "rows", "goal")
GOAL: Final = "p99 < 50"
# Pages of each kind, each of another person.
PAGES: Final = 60
LIMIT: Final = 50
QUERIES: Final = {
    "mine": TaskQuery(),
    "my teams'": TaskQuery(scope="team"),
    "unassigned": TaskQuery(scope="unassigned"),
    "substituted": TaskQuery(scope="substituted"),
    "all": TaskQuery(scope="all"),
    "of a process": TaskQuery(process="process3"),
    "tickets": TaskQuery(kind="ticket"),
    "paused": TaskQuery(paused="yes"),
    "late": TaskQuery(due="late"),
    "due this week": TaskQuery(due="week"),
    "without a date": TaskQuery(due="none"),
    "in a stage": TaskQuery(stage="approval"),
    "longest waiting": TaskQuery(sort="oldest"),
    "largest amount": TaskQuery(sort="amount"),
    "newest order": TaskQuery(sort="order"),
    "paused tickets of a process, by amount": TaskQuery(
        process="process3", kind="ticket", paused="yes", sort="amount"
    ),
    "nothing fits": TaskQuery(process="none"),
    "search: a number": TaskQuery(scope="all", q="{number}"),
    "search: a customer": TaskQuery(scope="all", q="{customer}"),
    "search: a common word": TaskQuery(scope="all", q="{common}"),
    "search: who started it": TaskQuery(scope="all", q="Person {person}"),
}


def task_lists(url: str, database: str, tasks: int) -> list[tuple[str, ...]]:
    """Rows of the sheet: the database is filled, then each list is asked for."""
    with application(url) as app:
        _people(app)
        start = time.perf_counter()
        fill(app, url, tasks)
        took = time.perf_counter() - start
        rows: list[tuple[str, ...]] = [
            (f"{database}: {tasks:,} tasks written in {took:,.0f} s", "", "", "", "")
        ]
        for name, query in QUERIES.items():
            rows.append(_measured(app, f"{database}, {name}", query, tasks))
        rows.append(_timed(f"{database}, done", _done(app)))
        rows.append(_timed(f"{database}, counts of the tabs", _counts(app)))
    return rows


def _measured(app: Application, name: str, query: TaskQuery, tasks: int) -> tuple[str, ...]:
    return _timed(name, _lists(app, query, tasks))


def _timed(name: str, calls: Iterator[Callable[[], int]]) -> tuple[str, ...]:
    seconds, found = [], 0
    for call in calls:
        start = time.perf_counter()
        found += call()
        seconds.append(time.perf_counter() - start)
    return (name, *percentiles(seconds), str(round(found / len(seconds))), GOAL)


def _lists(app: Application, query: TaskQuery, tasks: int) -> Iterator[Callable[[], int]]:
    chance = random.Random(11)
    for actor in _actors(chance):
        q = query.q.format(
            number=f"{1_000_000 + chance.randrange(tasks // 5):08}",
            customer=f"{CUSTOMERS[chance.randrange(8)]}{chance.randrange(2_000)}",
            common=CUSTOMERS[chance.randrange(8)],
            person=chance.randrange(PEOPLE),
        )
        yield partial(_page, app, actor, replace(query, q=q))


def _page(app: Application, actor: Actor, query: TaskQuery) -> int:
    return _count(app.views.tasks(actor, query, None, LIMIT))


def _answers(app: Application, actor: Actor) -> int:
    return _count(app.views.done(actor, None, LIMIT))


def _done(app: Application) -> Iterator[Callable[[], int]]:
    for actor in _actors(random.Random(11)):
        yield partial(_answers, app, actor)


def _counts(app: Application) -> Iterator[Callable[[], int]]:
    for actor in _actors(random.Random(11)):
        yield partial(app.views.count_tasks, actor)


def _actors(chance: random.Random) -> Iterator[Actor]:
    """People, each of whom stands in for another."""
    for _ in range(PAGES):
        other = person(chance.randrange(PEOPLE))
        yield replace(person(chance.randrange(PEOPLE)), in_place_of={other.id: other})


def _count(page: Any) -> int:
    if isinstance(page, Rejection):
        raise RuntimeError(f"refused: {page}")
    return len(page.items)


def _people(app: Application) -> None:
    for number in range(PEOPLE):
        one = person(number)
        app.store.accounts.add_user(
            User(
                id=one.id,
                organisation=1,
                login=one.id,
                name=one.name,
                password="",
                roles=one.roles,
                units=one.units,
            )
        )
