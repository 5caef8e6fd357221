"""What the engine writes, statement by statement, taken down where it meets the driver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.bench.engine import Load, application

WRITES: Final = ("INSERT", "UPDATE", "DELETE", "WITH")
Statement = tuple[str, Sequence[Any]]
# The writing statements of one transaction, in their order.
Written = list[Statement]


@dataclass
class Recording:
    """Committed transactions in their order; `calls`: those of each call of the load."""

    transactions: list[Written] = field(default_factory=list)
    calls: list[list[Written]] = field(default_factory=list)

    def call(self, work: Callable[[], None]) -> None:
        """Keeps what was committed during `work` as one call."""
        before = len(self.transactions)
        work()
        self.calls.append(self.transactions[before:])


def record(url: str, *, group: int, counts: Sequence[int]) -> Recording:
    """The engine does the reference work on an empty database: `counts` orders, call by call."""
    kept = Recording()
    # How it waits for the disk changes nothing in what it writes.
    with application(url, sync="normal") as app:
        app.store.commands.watch(lambda connection: _Connection(connection, kept.transactions))
        load = Load(app, group)
        for count in counts:
            kept.call(lambda count=count: load.orders(count))  # type: ignore[misc]
    return kept


class _Connection:
    """A driver's connection that remembers what was committed on it."""

    def __init__(self, connection: Any, kept: list[Written]) -> None:
        self._connection = connection
        self._kept = kept
        self._open: Written = []

    def cursor(self) -> _Cursor:
        return _Cursor(self._connection.cursor(), self._open, self._keep)

    def commit(self) -> None:
        self._connection.commit()
        self._keep()

    def _keep(self) -> None:
        if self._open:
            self._kept.append(list(self._open))
        self._open.clear()

    def rollback(self) -> None:
        self._open.clear()
        self._connection.rollback()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


class _Cursor:
    """A driver's cursor whose writing statements are remembered."""

    def __init__(self, cursor: Any, written: Written, keep: Callable[[], None]) -> None:
        self._cursor = cursor
        self._written = written
        self._keep = keep

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        if sql.startswith(WRITES):
            self._written.append((sql, tuple(values)))
        elif sql == "COMMIT":
            self._keep()
        return self._cursor.execute(sql, values)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], **options: Any) -> Any:
        self._written += [(sql, tuple(row)) for row in rows]
        return self._cursor.executemany(sql, rows, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)
