"""The connection that commands write on: the driver's own, kept open from one to the next.

Opening and closing a transaction through the library costs as much as a small command; here it is
two statements. One thread writes at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.database import Database


class Driver:
    """Transactions on one kept connection. Safe to use from many threads: they take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = database.writers if database.sqlite else threading.Lock()
        self._kept: Any = None
        self._bare: Any = None
        self._watcher: Callable[[Any], Any] | None = None

    def transaction(self) -> Turn:
        """Committed at the end, undone by an exception."""
        return Turn(self)

    def begin(self) -> Cursor:
        """Waits for its turn and begins; `end` must follow."""
        self._turn.acquire()
        try:
            opened, sqlite = self._connection().cursor, self._database.sqlite
            cursor = Cursor(opened(), sqlite=sqlite, another=None if sqlite else opened)
            self._start(cursor)
        except BaseException:
            self._undo()
            self._turn.release()
            raise
        return cursor

    def end(self, cursor: Cursor, *, undo: bool) -> None:
        """Commits or undoes, and lets the next one begin."""
        try:
            if undo:
                self._undo()
            else:
                self._finish()
        finally:
            with suppress(Exception):
                cursor.close()
            self._turn.release()

    def _start(self, cursor: Cursor) -> None:
        cursor.run("BEGIN IMMEDIATE")

    def _finish(self) -> None:
        try:
            self._database.counted()
            self._commit(self._kept)
        except BaseException:
            self._undo()
            raise
        self._database.written(self._bare)

    def close(self) -> None:
        """Gives the connection back; the next transaction opens another."""
        with self._turn:
            kept, self._kept = self._kept, None
            if kept is not None:
                kept.close()

    def watch(self, watcher: Callable[[Any], Any]) -> None:
        """From now on `watcher` stands between: it gets the connection and gives what is used in
        its place. For who measures."""
        self.close()
        self._watcher = watcher

    def _commit(self, connection: Any) -> None:
        connection.commit()

    def _connection(self) -> Any:
        if self._kept is None:
            opened = self._database.engine.raw_connection()
            self._bare = opened.driver_connection
            self._kept = opened if self._watcher is None else self._watcher(opened)
        return self._kept

    def _undo(self) -> None:
        """Undoes the transaction; a connection that cannot even do that is not used again."""
        connection = self._kept
        if connection is None:
            return
        try:
            connection.rollback()
        except Exception:
            self._kept = None
            with suppress(Exception):
                connection.invalidate()


class Turn:
    """One transaction: a class of its own, for a generator would cost as much as its statements."""

    __slots__ = ("_cursor", "_driver")

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def __enter__(self) -> Cursor:
        self._cursor = self._driver.begin()
        return self._cursor

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._driver.end(self._cursor, undo=kind is not None)
