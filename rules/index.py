"""Which rows can match, by bitmaps: one big integer a column and value, bit n for row n.

A cell of literals (equal to, one of, not, a range, a comparison) on numbers, strings, booleans,
dates or null is indexed; any other cell stays *open* and is run by its closure for rows that the
bitmaps leave. The answer must equal the slow loop (`Table.matching`); a property test compares.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from orderloom.rules import syntax as s
from orderloom.rules.builtins import BUILTINS
from orderloom.rules.error import FeelError
from orderloom.rules.expression import Expression
from orderloom.rules.values import YearsMonths, is_number


@dataclass(slots=True)
class _Ordered:
    """Cells on values of one kind: `points` are the cut points, `cells[2i]` the rows that match
    between the points i-1 and i, `cells[2i+1]` those that match at the point i."""

    points: list[Any] = field(default_factory=list)
    masks: list[int] = field(default_factory=list)

    def rows(self, value: Any) -> int:
        place = bisect_left(self.points, value)
        at = place < len(self.points) and self.points[place] == value
        return self.masks[2 * place + 1 if at else 2 * place]


@dataclass(slots=True)
class _Column:
    """`always`: rows that match whatever the value (`-`); `open`: rows whose cell must be run."""

    always: int = 0
    open: int = 0
    null: int = 0
    ordered: dict[str, _Ordered] = field(default_factory=dict)
    negated: int = 0

    def knows(self, value: Any) -> bool:
        """Whether the bitmaps answer for this value; else its cells are run, errors and all."""
        return value is None or not self.ordered or _kind(value) in self.ordered

    def rows(self, value: Any, every: int) -> int:
        found = self.always | self.open
        if value is None:
            return found | self.null
        if not self.knows(value):
            return every
        part = self.ordered.get(_kind(value) or "")
        return found | (part.rows(value) if part is not None else self.negated)


@dataclass(slots=True)
class Index:
    """`complete`: no cell is open, so nothing is scanned."""

    columns: list[_Column]
    every: int
    open_by_row: list[tuple[int, ...]]
    complete: bool

    def candidates(self, values: Sequence[Any]) -> int:
        """The rows (as bits) that the bitmaps leave."""
        found = self.every
        for column, value in zip(self.columns, values, strict=True):
            found &= column.rows(value, self.every)
            if not found:
                break
        return found

    def open_cells(self, row: int, values: Sequence[Any]) -> tuple[int, ...]:
        """Columns whose cell of this row must still be run."""
        unusual = [at for at, value in enumerate(values) if not self.columns[at].knows(value)]
        if not unusual:
            return self.open_by_row[row]
        return tuple(sorted({*self.open_by_row[row], *unusual}))


def build_index(rows: Sequence[Sequence[Expression | None]], width: int) -> Index:
    """The index of a table's cells."""
    open_by_row: list[list[int]] = [[] for _ in rows]
    columns = []
    for at in range(width):
        column, tests = _Column(), []
        for number, cells in enumerate(rows):
            cell, bit = cells[at], 1 << number
            if cell is None:
                column.always |= bit
                continue
            test = _test_of(cell)
            if test is None:
                column.open |= bit
                open_by_row[number].append(at)
            else:
                tests.append((bit, test))
        _fill(column, tests)
        columns.append(column)
    every = (1 << len(rows)) - 1
    return Index(
        columns=columns,
        every=every,
        open_by_row=[tuple(cells) for cells in open_by_row],
        complete=not any(column.open for column in columns),
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Values of one kind between two ends; None is no end."""

    kind: str
    low: Any
    high: Any
    low_closed: bool
    high_closed: bool

    def holds(self, value: Any, *, between: bool) -> bool:
        """Whether it holds at a point, or just above it (`between`)."""
        if self.low is not None:
            above = value >= self.low if between or self.low_closed else value > self.low
            if not above:
                return False
        if self.high is None:
            return True
        if between:
            return bool(value < self.high)
        return bool(value <= self.high if self.high_closed else value < self.high)


@dataclass(frozen=True, slots=True)
class _Test:
    """A cell as spans and perhaps null; `negated`: all but these."""

    spans: tuple[_Span, ...]
    null: bool
    negated: bool


def _fill(column: _Column, tests: Sequence[tuple[int, _Test]]) -> None:
    for bit, test in tests:
        if test.null != test.negated:
            column.null |= bit
        if test.negated:
            column.negated |= bit
    for name in {span.kind for _, test in tests for span in test.spans}:
        column.ordered[name] = _ordered(name, tests)


def _ordered(name: str, tests: Sequence[tuple[int, _Test]]) -> _Ordered:
    ends = {
        end
        for _, test in tests
        for span in test.spans
        if span.kind == name
        for end in (span.low, span.high)
        if end is not None
    }
    points = sorted(ends)
    masks = [0] * (2 * len(points) + 1)
    for bit, test in tests:
        spans = [span for span in test.spans if span.kind == name]
        for place in range(len(masks)):
            if _matches_at(spans, points, place) != test.negated:
                masks[place] |= bit
    return _Ordered(points, masks)


def _matches_at(spans: Sequence[_Span], points: Sequence[Any], place: int) -> bool:
    if place % 2:
        return any(span.holds(points[place // 2], between=False) for span in spans)
    if place == 0:
        return any(span.low is None for span in spans)
    return any(span.holds(points[place // 2 - 1], between=True) for span in spans)


def _test_of(cell: Expression) -> _Test | None:
    node = cell.node
    if not isinstance(node, s.Tests):
        return None
    spans: list[_Span] = []
    null = False
    for part in node.parts:
        if isinstance(part, s.Literal) and part.value is None:
            null = True
            continue
        span = _span_of(part)
        if span is None:
            return None
        spans.append(span)
    return _Test(tuple(spans), null, node.negated)


def _span_of(node: s.Node) -> _Span | None:
    if isinstance(node, s.RangeNode):
        low, high = _literal(node.low), _literal(node.high)
        name = _kind(low)
        if name is None or name == "boolean" or name != _kind(high):
            return None
        return _Span(name, low, high, node.low_closed, node.high_closed)
    if isinstance(node, s.Comparison):
        return _comparison(node)
    value = _literal(node)
    name = _kind(value)
    if name is None or (name == "boolean" and not isinstance(node, s.Literal)):
        return None
    if value is True:
        return None  # true also matches what is not boolean (DMN 1.5, 10.3.2.8): run it
    return _Span(name, value, value, True, True)


def _comparison(node: s.Comparison) -> _Span | None:
    value = _literal(node.operand)
    name = _kind(value)
    if name is None or node.sign == "!=" or (name == "boolean" and node.sign != "="):
        return None
    if node.sign == "=":
        return _Span(name, value, value, True, True)
    if node.sign in ("<", "<="):
        return _Span(name, None, value, True, node.sign == "<=")
    return _Span(name, value, None, node.sign == ">=", True)


def _literal(node: s.Node) -> Any:
    """The value of a node that is one, however written: `5`, `-5`, `"a"`, `date("2026-01-01")`."""
    if isinstance(node, s.Literal):
        return node.value
    if isinstance(node, s.Negation):
        value = _literal(node.operand)
        return -value if is_number(value) else None
    if (
        isinstance(node, s.Call)
        and isinstance(node.function, s.Name)
        and node.function.name in ("date", "duration")
        and len(node.arguments) == 1
        and isinstance(node.arguments[0], s.Literal)
    ):
        try:
            return BUILTINS[node.function.name].call(node.arguments[0].value)
        except FeelError:
            return None
    return None


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, date) and not isinstance(value, datetime):
        return "date"
    if isinstance(value, timedelta):
        return "duration"
    return "months" if isinstance(value, YearsMonths) else None
