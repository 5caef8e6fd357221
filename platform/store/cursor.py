"""The driver's own cursor under one paramstyle: `?` marks on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, Final

# Rows by one statement: SQLite's limit of parameters is far above it.
MOST_ROWS: Final = 32


class Cursor:
    """Statements on the connection of an open transaction, by its driver's cursor."""

    def __init__(self, cursor: Any, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self._cursor = cursor

    def close(self) -> None:
        self._cursor.close()

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows that a query gives."""
        self._cursor.execute(self.text(sql), values)
        found: list[Any] = self._cursor.fetchall()
        return found

    def change(self, sql: str, values: Sequence[Any]) -> int:
        """Carries a statement out; how many rows it touched."""
        self._cursor.execute(self.text(sql), values)
        return int(self._cursor.rowcount)

    def insert(
        self, table: str, columns: str, rows: Sequence[Sequence[Any]], end: str = ""
    ) -> None:
        """Inserts rows, many by one statement. `end`: what follows the values."""
        for start in range(0, len(rows), MOST_ROWS):
            part = rows if len(rows) <= MOST_ROWS else rows[start : start + MOST_ROWS]
            sql = _insert(table, columns, len(part), end, self.sqlite)
            self._cursor.execute(sql, [*chain.from_iterable(part)])

    def delete(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Deletes the rows that have these values."""
        if not rows:
            return
        sql = self.text(_delete(table, tuple(columns)))
        for row in rows:
            self._cursor.execute(sql, row)

    def text(self, sql: str) -> str:
        """A statement as the driver takes it."""
        return sql if self.sqlite else _percent(sql)


@cache
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


@cache
def _delete(table: str, columns: tuple[str, ...]) -> str:
    where = " AND ".join(f"{column} = ?" for column in columns)
    return f"DELETE FROM {table} WHERE {where}"  # noqa: S608 - names of ours


@cache
def _insert(table: str, columns: str, count: int, end: str, sqlite: bool) -> str:
    row = f"({', '.join('?' * (columns.count(',') + 1))})"
    values = ", ".join([row] * count)
    sql = f"INSERT INTO {table} ({columns}) VALUES {values}{end}"  # noqa: S608 - names of ours
    return sql if sqlite else _percent(sql)
