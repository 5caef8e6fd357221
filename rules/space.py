"""All that a table's inputs can be, cut into parts that its cells do not tell apart.

A dimension is an input (inputs with the same expression are one); its parts are the points where a
cell begins or ends, what lies between them, and null where it may be. One sample stands for a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.cell import Span, Test, test_of
from orderloom.rules.columns import Input
from orderloom.rules.expression import Expression
from orderloom.rules.index import FITTING, masks_of
from orderloom.rules.operators import whole
from orderloom.rules.table import Table
from orderloom.rules.values import NUMBERS, YearsMonths

TODAY: Final = "today"
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Dimension:
    """`samples`: one a part. `rows`: the rows (as bits) that match there; those whose cell is run
    are in it. `names`: of the inputs; none where nothing is told apart."""

    names: tuple[str, ...]
    samples: tuple[Any, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """`unknown`: rows (as bits) with a cell that is run, of which it is not known when it holds."""

    dimensions: tuple[Dimension, ...]
    every: int
    unknown: int

    def sample(self, parts: Sequence[int]) -> dict[str, Any]:
        """A value of each input; dimensions that `parts` leaves out may be anything."""
        found: dict[str, Any] = {}
        for number, dimension in enumerate(self.dimensions):
            part = parts[number] if number < len(parts) else 0
            found |= dict.fromkeys(dimension.names, dimension.samples[part])
        return found


def space_of(table: Table) -> Space:
    """The space of a table, dimensions with few parts first."""
    every = (1 << len(table.rows)) - 1
    unknown = 0
    columns: dict[str, list[int]] = {}
    for column, one in enumerate(table.inputs):
        columns.setdefault(one.value.text, []).append(column)
    dimensions = []
    for group in columns.values():
        tests = [_tests(table, column) for column in group]
        for column_tests in tests:
            unknown |= sum(1 << row for row, test in enumerate(column_tests) if test is UNKNOWN)
        dimensions.append(_dimension(table, group, tests))
    if table.validity is not None:
        dimensions.append(_days(table))
    return Space(
        tuple(sorted((one for one in dimensions if one.samples), key=lambda d: len(d.samples))),
        every,
        unknown,
    )


# A cell that has no set of values: it is taken to match.
UNKNOWN: Final = Test((), null=True, negated=False)


def _tests(table: Table, column: int) -> list[Test | None]:
    """By row: the cell's set, None for `-`, `UNKNOWN`."""
    found: list[Test | None] = []
    for row in table.rows:
        cell = row.cells[column]
        test = None if cell is None else test_of(cell)
        found.append(UNKNOWN if cell is not None and test is None else test)
    return found


def _dimension(
    table: Table, group: Sequence[int], tests: Sequence[Sequence[Test | None]]
) -> Dimension:
    inputs = [table.inputs[column] for column in group]
    limits = [test for one in inputs if (test := _limit(one.allowed)) is not None]
    spans = [
        span
        for column in tests
        for test in column
        if test is not None and test is not UNKNOWN
        for span in test.spans
    ]
    spans += [span for limit in limits for span in limit.spans]
    types = {kind for one in inputs for kind in FITTING.get(one.type or "any", ())}
    samples: list[Any] = []
    rows: list[int] = []
    for kind in _kinds(spans, types, tests):
        points = _points(kind, spans)
        found = [_matching(kind, column, points) for column in tests]
        beside: dict[int, int] = {}
        for place, sample in _places(kind, points):
            if not all(limit.passes(sample) for limit in limits):
                continue
            there = _common(masks[place] for masks in found)
            if kind == "string" and place % 2 == 0:
                # Texts beside all that are named have no order that people would think of.
                if there in beside:
                    samples[beside[there]] = _plainer(samples[beside[there]], sample)
                    continue
                beside[there] = len(samples)
            samples.append(sample)
            rows.append(there)
    if not samples:
        # Nothing is told apart, or all by cells that are run.
        return Dimension((), (None,), ((1 << len(table.rows)) - 1,))
    if all(one.nullable for one in inputs):
        samples.append(None)
        rows.append(_common(_at_null(column) for column in tests))
    return Dimension(tuple(one.name for one in inputs), tuple(samples), tuple(rows))


def some_value(one: Input) -> Any:
    """A value that an input may have: of its type, among those that are allowed."""
    if one.type is not None and one.type.startswith(("[", "list")):
        return []
    if one.type is not None and one.type.startswith(("{", "context")):
        return {}
    limit = _limit(one.allowed)
    spans = () if limit is None else limit.spans
    kinds = [span.kind for span in spans] or FITTING.get(one.type or "string", ())
    for kind in kinds or ("string",):
        for _, sample in _places(kind, _points(kind, spans)):
            if limit is None or limit.passes(sample):
                return sample
    return None


