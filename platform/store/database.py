"""One database: SQLite in a file, SQLite for a while, or PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from orderloom.platform.store.checkpoints import Checkpoints
from orderloom.platform.store.faults import StoreError, explained, faults_told
from orderloom.platform.store.postgresql import postgresql_engine
from orderloom.platform.store.reader import Reader
from orderloom.platform.store.sqlite import SYNCHRONOUS, sqlite_engine
from orderloom.platform.store.writers import Writers

CONNECTIONS: Final = 16
MEMORY: Final = "memory:"


class Database:
    """Connections for reading and for writing. Safe to use from several threads.

    SQLite has one writer at a time, whose turn it is by `writers`. `reader` is for single
    statements. `commits` counts transactions that wrote, for tests and metrics. `file`: where a
    database in memory has its pages, gone with `close`.
    """

    def __init__(self, engine: Engine, *, file: Path | None = None) -> None:
        self.engine = engine
        self.reader = Reader(engine)
        self.file = file
        self.sqlite = engine.dialect.name == "sqlite"
        self.commits = 0
        self.before_commit: Callable[[], None] | None = None
        # Also for who forgets to close it: at the latest when the program ends.
        self._forget = weakref.finalize(self, _remove, file.parent) if file is not None else None
        path = engine.url.database if self.sqlite else None
        stored = Path(path.removeprefix("file:")) if path else None
        self._checkpoints = Checkpoints(engine, stored) if stored else None
        # What is in memory no other program has.
        self.writers = Writers(stored if file is None else None)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads see one moment. Raises `StoreError` where the database fails."""
        with faults_told(), self.engine.connect() as connection:
            if not self.sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or undone by an exception. Raises
        `StoreError` where the database fails."""
        if not self.sqlite:
            with faults_told(), self.engine.begin() as connection:
                yield connection
                self.counted()
            return
        with self.writers, faults_told(), self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection
                self.counted()
            self.written(connection.connection.driver_connection)

    def counted(self) -> None:
        """Told just before each commit."""
        if self.before_commit is not None:
            self.before_commit()
        self.commits += 1

    def written(self, connection: Any) -> None:
        """Told after each commit, with the driver's connection: the log may have grown too long."""
        if self._checkpoints is not None:
            self._checkpoints.written(connection)

    def ping(self) -> None:
        """Raises `StoreError` when the database does not answer."""
        try:
            with self.reading() as connection:
                connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError as error:
            raise explained(error) from error

    def close(self) -> None:
        """Lets go of the database; one that was in memory is gone."""
        if self._checkpoints is not None:
            self._checkpoints.close()
        self.reader.close()
        self.engine.dispose()
        self.writers.close()
        if self._forget is not None:
            self._forget()


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def only_one(connection: Connection, *what: object) -> None:
    """Waits until no other transaction has this name, and keeps it until its own ends. Who writes
    in SQLite is alone as it is."""
    if connection.dialect.name != "sqlite":
        sql = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        connection.execute(sql, {"name": " ".join(map(str, ("orderloom", *what)))})


def open_database(
    url: str, *, synchronous: str = "FULL", connections: int = CONNECTIONS
) -> Database:
    """`memory:` (gone at the end), `sqlite:///file` or `postgresql://…`. Raises `StoreError` for
    other URLs. Nothing is connected to yet.

    `synchronous`: FULL survives a power cut, NORMAL may lose the last commits in one (SQLite).
    `connections`: how many are kept open; twice as many more for a moment when all are in use.
    """
    if synchronous not in SYNCHRONOUS:
        raise StoreError(f"synchronous is {synchronous}, not {' or '.join(SYNCHRONOUS)}")
    if url == MEMORY:
        # A file of its own: connections are as independent as on disk.
        folder = Path(tempfile.mkdtemp(prefix="orderloom-", dir=_fast_folder()))
        file = folder / "memory.db"
        return Database(sqlite_engine(f"sqlite:///{file}", "OFF", connections), file=file)
    # A database in the driver's own memory would be another one for each connection.
    if url.startswith("sqlite:///") and url.removeprefix("sqlite:///") not in ("", ":memory:"):
        return Database(sqlite_engine(url, synchronous, connections))
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return Database(postgresql_engine(url.removeprefix(scheme), connections))
    raise StoreError("the database is memory:, sqlite:///file or postgresql://…")


def _fast_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
