"""Decisions as grids of texts, and back: what CSV files and workbooks hold.

First what the decision has as a whole, a key and its value a line (`tests` a line each); then the
columns, a line for each of their properties; then a line for each row. A value that is no plain
text is JSON. What reads a grid takes columns in any order and lines of properties too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.platform.codec import CodecError, dumps, loads_strict
from orderloom.rules.error import FeelError
from orderloom.rules.normal_form import ANY_CELL, normal

Grid = list[list[str]]
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 32_767
COLUMN: Final = "column"
RULE: Final = "rule"
_TABLE: Final = frozenset(("inputs", "outputs", "rules", "tests", "kind"))
_FEEL: Final = ("value", "allowed", "default")
_PROPERTIES: Final = ("name", "value", "type", "nullable", "allowed", "default", "more")
_OF_ROW: Final = ("note", "valid_from", "valid_to", "more")
_JSON: Final = re.compile(r"[\[{\"]|-?[0-9]|(?:true|false|null)$")
_LITERAL_DATE: Final = re.compile(r"@\"(.*)\"")


class GridError(FeelError):
    """A grid that is no decision; `problems` name the cells as spreadsheets do (`C5: …`)."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def grid_of(document: Mapping[str, Any]) -> Grid:
    """The decision as lines of cells. Raises `GridError` for what no cell can hold."""
    one = normal(document)
    grid = [["kind", "decision"]]
    grid += [
        [key, value if key == "value" else _said(value)]
        for key, value in one.items()
        if key not in _TABLE
    ]
    grid += [["tests", _said(test)] for test in one.get("tests") or ()]
    if "value" not in one:
        grid += _table(one)
    _bounded(grid)
    return grid


