"""A database with very many open tasks: rows as the engine writes them, written in bulk.

One order is made by the engine; the others are it with another number, other people and other
moments. Five tasks an order; two hundred people, twenty roles, eight processes.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

import psycopg

from orderloom.platform.app.application import Application
from orderloom.platform.bench.engine import BOB, create
from orderloom.platform.codec import dumps, loads
from orderloom.platform.engine.commands import Actor, CastVerdict, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.sort_keys import sort_key

EACH: Final = 5
PEOPLE: Final = 200
ROLES: Final = 20
UNITS: Final = 10
PROCESSES: Final = 8
# Answers of each person that the list of what is done has.
ANSWERS: Final = 100
FIRST: Final = 1_000_000
CUSTOMERS: Final = ("tatra", "odra", "vltava", "dunaj", "wisla", "morava", "hron", "warta")
KINDS: Final = (*("approval",) * 14, *("task",) * 4, *("ticket",) * 2)
TABLES: Final[Mapping[str, str]] = {
    "order_row": "id organisation_id process release_no revision status chain_seq commands"
    " chain_head state data wake_at",
    "order_key": "organisation_id slot sort_key order_id",
    "order_reference": "organisation_id process key value order_id",
    "task": "order_id n organisation_id kind definition due_at assignee",
    "task_candidate": "organisation_id principal due_at order_id n process kind opened amount"
    " stopped",
    "audit_entry": "organisation_id stream seq type at actor subject body hash trace",
}
# Orders that are written together.
BATCH: Final = 2_000
Row = tuple[Any, ...]
Part = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Model:
    """The row of an order as the engine wrote it, and the entry of a verdict."""

    row: Mapping[str, Any]
    entry: Mapping[str, Any]
    now: datetime


def person(number: int) -> Actor:
    """One of the people: three roles, the first of which many have, and a unit."""
    roles = frozenset(f"role{(number * step) % ROLES:02}" for step in (1, 7, 11))
    return Actor(f"u_{number:03}", name=f"Person {number}", roles=roles, units=(unit(number),))


def unit(number: int) -> str:
    """The unit of a person."""
    return f"unit{number % UNITS}"


def fill(app: Application, url: str, tasks: int) -> None:
    """Adds so many open tasks to an application's empty database. Raises `RuntimeError` where the
    engine refuses the order that all are made after."""
    model = _model(app, url)
    with _writer(url) as write:
        for part in _batches(_orders(tasks // EACH, model)):
            write(part)
        for part in _batches(_answers(tasks // EACH, model)):
            write(part)
    _settle(url)


def _model(app: Application, url: str) -> Model:
    made = app.handle(create(0))
    if isinstance(made, Rejection):
        raise RuntimeError(f"no order: {made}")
    (row,) = _read(url, "order_row", f"id = {made.order}")
    verdict = CastVerdict(int(next(iter(made.state.tasks))), "approve", None)
    voted = app.handle(Command(body=verdict, actor=BOB, order=made.order, channel="api"))
    if isinstance(voted, Rejection):
        raise RuntimeError(f"no verdict: {voted}")
    (entry,) = _read(url, "audit_entry", f"stream = {made.order} AND type = 'approval.verdict'")
    return Model(row, entry, app.clock.now())


def _orders(count: int, model: Model) -> Iterator[dict[str, list[Row]]]:
    chance = random.Random(7)
    at = cache(lambda minutes: stamp(model.now + timedelta(minutes=minutes)))
    state, data = loads(model.row["state"]), loads(model.row["data"])
    (record,) = state["tasks"].values()
    for order in range(FIRST, FIRST + count):
        number, process = f"BO-{order:08}", f"process{chance.randrange(PROCESSES)}"
        customer = f"{CUSTOMERS[chance.randrange(len(CUSTOMERS))]}{chance.randrange(2_000)}"
        opened = -chance.randrange(60 * 24 * 40)
        amount = Decimal(chance.randrange(100, 10_000_000)) / 100
        tasks = {n: _task(chance, record, opened, at) for n in range(1, EACH + 1)}
        state |= {"order": order, "number": number, "tasks": {str(n): t for n, t in tasks.items()}}
        data["reference"] = customer
        row = {**model.row, "id": order, "state": dumps(state).decode()}
        row["data"] = dumps(data).decode()
        shown = (process, at(opened), sort_key(amount))
        yield {
            "order_row": [_columns("order_row", row)],
            "order_key": [(1, *key, order) for key in _keys(chance, process, number, customer)],
            "order_reference": [(1, "", "number", number, order)],
            "task": [
                (order, n, 1, t["kind"], t["id"], t.get("due"), t.get("assignee"))
                for n, t in tasks.items()
            ],
            "task_candidate": [
                row for n, t in tasks.items() for row in _candidates(order, n, t, shown)
            ],
        }


def _task(
    chance: random.Random, record: Mapping[str, Any], opened: int, at: Callable[[int], str]
) -> dict[str, Any]:
    """Six of ten are offered to a role, few roles to most; one of ten of them somebody took."""
    role = f"r:role{int(ROLES * chance.random() ** 2):02}"
    who = f"u_{chance.randrange(PEOPLE):03}"
    to_role = chance.random() < 0.6
    task = {**record, "kind": KINDS[chance.randrange(len(KINDS))]}
    task["for"] = [role] if to_role else [f"u:{who}"]
    task["opened"] = at(opened)
    if to_role and chance.random() < 0.1:
        task["assignee"] = who
    if chance.random() < 0.9:
        task["due"] = at(opened + chance.randrange(60 * 24 * 60))
    if chance.random() < 0.03:
        task["stopped"] = at(opened)
    return task


def _keys(chance: random.Random, process: str, number: str, customer: str) -> list[tuple[str, str]]:
    return [
        ("process", process),
        ("status", "open"),
        ("requester", f"u_{chance.randrange(PEOPLE):03}"),
        ("number", number),
        ("stage", "approval"),
        ("column:reference", sort_key(customer)),
        ("word", number.casefold()),
        ("word", number[3:]),
        ("word", customer),
    ]


def _candidates(
    order: int, n: int, task: Mapping[str, Any], shown: tuple[str, str, str]
) -> Iterator[Row]:
    process, opened, amount = shown
    due, assignee = task.get("due") or "~", task.get("assignee")
    names = [f"u:{assignee}", *(f"t:{name}" for name in task["for"])] if assignee else task["for"]
    for name in names:
        more = (process, task["kind"], opened, amount, "stopped" in task)
        yield (1, name, due, order, n, *more)


def _answers(orders: int, model: Model) -> Iterator[dict[str, list[Row]]]:
    body = loads(model.entry["body"])
    for number in range(PEOPLE * ANSWERS):
        who, order = person(number % PEOPLE).id, FIRST + number % orders
        seq = 1_000 + number // orders
        entry = {**model.entry, "stream": order, "seq": seq, "actor": who}
        entry["body"] = dumps({**body, "act": who}).decode()
        yield {"audit_entry": [_columns("audit_entry", entry)]}


def _columns(table: str, row: Mapping[str, Any]) -> Row:
    return tuple(row[name] for name in TABLES[table].split())


def _batches(parts: Iterator[dict[str, list[Row]]]) -> Iterator[dict[str, list[Row]]]:
    """Many together, each table's rows by themselves."""
    found: dict[str, list[Row]] = {}
    for count, part in enumerate(parts, 1):
        for table, rows in part.items():
            found.setdefault(table, []).extend(rows)
        if count % BATCH == 0:
            yield found
            found = {}
    yield found


