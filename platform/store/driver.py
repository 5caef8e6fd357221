"""The connection that commands write on: the driver's own, kept open from one to the next.

Opening and closing a transaction through the library costs as much as a small command; here it is
two statements. One thread writes at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.database import Database
from orderloom.platform.store.faults import Unknown


class Driver:
    """Transactions on one kept connection. Safe to use from many threads: they take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = database.writers if database.sqlite else threading.Lock()
        self._kept: Any = None
        self._watcher: Callable[[Any], Any] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """Committed at the end, undone by an exception."""
        with self._turn:
            connection = self._connection()
            cursor: Cursor | None = None
            try:
                cursor = Cursor(connection.cursor(), sqlite=self._database.sqlite)
                if self._database.sqlite:
                    cursor.change("BEGIN IMMEDIATE", ())
                yield cursor
                self._database.counted()
                self._commit(connection)
            except BaseException:
                self._undo(connection)
                raise
            finally:
                if cursor is not None:
                    with suppress(Exception):
                        cursor.close()
            self._database.written(connection.driver_connection)

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
        try:
            connection.commit()
        except Exception as error:
            # A database that says why has undone it; one that is gone may have done it.
            if not self._database.sqlite and connection.driver_connection.closed:
                raise Unknown("the connection broke in the middle of the commit") from error
            raise

    def _connection(self) -> Any:
        if self._kept is None:
            opened = self._database.engine.raw_connection()
            self._kept = opened if self._watcher is None else self._watcher(opened)
        return self._kept

    def _undo(self, connection: Any) -> None:
        """Undoes the transaction; a connection that cannot even do that is not used again."""
        try:
            connection.rollback()
        except Exception:
            self._kept = None
            with suppress(Exception):
                connection.invalidate()