def document_of(grid: Grid) -> dict[str, Any]:
    """The decision of a grid, in its normal form. Raises `GridError` with every problem."""
    if len(grid) > MOST_ROWS or any(len(line) > MOST_COLUMNS for line in grid):
        raise GridError([f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"])
    reading = _Reading(grid)
    made = reading.document()
    if reading.problems:
        raise GridError(reading.problems)
    return made


def address(line: int, column: int) -> str:
    """The name of a cell, both counted from 0: `A1`, `AB12`."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{line + 1}"


def _table(one: Mapping[str, Any]) -> Grid:
    columns = [("input", each) for each in one["inputs"]]
    columns += [("output", each) for each in one["outputs"]]
    grid = [[], [COLUMN, "id", *(kind for kind, _ in columns), *_OF_ROW]]
    for key in _PROPERTIES:
        cells = [_property(key, each) for _, each in columns]
        if any(cells):
            grid.append([key, "", *cells])
    for row in one["rules"]:
        cells = [
            row.get("when" if kind == "input" else "then", {}).get(each["name"], "")
            for kind, each in columns
        ]
        rest = {k: v for k, v in row.items() if k not in ("id", "when", "then", *_OF_ROW)}
        note = _said(row["note"]) if "note" in row else ""
        days = [str(row.get(key) or "") for key in ("valid_from", "valid_to")]
        more = dumps(rest).decode() if rest else ""
        grid.append([RULE, str(row.get("id", "")), *cells, note, *days, more])
    return grid


def _property(key: str, one: Mapping[str, Any]) -> str:
    if key == "more":
        rest = {k: v for k, v in one.items() if k not in _PROPERTIES}
        return dumps(rest).decode() if rest else ""
    if key not in one:
        return ""
    return str(one[key]) if key in (*_FEEL, "name") else _said(one[key])


def _said(value: Any) -> str:
    """Plain text as it is where it cannot be taken for JSON, all else as JSON."""
    if isinstance(value, str) and value and value == value.strip() and not _JSON.match(value):
        return value
    return dumps(value).decode()


def _heard(text: str) -> Any:
    return loads_strict(text) if _JSON.match(text) else text


def _bounded(grid: Grid) -> None:
    if len(grid) > MOST_ROWS or any(len(line) > MOST_COLUMNS for line in grid):
        raise GridError([f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns"])
    long = [
        f"{address(number, at)}: the text is longer than {LONGEST_CELL} signs"
        for number, line in enumerate(grid)
        for at, cell in enumerate(line)
        if len(cell) > LONGEST_CELL
    ]
    if long:
        raise GridError(long)


class _Reading:
    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.problems: list[str] = []
        self.at = 0

    def document(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        tests: list[Any] = []
        head = next(
            (n for n, line in enumerate(self.grid) if _cell(line, 0) == COLUMN), len(self.grid)
        )
        for number, line in enumerate(self.grid[:head]):
            self.at = number
            key, text = _cell(line, 0), _cell(line, 1)
            if not key:
                self._empty(line, 0)
                continue
            self._empty(line, 2)
            if key == "tests":
                tests.append(self._json(text, 1))
            elif key in made or key in _TABLE - {"kind"}:
                self._problem(0, f"'{key}' is not expected here")
            else:
                made[key] = text if key == "value" else self._json(text, 1)
        if made.get("kind") != "decision":
            self.problems.append("A1: the first line says 'kind' and 'decision'")
        if tests:
            made["tests"] = tests
        if head < len(self.grid):
            made |= self._table(head)
        return made

    def _table(self, head: int) -> dict[str, Any]:
        kinds = [cell.strip() for cell in self.grid[head]]
        columns: dict[int, dict[str, Any]] = {}
        for at, kind in enumerate(kinds[1:], 1):
            if kind in ("input", "output"):
                columns[at] = {}
            elif kind not in ("", "id", *_OF_ROW):
                self.at = head
                self._problem(at, f"'{kind}' is no kind of column")
        rows: list[dict[str, Any]] = []
        for number, line in enumerate(self.grid[head + 1 :], head + 1):
            self.at = number
            key = _cell(line, 0)
            if not key:
                self._empty(line, 0)
            elif key in _PROPERTIES:
                self._properties(key, line, columns)
            elif key == RULE:
                rows.append(self._row(line, kinds, columns))
            else:
                self._problem(0, f"'{key}' is neither a property of columns nor 'rule'")
        inputs = [one for at, one in columns.items() if kinds[at] == "input"]
        outputs = [one for at, one in columns.items() if kinds[at] == "output"]
        for these in (inputs, outputs):
            names = [one.get("name") for one in these]
            if not all(names) or len(set(names)) < len(names):
                self.at = head
                self._problem(0, "every column needs a name of its own")
        return {"inputs": inputs, "outputs": outputs, "rules": rows}

    def _properties(self, key: str, line: list[str], columns: Mapping[int, dict[str, Any]]) -> None:
        for at, text in enumerate(line[1:], 1):
            if not text.strip():
                continue
            if at not in columns:
                self._problem(at, "there is no column here")
            elif key == "more":
                columns[at].update(self._object(text, at))
            elif key in (*_FEEL, "name"):
                columns[at][key] = text.strip()
            else:
                columns[at][key] = self._json(text.strip(), at)

    def _row(
        self, line: list[str], kinds: list[str], columns: Mapping[int, dict[str, Any]]
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        when: dict[str, str] = {}
        then: dict[str, str] = {}
        for at, text in enumerate(line[1:], 1):
            cell, kind = text.strip(), kinds[at] if at < len(kinds) else ""
            if not cell or (kind == "input" and cell == ANY_CELL):
                continue
            if kind in ("input", "output"):
                (when if kind == "input" else then)[columns[at].get("name", "")] = cell
            elif kind == "more":
                made.update(self._object(cell, at))
            elif kind == "note":
                made["note"] = self._json(cell, at)
            elif kind in ("valid_from", "valid_to"):
                found = _LITERAL_DATE.fullmatch(cell)
                made[kind] = found[1] if found else cell
            elif kind == "id":
                made["id"] = cell
            else:
                self._problem(at, "there is no column here")
        made["then"] = then
        return {**made, "when": when} if when else made

    def _object(self, text: str, at: int) -> dict[str, Any]:
        found = self._json(text, at)
        if isinstance(found, dict):
            return found
        self._problem(at, "a JSON object is expected")
        return {}

    def _json(self, text: str, at: int) -> Any:
        try:
            return _heard(text)
        except CodecError as error:
            self._problem(at, f"not JSON: {error}")
            return None

    def _empty(self, line: list[str], first: int) -> None:
        for at, text in enumerate(line[first:], first):
            if text.strip():
                self._problem(at, "nothing is expected here")

    def _problem(self, column: int, what: str) -> None:
        self.problems.append(f"{address(self.at, column)}: {what}")


def _cell(line: Sequence[str], at: int) -> str:
    return line[at].strip() if at < len(line) else ""
