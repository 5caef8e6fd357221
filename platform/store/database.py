"""One database: SQLite in a file, SQLite for a while, or PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

BUSY_SECONDS: Final = 10
SYNCHRONOUS: Final = ("FULL", "NORMAL")


class StoreError(Exception):
    """The database cannot be opened or used as it is."""


class Database:
    """Connections for reading and for writing. Safe to use from several threads.

    SQLite has one writer at a time: writers of this process queue here, those of others wait in
    the database. `commits` counts transactions that wrote, for tests and metrics.
    """

    def __init__(self, engine: Engine, *, folder: Path | None = None) -> None:
        self.engine = engine
        self.sqlite = engine.dialect.name == "sqlite"
        self.commits = 0
        self.before_commit: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._folder = folder

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads see one moment."""
        with self.engine.connect() as connection:
            if not self.sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or undone by an exception."""
        if not self.sqlite:
            with self.engine.begin() as connection:
                yield connection
                self._counted()
            return
        with self._lock, self.engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection
                self._counted()

    def _counted(self) -> None:
        if self.before_commit is not None:
            self.before_commit()
        self.commits += 1

    def close(self) -> None:
        """Lets go of the database; one that was in memory is gone."""
        self.engine.dispose()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """`memory:` (gone at the end), `sqlite:///file` or `postgresql://…`. Raises `StoreError` for other URLs.

    `synchronous`: FULL survives a power cut, NORMAL may lose the last commits in one (SQLite).
    """
    if synchronous not in SYNCHRONOUS:
        raise StoreError(f"synchronous is {synchronous}, not {' or '.join(SYNCHRONOUS)}")
    if url == "memory:":
        # A file of its own, gone with `close`: connections are as independent as on disk.
        folder = Path(tempfile.mkdtemp(prefix="orderloom-", dir=_fast_folder()))
        return Database(_sqlite(f"sqlite:///{folder / 'memory.db'}", "OFF"), folder=folder)
    if url.startswith("sqlite:"):
        return Database(_sqlite(url, synchronous))
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            rest = url.removeprefix(scheme)
            return Database(
                create_engine(
                    f"postgresql+psycopg://{rest}", pool_size=16, max_overflow=32, pool_pre_ping=True
                )
            )
    raise StoreError("the database is memory:, sqlite:///file or postgresql://…")


def _fast_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108


def _sqlite(url: str, synchronous: str) -> Engine:
    options = {"check_same_thread": False, "timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=options, pool_size=16, max_overflow=32)
    _prepare(engine, synchronous)
    return engine


def _prepare(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        # The driver must not begin transactions by itself: `begin` below says which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def tried(database: Database) -> None:
    """Raises `StoreError` when the database does not answer."""
    try:
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
    except (OperationalError, SQLAlchemyError) as error:
        raise StoreError(str(getattr(error, "orig", error))) from error
