"""Rows pasted from a spreadsheet: lines of cells between tabs, with headings or without."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Path = tuple[str, ...]
MOST_ROWS: Final = 1_000
_YES: Final = frozenset(("true", "yes", "x", "1", "prawda", "tak", "pravda", "áno", "ano"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be filled in: its path below the row, and all that it is called."""

    path: Path
    names: frozenset[str]


class Unpasted(ValueError):
    """A text that is no table of these columns. `code` and `params` are the sentence's."""

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.code = code
        self.params: Mapping[str, object] = params


def pasted_rows(text: str, columns: Sequence[Column]) -> list[dict[Path, str]]:
    """Rows as texts of columns; empty lines are none. A first line of nothing but names of columns
    says which cell is which, else they stand in the order of the page. Raises `Unpasted`."""
    lines = [line for line in csv.reader(text.splitlines(), delimiter="\t") if any(line)]
    if len(lines) > MOST_ROWS:
        message = f"{len(lines)} rows are too many"
        raise Unpasted("paste_rows", message, count=len(lines), limit=MOST_ROWS)
    order = [one.path for one in columns]
    named = _named(lines[0], columns) if lines else None
    if named is not None:
        order, lines = named, lines[1:]
    rows = []
    for number, line in enumerate(lines, 1):
        cells = _trimmed(line)
        if len(cells) > len(order):
            message = f"row {number} has {len(cells)} cells for {len(order)} columns"
            raise Unpasted("paste_columns", message, row=number, count=len(cells), limit=len(order))
        rows.append(dict(zip(order, cells, strict=False)))
    return rows


def tick(text: str) -> str:
    """What a spreadsheet writes for yes, as a tick box sends it."""
    return "true" if text.strip().casefold() in _YES else ""


def column(path: Path, names: Iterable[str]) -> Column:
    """A column by all its names, however they are written."""
    return Column(path, frozenset(_plain(name) for name in names if name))


def _named(line: Sequence[str], columns: Sequence[Column]) -> list[Path] | None:
    found = []
    for cell in _trimmed(line):
        fitting = [one.path for one in columns if _plain(cell) in one.names]
        if not fitting or fitting[0] in found:
            return None
        found.append(fitting[0])
    return found or None


def _trimmed(line: Sequence[str]) -> list[str]:
    cells = [cell.strip() for cell in line]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("*", " ").split())
