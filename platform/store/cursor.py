"""The driver's own cursor under one paramstyle: `?` marks on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
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
        self._cursor.execute(self._text(sql), values)
        return list(self._cursor.fetchall())

    def change(self, sql: str, values: Sequence[Any]) -> int:
        """Carries a statement out; how many rows it touched."""
        self._cursor.execute(self._text(sql), values)
        return int(self._cursor.rowcount)

    def insert(
        self, table: str, columns: str, rows: Sequence[Sequence[Any]], end: str = ""
    ) -> None:
        """Inserts rows, many by one statement. `end`: what follows the values."""
        if not rows:
            return
        width = columns.count(",") + 1
        for start in range(0, len(rows), MOST_ROWS):
            part = rows[start : start + MOST_ROWS]
            sql = _insert(table, columns, width, len(part), end)
            self._cursor.execute(self._text(sql), [value for row in part for value in row])

    def delete(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Deletes the rows that have these values."""
        sql = self._text(_delete(table, tuple(columns)))
        for row in rows:
            self._cursor.execute(sql, row)

    def _text(self, sql: str) -> str:
        return sql if self.sqlite else _percent(sql)


@cache
def _percent(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


@cache
def _delete(table: str, columns: tuple[str, ...]) -> str:
    where = " AND ".join(f"{column} = ?" for column in columns)
    return f"DELETE FROM {table} WHERE {where}"  # noqa: S608 - names of ours


@cache
def _insert(table: str, columns: str, width: int, count: int, end: str) -> str:
    row = f"({', '.join('?' * width)})"
    values = ", ".join([row] * count)
    return f"INSERT INTO {table} ({columns}) VALUES {values}{end}"  # noqa: S608 - names of ours
