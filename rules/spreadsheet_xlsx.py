"""Grids as workbooks (XLSX): texts that stay texts, numbers to the last digit, no formulas."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from orderloom.rules.dmn_elements import children, read_xml
from orderloom.rules.error import FeelError
from orderloom.rules.spreadsheet import (
    COLUMN,
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    GridError,
    address,
)

LIMIT_BYTES: Final = 20_000_000
# The library takes some fifty times as much memory.
MOST_UNPACKED: Final = 30_000_000
MOST_PARTS: Final = 500
_WIDEST: Final = 40
# How workbooks write signs that their XML has not, and what looks like it (`_x000D_`).
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HALF: Final = re.compile("[\ud800-\udfff]")
# The library's own ways to fail over broken parts of a workbook.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, OSError),
    *(IndexError, SyntaxError, NotImplementedError, RuntimeError, EOFError, FeelError),
)


def write_xlsx(grid: Grid, *, title: str = "decision") -> bytes:
    """One sheet. The same grid makes the same cells. Raises `GridError`."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    head = next((n for n, line in enumerate(grid) if line[:1] == [COLUMN]), None)
    for number, line in enumerate(grid):
        for at, text in enumerate(line):
            if text:
                _write(sheet.cell(row=number + 1, column=at + 1), text, address(number, at))
    for at in range(max((len(line) for line in grid), default=0)):
        widest = max((len(line[at]) for line in grid[head or 0 :] if at < len(line)), default=0)
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(_WIDEST, widest + 3)
    for at in () if head is None else (head + 1, head + 2):
        for cell in sheet[at]:
            cell.font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_xlsx(data: bytes) -> Grid:
    """The first sheet. A number is text as FEEL has it, a date `@"2026-03-01"`.

    Raises `GridError`: for formulas and errors in cells, and what is no workbook or too large.
    """
    if len(data) > LIMIT_BYTES:
        raise GridError([f"more than {LIMIT_BYTES} bytes"])
    try:
        _small_enough(data)
        with warnings.catch_warnings():
            # The library tells what it passes over: styles, drawings, validations.
            warnings.simplefilter("ignore")
            return _read(data)
    except (GridError, DefusedXmlException) as error:
        if isinstance(error, GridError):
            raise
        raise GridError(["document types and entities are not read"]) from error
    except _BROKEN as error:
        raise GridError([f"not a workbook: {error}"]) from error


def _write(cell: Cell, text: str, where: str) -> None:
    if _HALF.search(text):
        raise GridError([f"{where}: a workbook has no way to write half a sign"])
    cell.value = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    # Whatever it begins with, it is text; the mark keeps it so when somebody edits it.
    cell.data_type = "s"
    cell.quotePrefix = text[0] in "=+-@"
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > _WIDEST or "\n" in text)


def _small_enough(data: bytes) -> None:
    """By the sizes that the archive states, beyond which nothing of it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            message = f"more than {MOST_PARTS} parts or {MOST_UNPACKED} bytes when unpacked"
            raise GridError([message])


def _read(data: bytes) -> Grid:
    reader = ExcelReader(io.BytesIO(data), data_only=False)
    reader.read()
    sheets = [name for name, _ in reader.parser.find_sheets()]
    if not sheets or not reader.wb.worksheets:
        raise GridError(["the workbook has no sheet"])
    sheet = reader.wb.worksheets[0]
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        raise GridError([f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"])
    (_, relation), *_ = reader.parser.find_sheets()
    exact = dict(_numbers(data, relation.target))
    problems: list[str] = []
    grid: Grid = []
    for row in sheet.iter_rows():
        line = [_text(cell, exact.get(cell.coordinate, ""), problems) for cell in row]
        while line and not line[-1]:
            line.pop()
        grid.append(line)
    if problems:
        raise GridError(problems)
    while grid and not grid[-1]:
        grid.pop()
    return grid


def _numbers(data: bytes, part: str) -> Iterator[tuple[str, str]]:
    """Cell → its number as the file writes it: the library would give a binary fraction."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = read_xml(archive.read(part))
    for rows in children(root, "sheetData"):
        for row in rows:
            for cell in row:
                value = next(children(cell, "v"), None)
                if cell.get("t", "n") == "n" and value is not None and value.text:
                    yield cell.get("r", ""), value.text


def _text(cell: Any, exact: str, problems: list[str]) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        what = "a formula" if cell.data_type == "f" else f"the error {value}"
        problems.append(f"{cell.coordinate}: the cell has {what}")
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return f'@"{value.date().isoformat() if midnight else value.isoformat()}"'
    if isinstance(value, date | time):
        return f'@"{value.isoformat()}"'
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    try:
        return format(Decimal(exact), "f")
    except InvalidOperation:
        problems.append(f"{cell.coordinate}: {value!r} is not a number that can be kept")
        return ""