def _plainer(one: str, other: str) -> str:
    return other if other == _OTHER else one


def _kinds(
    spans: Sequence[Span], types: set[str], tests: Sequence[Sequence[Test | None]]
) -> list[str]:
    """The kinds of value to look at: those in the cells; where they only ask for null, one."""
    seen = {span.kind for span in spans} & types
    asked = any(test is not None and test is not UNKNOWN for column in tests for test in column)
    if seen or not asked:
        return sorted(seen)
    return ["boolean"] if types == {"boolean"} else sorted(types)[-1:]


def _limit(allowed: Expression | None) -> Test | None:
    return None if allowed is None else test_of(allowed)


def _points(kind: str, spans: Sequence[Span]) -> list[Any]:
    ends = (end for span in spans if span.kind == kind for end in (span.low, span.high))
    return sorted({end for end in ends if end is not None})


def _matching(kind: str, tests: Sequence[Test | None], points: Sequence[Any]) -> list[int]:
    always = sum(1 << row for row, test in enumerate(tests) if test is None or test is UNKNOWN)
    known = [
        (1 << row, test)
        for row, test in enumerate(tests)
        if test is not None and test is not UNKNOWN
    ]
    return masks_of(kind, known, always, points)


def _at_null(tests: Sequence[Test | None]) -> int:
    return sum(1 << row for row, test in enumerate(tests) if test is None or test.passes(None))


def _common(masks: Iterator[int]) -> int:
    found = -1
    for mask in masks:
        found &= mask
    return found


def _days(table: Table) -> Dimension:
    spans = [
        (1 << number, Test((Span("date", row.valid_from, row.valid_to),)))
        for number, row in enumerate(table.rows)
    ]
    points = _points("date", [test.spans[0] for _, test in spans])
    masks = masks_of("date", spans, 0, points)
    places = list(_places("date", points))
    return Dimension(
        (TODAY,),
        tuple(sample for _, sample in places),
        tuple(masks[place] for place, _ in places),
    )


def _places(kind: str, points: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """The places that have a value, each with one: 2i+1 is point i, 2i lies below it."""
    if kind == "boolean":
        # Places beside the points hold no boolean, but a point that no cell names may be missing.
        for value in (False, True):
            yield (2 * points.index(value) + 1 if value in points else 0), value
        return
    if not points:
        yield 0, _SOME[kind]
        return
    for number in range(len(points) + 1):
        low = points[number - 1] if number else None
        high = points[number] if number < len(points) else None
        found = _between(kind, low, high)
        if found is not None:
            yield 2 * number, found
        if high is not None:
            yield 2 * number + 1, high


def _between(kind: str, low: Any, high: Any) -> Any:
    """A value above `low` and below `high` (None: no end), or None where there is none."""
    if kind == "number":
        return _number_between(low, high)
    if kind == "string":
        return _text_between(low, high)
    step = _STEPS[kind]
    try:
        found = _moved(low, step) if low is not None else _moved(high, step, -1)
    except OverflowError:
        return None
    if found is None or (low is not None and found <= low) or (high is not None and found >= high):
        return None
    return found


_SOME: Final[dict[str, Any]] = {
    "number": 0,
    "string": _OTHER,
    "date": date(2026, 1, 1),
    "time": time(),
    "moment": datetime(2026, 1, 1),
    "zoned": datetime(2026, 1, 1, tzinfo=UTC),
    "duration": timedelta(days=1),
    "months": YearsMonths(1),
}
_STEPS: Final[dict[str, Any]] = {
    "date": timedelta(days=1),
    "time": timedelta(microseconds=1),
    "moment": timedelta(microseconds=1),
    "zoned": timedelta(microseconds=1),
    "duration": timedelta(microseconds=1),
    "months": 1,
}


def _moved(value: Any, step: Any, times: int = 1) -> Any:
    if isinstance(value, YearsMonths):
        return YearsMonths(value.months + step * times)
    if isinstance(value, time):
        moved = datetime.combine(date(2000, 1, 2), value) + step * times
        return moved.time() if moved.date() == date(2000, 1, 2) else None
    return value + step * times


def _number_between(low: Any, high: Any) -> Any:
    if low is None:
        return whole(NUMBERS.subtract(Decimal(high), Decimal(1)))
    above = whole(NUMBERS.add(Decimal(low), Decimal(1)))
    if high is None or above < high:
        return above
    middle = NUMBERS.divide(NUMBERS.add(Decimal(low), Decimal(high)), Decimal(2))
    return whole(middle) if low < middle < high else None


def _text_between(low: Any, high: Any) -> Any:
    for found in (_OTHER, f"{low or ''} ", f"{low or ''}\0", ""):
        if (low is None or found > low) and (high is None or found < high):
            return found
    return None
