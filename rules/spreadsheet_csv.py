"""Grids as CSV (RFC 4180), safe to open in a spreadsheet: no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from orderloom.rules.spreadsheet import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Grid, GridError

LIMIT_BYTES: Final = 20_000_000
# What spreadsheets take for the beginning of a formula; an apostrophe before it makes it text.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_MARK: Final = "'"
_BOM: Final = "\ufeff"


def write_csv(grid: Grid) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it. Raises `GridError`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for line in grid:
        writer.writerow([safe_cell(cell) for cell in line])
    if "\0" in out.getvalue():
        raise GridError(["CSV has no way to write the sign U+0000"])
    try:
        return (_BOM + out.getvalue()).encode("utf-8")
    except UnicodeEncodeError as error:
        raise GridError(["CSV has no way to write half a sign"]) from error


def read_csv(data: bytes, *, names: Sequence[str] = ("kind",)) -> Grid:
    """The grid; `,`, `;` and tabs separate, as the first line does after one of the
    names. Raises `GridError`."""
    if len(data) > LIMIT_BYTES:
        raise GridError([f"more than {LIMIT_BYTES} bytes"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GridError(["the file is not UTF-8"]) from error
    first = text.partition("\n")[0]
    first = first.replace('"', "")
    delimiter = next(
        (sign for sign in ",;\t" if any(f"{name}{sign}" in first for name in names)), ","
    )
    grid: Grid = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(grid) >= MOST_ROWS or len(line) > MOST_COLUMNS:
                raise GridError([f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"])
            if any(len(cell) > LONGEST_CELL + 1 for cell in line):
                raise GridError([f"line {len(grid) + 1} has a cell of more than {LONGEST_CELL}"])
            grid.append([plain_cell(cell) for cell in line])
    except csv.Error as error:
        raise GridError([f"not CSV: {error}"]) from error
    return grid


def safe_cell(text: str) -> str:
    """`text` with an apostrophe before what would be a formula, or an apostrophe."""
    return f"{_MARK}{text}" if text.startswith((*_FORMULA, _MARK)) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith(_MARK) else text
