"""All that the command of one order writes, as one statement (PostgreSQL; engine 10).

Its parts are `WITH` queries that write. They see the tables as they were before, so that no part
may touch a row of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from orderloom.platform.store.cursor import Cursor, deletion, insertion


class Gathered:
    """Takes what a `Cursor` would carry out, until `carry_out`."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []
        self._needed: list[int] = []

    def insert(
        self, table: str, columns: str, rows: Sequence[Sequence[Any]], end: str = ""
    ) -> None:
        """As `Cursor.insert`."""
        if rows:
            sql = insertion(table, columns, len(rows), end)
            self._add(sql, [*chain.from_iterable(rows)])

    def delete(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """As `Cursor.delete`."""
        for row in rows:
            self._add(deletion(table, tuple(columns)), row)

    def change_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """As `Cursor.change_each`; a row that is not there makes the whole statement fail."""
        for row in rows:
            self._needed.append(len(self._parts))
            self._add(f"{sql} RETURNING 1", row)
        return len(rows)

    def carry_out(self, cursor: Cursor) -> None:
        """Everything at once. Nobody waits for its end: the commit tells what failed."""
        if self._parts:
            cursor.run(_statement(tuple(self._parts), tuple(self._needed)), self._values)

    def _add(self, sql: str, values: Sequence[Any]) -> None:
        self._parts.append(sql)
        self._values += values


@cache
def _statement(parts: tuple[str, ...], needed: tuple[int, ...]) -> str:
    named = ", ".join(f"part{at} AS ({part})" for at, part in enumerate(parts))
    # A division by zero where one of the rows has changed meanwhile: all is undone.
    there = " + ".join(f"(SELECT count(*) FROM part{at})" for at in needed)
    checked = f"1 / ({there} = {len(needed)})::int" if needed else "1"
    return f"WITH {named} SELECT {checked}"