@contextmanager
def _writer(url: str) -> Iterator[Callable[[Part], None]]:
    """What writes rows. Indices are made anew at the end, which takes less than row by row."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as server:
            yield lambda part: _copy(server, part)
        return
    with closing(_sqlite(url)) as connection:
        made = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in made:
            connection.execute(f"DROP INDEX {name}")
        with connection:
            yield lambda part: _insert(connection, part)
        for _, sql in made:
            connection.execute(sql)


def _insert(connection: sqlite3.Connection, part: Part) -> None:
    for table, rows in part.items():
        names = TABLES[table].split()
        marks = ", ".join("?" * len(names))
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        connection.executemany(sql, rows)


def _copy(server: psycopg.Connection[Any], part: Part) -> None:
    with server.cursor() as cursor:
        for table, rows in part.items():
            names = ", ".join(TABLES[table].split())
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)


def _read(url: str, table: str, where: str) -> list[dict[str, Any]]:
    names = TABLES[table].split()
    sql = f"SELECT {', '.join(names)} FROM {table} WHERE {where}"
    if url.startswith("sqlite"):
        with closing(_sqlite(url)) as connection:
            rows: Sequence[Any] = connection.execute(sql).fetchall()
    else:
        with psycopg.connect(url) as server:
            rows = server.execute(sql.encode()).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _settle(url: str) -> None:
    """What a database that has run for a while has: on PostgreSQL, statistics and a map of what
    everybody sees."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def _sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    # Nobody misses the rows of a bench after a power cut.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -262144")
    return connection
