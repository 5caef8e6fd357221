"""Transactions on PostgreSQL: what need not be answered at once goes with what must be.

A lone command makes two round trips: BEGIN with the read that locks its order, and all it writes
with COMMIT. An error of a statement is told by the next that waits for an answer, at the latest by
the commit, which then is none.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.driver import Driver
from orderloom.platform.store.faults import Unknown

# Statements that the server keeps prepared: one for each set of tables and numbers of rows.
MOST_PREPARED: Final = 400


class Pipelined(Driver):
    """`Driver` for PostgreSQL, by the pipeline mode of its protocol."""

    _pipeline: Any = None
    _cursor: Cursor

    def close(self) -> None:
        with self._turn:
            if self._kept is not None:
                self._bare.autocommit = False
        super().close()

    def _start(self, cursor: Cursor) -> None:
        self._pipeline = self._bare.pipeline()
        self._pipeline.__enter__()
        self._cursor = cursor
        cursor.run("BEGIN")

    def _commit(self, connection: Any) -> None:
        try:
            # Not by the driver's own: within a pipeline it may take an open transaction for none.
            self._cursor.run("COMMIT")
            self._leave()
        except Exception as error:
            # A database that says why has undone it; one that is gone may have done it.
            if self._bare.closed:
                raise Unknown("the connection broke in the middle of the commit") from error
            raise

    def _connection(self) -> Any:
        fresh = self._kept is None
        connection = super()._connection()
        if fresh:
            # BEGIN is sent with what follows, not by the driver on its own.
            self._bare.autocommit = True
            self._bare.prepared_max = MOST_PREPARED
        return connection

    def _undo(self) -> None:
        with suppress(Exception):
            self._leave()
        super()._undo()

    def _leave(self) -> None:
        pipeline, self._pipeline = self._pipeline, None
        if pipeline is not None:
            pipeline.__exit__(None, None, None)
