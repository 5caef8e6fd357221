"""The same rows and bytes as the engine writes them, by the bare driver: nothing is computed.

The engine's writing statements (`recording`) are carried out again, transaction by transaction, on
an empty database with the same tables and indexes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from orderloom.platform.bench.contestant import Work
from orderloom.platform.bench.engine import application
from orderloom.platform.bench.recording import Recording, Written


@contextmanager
def replayed_on_sqlite(file: Path, synchronous: str, recording: Recording) -> Iterator[Work]:
    """The work: the next call of the recording."""
    _with_tables(f"sqlite:///{file}")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        cursor = connection.cursor()

        def carry_out(written: Written) -> None:
            cursor.execute("BEGIN IMMEDIATE")
            for sql, values in written:
                cursor.execute(sql, values)
            cursor.execute("COMMIT")

        yield _calls(recording, carry_out)


@contextmanager
def replayed_on_postgres(url: str, recording: Recording) -> Iterator[Work]:
    """The work: the next call of the recording."""
    _with_tables(url)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:

        def carry_out(written: Written) -> None:
            for sql, values in written:
                cursor.execute(sql.encode(), values)
            connection.commit()

        yield _calls(recording, carry_out)


def _with_tables(url: str) -> None:
    with application(url):
        pass


def _calls(recording: Recording, carry_out: Callable[[Written], None]) -> Work:
    calls = iter(recording.calls)

    def work(orders: int) -> None:
        for written in next(calls):
            carry_out(written)

    return work
