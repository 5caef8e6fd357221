"""The raw limit on SQLite: the reference rows by the bare `sqlite3` driver."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from orderloom.platform.bench.contestant import Against, Contestant, Work
from orderloom.platform.bench.reference_rows import CREATE, Transaction, transactions

INSERT = "INSERT INTO raw_order (id, number, revision, state, data) VALUES (?, ?, ?, ?, ?)"
UPDATE = "UPDATE raw_order SET revision = ?, state = ? WHERE id = ? AND revision = ?"
ENTRY = "INSERT INTO raw_entry (stream, seq, hash, body) VALUES (?, ?, ?, ?)"
# name -> (PRAGMA synchronous, transitions in one commit)
SETTINGS = {"FULL": ("FULL", 1), "NORMAL": ("NORMAL", 1), "group-50": ("FULL", 50)}


def raw_sqlite(folder: Path) -> list[Contestant]:
    """One contestant per way of committing; the others' ratios are taken of the first."""
    return [
        Contestant(
            name=f"raw sqlite {name}",
            opened=partial(_opened, folder / f"raw-{name}.db", synchronous, group),
            against=() if name == "FULL" else (Against("raw sqlite FULL"),),
        )
        for name, (synchronous, group) in SETTINGS.items()
    ]


@contextmanager
def _opened(file: Path, synchronous: str, group: int) -> Iterator[Work]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        for statement in CREATE:
            connection.execute(statement.format(key="INTEGER PRIMARY KEY"))
        done = 0

        def work(orders: int) -> None:
            nonlocal done
            _write(connection, list(transactions(done, orders)), group)
            done += orders

        yield work


def _write(connection: sqlite3.Connection, todo: list[Transaction], group: int) -> None:
    for start in range(0, len(todo), group):
        connection.execute("BEGIN IMMEDIATE")
        for transaction in todo[start : start + group]:
            _one(connection, transaction)
        connection.execute("COMMIT")


def _one(connection: sqlite3.Connection, each: Transaction) -> None:
    if each.revision == 1:
        connection.execute(INSERT, (each.order, each.number, 1, each.state, each.data))
    else:
        connection.execute(UPDATE, (each.revision, each.state, each.order, each.revision - 1))
    connection.executemany(ENTRY, each.entries)
