"""The cells that no index knows, numbered: the same cell in many rows is one, and is run once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderloom.rules.expression import Expression
from orderloom.rules.index import Index


@dataclass(frozen=True, slots=True)
class OpenCells:
    """`by_row`: the column and the number of each cell of a row, from left to right.

    `others`: of each number, the rows that are left when that cell fails: all but those where it
    comes first. Rows where another comes before it stay, as that one may be an error.
    """

    by_row: tuple[tuple[tuple[int, int], ...], ...]
    others: tuple[int, ...]


def open_cells(rows: Sequence[Sequence[Expression | None]], index: Index) -> OpenCells:
    """Of the cells of a table."""
    numbers: dict[tuple[int, Expression | None], int] = {}
    by_row = tuple(
        tuple(
            (column, numbers.setdefault((column, cells[column]), len(numbers)))
            for column in columns
        )
        for cells, columns in zip(rows, index.open_by_row, strict=True)
    )
    others = [index.every] * len(numbers)
    for row, cells in enumerate(by_row):
        if cells:
            others[cells[0][1]] ^= 1 << len(rows) - 1 - row
    return OpenCells(by_row, tuple(others))
