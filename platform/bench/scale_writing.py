"""Writes very many rows into an application's database, and reads the models that they are made
of. Indices are made anew at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from random import Random
from typing import Any, Final

import psycopg
from psycopg import sql as pg

from orderloom.platform.app.application import Application
from orderloom.platform.app.series import ORDERS
from orderloom.platform.bench.engine import Load, create
from orderloom.platform.bench.scale_rows import PEOPLE, TABLES, Making, Model, Part, model

MODELS: Final = 60
_OF_ORDER: Final = ("order_row", "order_key", "order_reference", "task", "task_candidate")


def fill(
    app: Application, url: str, orders: int, progress: Callable[[int], None] = lambda done: None
) -> None:
    """Adds so many orders to an application's empty database: the newest 5 % open, the others
    ended, with their entries and what the auditor's desk searches."""
    Load(app, 20).orders(MODELS)
    app.handle_many([create(MODELS + number) for number in range(MODELS)])
    app.audit_desk.index.catch_up()
    making = _making(app, url, orders)
    with _writer(url) as write:
        for done, part in enumerate(making.parts(), 1):
            write(part)
            progress(done)
    _settle(app, url)


def _making(app: Application, url: str, orders: int) -> Making:
    ended, still_open = list[Model](), list[Model]()
    for made in _models(url):
        (ended if made.rows["order_row"][0]["status"] == "ended" else still_open).append(made)
    people = [f"u_{number:03}" for number in range(PEOPLE)]
    ((last,),) = _rows(url, "SELECT COALESCE(MAX(id), 0) FROM audit_entry")
    return Making(
        log=app.store.log,
        now=app.clock.now(),
        count=orders,
        first=app.store.commands.block(0, ORDERS, orders),
        entry=int(last) + 1,
        ended=ended,
        open=still_open,
        who=_learned(url, people),
        chance=Random(13),
    )


def _models(url: str) -> Iterator[Model]:
    for (order,) in _rows(url, "SELECT id FROM order_row ORDER BY id"):
        rows = {
            table: _named(table, url, f"{'id' if table == 'order_row' else 'order_id'} = {order}")
            for table in _OF_ORDER
        }
        entries = _named("audit_entry", url, f"stream = {order} ORDER BY seq")
        ids = ", ".join(str(each["id"]) for each in entries)
        names = "id, what, actor, behalf, definition, process, channel"
        facts = _rows(url, f"SELECT {names} FROM audit_fact WHERE id IN ({ids})")
        found: dict[int, list[tuple[int, str]]] = {each["id"]: [] for each in entries}
        values = f'SELECT entry, slot, "key" FROM audit_value WHERE entry IN ({ids})'
        for entry, slot, key in _rows(url, values):
            found[entry].append((slot, key))
        yield model(rows, entries, {row[0]: tuple(row[1:]) for row in facts}, found)


def _learned(url: str, people: Sequence[str]) -> dict[str, int]:
    """Numbers of the people's words; the index goes on behind them."""
    ((last,),) = _rows(url, "SELECT words FROM audit_index")
    numbers = {who: int(last) + place for place, who in enumerate(people, 1)}
    statements = [
        f"INSERT INTO audit_word (organisation_id, kind, word, no) VALUES (1, 'who', '{who}', {no})"
        for who, no in numbers.items()
    ]
    _run(url, [*statements, f"UPDATE audit_index SET words = {int(last) + len(people)}"])
    return numbers


def _settle(app: Application, url: str) -> None:
    """What a database that has run for a while has. The index stands behind all of it."""
    if not url.startswith("sqlite"):
        name = "pg_get_serial_sequence('audit_entry', 'id')"
        _run(url, [f"SELECT setval({name}, (SELECT MAX(id) FROM audit_entry))"])
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
    cursor = app.store.audit.feed_end()
    _run(url, [f"UPDATE audit_index SET cursor = '{cursor}'"])


@contextmanager
def _writer(url: str) -> Iterator[Callable[[Part], None]]:
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as server:
            made = _dropped(server)
            yield lambda part: _copy(server, part)
            server.execute("SET maintenance_work_mem = '1GB'")
            for statement in made:
                server.execute(statement.encode())
        return
    with closing(_sqlite(url)) as connection:
        indices = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            f" AND tbl_name IN ({', '.join(map(repr, TABLES))})"
        ).fetchall()
        for name, _ in indices:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(
            "CREATE TEMP TABLE later (slot INTEGER, key TEXT, entry INTEGER, stream INTEGER)"
        )
        with connection:
            yield lambda part: _insert(connection, part)
            # In the order of their key: one by one each would be written somewhere else.
            connection.execute(
                "INSERT INTO audit_value (slot, key, entry, stream)"
                " SELECT slot, key, entry, stream FROM later ORDER BY slot, key, entry"
            )
        for _, statement in indices:
            connection.execute(statement)


def _dropped(server: psycopg.Connection[Any]) -> list[str]:
    """Takes away what is no key of these tables; the statements that make it again."""
    found = server.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        " AND tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        (list(TABLES),),
    ).fetchall()
    for name, _ in found:
        server.execute(pg.SQL("DROP INDEX {}").format(pg.Identifier(name)))
    return [definition for _, definition in found]


def _insert(connection: sqlite3.Connection, part: Part) -> None:
    for table, rows in part.items():
        names = TABLES[table].split()
        into = "later" if table == "audit_value" else table
        columns = ", ".join(f'"{name}"' for name in names)
        marks = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {into} ({columns}) VALUES ({marks})", rows)


def _copy(server: psycopg.Connection[Any], part: Part) -> None:
    with server.cursor() as cursor:
        for table, rows in part.items():
            names = ", ".join(f'"{name}"' for name in TABLES[table].split())
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)


def _named(table: str, url: str, where: str) -> list[dict[str, Any]]:
    names = TABLES[table].split()
    columns = ", ".join(f'"{name}"' for name in names)
    rows = _rows(url, f"SELECT {columns} FROM {table} WHERE {where}")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _rows(url: str, statement: str) -> list[Any]:
    if url.startswith("sqlite"):
        with closing(_sqlite(url)) as connection:
            return connection.execute(statement).fetchall()
    with psycopg.connect(url) as server:
        return server.execute(statement.encode()).fetchall()


def _run(url: str, statements: Sequence[str]) -> None:
    if url.startswith("sqlite"):
        with closing(_sqlite(url)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return
    with psycopg.connect(url) as server:
        for statement in statements:
            server.execute(statement.encode())


def _sqlite(url: str) -> sqlite3.Connection:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    # Nobody misses the rows of a bench after a power cut.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -1048576")
    connection.execute("PRAGMA temp_store = FILE")
    return connection
