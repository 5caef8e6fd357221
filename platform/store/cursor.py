"""The driver's own cursor under one paramstyle: `?` marks on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import cache
from itertools import chain
from typing import Any, Final

# Rows by one statement: SQLite's limit of parameters is far above it.
MOST_ROWS: Final = 32


class Cursor:
    """Statements on the connection of an open transaction, by its driver's cursor."""

    def __init__(
        self, cursor: Any, *, sqlite: bool, another: Callable[[], Any] | None = None
    ) -> None:
        """`another` opens one more of the driver's cursors, where answers may come late
        (PostgreSQL): one comes to the cursor that asked, and must not be taken for a later one."""
        self.sqlite = sqlite
        self._cursor = cursor
        self._another = another
        self._reading: Any = cursor if another is None else None

    def close(self) -> None:
        if self._reading is not None and self._reading is not self._cursor:
            self._reading.close()
        self._cursor.close()

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows that a query gives."""
        if self._reading is None and self._another is not None:
            self._reading = self._another()
        self._reading.execute(self.text(sql), values)
        found: list[Any] = self._reading.fetchall()
        return found

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Carries a statement out, of which nothing is asked."""
        self._cursor.execute(self.text(sql), values)

    def change_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Carries a statement out for each of the rows of values; how many rows it touched."""
        if not rows:
            return 0
        if self._another is None:
            touched = 0
            for row in rows:
                self._cursor.execute(sql, row)
                touched += self._cursor.rowcount
            return touched
        # All are sent before the first is answered.
        with closing(self._another()) as cursor:
            cursor.executemany(f"{self.text(sql)} RETURNING 1", rows, returning=True)
            touched = len(cursor.fetchall())
            while cursor.nextset():
                touched += len(cursor.fetchall())
        return touched

    def insert(
        self, table: str, columns: str, rows: Sequence[Sequence[Any]], end: str = ""
    ) -> None:
        """Inserts rows, many by one statement. `end`: what follows the values."""
        for start in range(0, len(rows), MOST_ROWS):
            part = rows if len(rows) <= MOST_ROWS else rows[start : start + MOST_ROWS]
            sql = self.text(insertion(table, columns, len(part), end))
            self._cursor.execute(sql, [*chain.from_iterable(part)])

    def delete(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Deletes the rows that have these values."""
        if not rows:
            return
        sql = self.text(deletion(table, tuple(columns)))
        for row in rows:
            self._cursor.execute(sql, row)

    def text(self, sql: str) -> str:
        """A statement as the driver takes it."""
        return sql if self.sqlite else _percent(sql)


@cache
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


@cache
def deletion(table: str, columns: tuple[str, ...]) -> str:
    """The statement that deletes the rows with these values."""
    where = " AND ".join(f"{column} = ?" for column in columns)
    return f"DELETE FROM {table} WHERE {where}"


@cache
def insertion(table: str, columns: str, count: int, end: str) -> str:
    """The statement that inserts so many rows."""
    row = f"({', '.join('?' * (columns.count(',') + 1))})"
    values = ", ".join([row] * count)
    return f"INSERT INTO {table} ({columns}) VALUES {values}{end}"
