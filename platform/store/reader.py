"""Single statements that read, on the driver's own connections, kept open from one to the next.

What a page needs is a handful of rows by their keys; taking a connection from the pool, opening a
transaction and closing it cost several times as much as the statement, and on PostgreSQL two
journeys more. A single statement sees one moment as it is.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.faults import StoreError, explained
from orderloom.platform.store.plain_text import plain

# Kept when nobody reads; more are open for a moment while more threads do.
MOST_KEPT: Final = 8
_FAULTS: Final = (
    sqlite3.OperationalError,
    sqlite3.InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


class _Gone(StoreError):
    """The connection that was read on is no more."""


class Reader:
    """Reads outside of any transaction. Safe to use from many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._kept: deque[Any] = deque()
        # For who measures: told each statement as the driver gets it.
        self.watcher: Callable[[str, Sequence[Any]], None] | None = None

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows that a query with `?` marks gives. Raises `StoreError` where the database
        fails."""
        values = [plain(each) if isinstance(each, str) else each for each in values]
        try:
            kept = self._kept.pop()
        except IndexError:
            return self._read(self._opened(), sql, values)
        try:
            return self._read(kept, sql, values)
        except _Gone:
            # It was closed from the other side while nobody read; so were the rest.
            self.close()
            return self._read(self._opened(), sql, values)

    def first(self, sql: str, values: Sequence[Any]) -> Any:
        """The first row, or None."""
        return next(iter(self.rows(sql, values)), None)

    def close(self) -> None:
        """Closes what is kept; the next read opens anew."""
        while self._kept:
            with suppress(Exception):
                self._kept.pop().close()

    @property
    def sqlite(self) -> bool:
        return self._sqlite

    def _read(self, connection: Any, sql: str, values: Sequence[Any]) -> list[Any]:
        try:
            cursor = Cursor(connection.cursor(), sqlite=self._sqlite)
            if self.watcher is not None:
                self.watcher(cursor.text(sql), values)
            rows = cursor.rows(sql, values)
            cursor.close()
        except _FAULTS as error:
            gone = not self._sqlite and connection.closed
            _let_go(connection)
            if gone:
                raise _Gone(str(error)) from error
            raise explained(error) from error
        except BaseException:
            _let_go(connection)
            raise
        if len(self._kept) < MOST_KEPT:
            self._kept.append(connection)
        else:
            _let_go(connection)
        return rows

    def _opened(self) -> Any:
        """A connection of the pool's kind, but ours: it begins no transaction by itself."""
        try:
            lent = self._engine.raw_connection()
        except (*_FAULTS, SQLAlchemyError) as error:
            raise explained(error) from error
        connection: Any = lent.driver_connection
        lent.detach()
        if not self._sqlite:
            connection.autocommit = True
        return connection


def _let_go(connection: Any) -> None:
    with suppress(Exception):
        connection.close()
