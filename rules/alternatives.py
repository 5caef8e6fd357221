"""Other values that an input could have, one of each part that the table's cells tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, Final

from orderloom.rules.cell import Span, kind_of, test_of
from orderloom.rules.operators import whole
from orderloom.rules.table import Table
from orderloom.rules.temporal import seconds_of
from orderloom.rules.values import NUMBERS, YearsMonths, is_number

# Of one column, the nearest so many.
NEAREST: Final = 60
_STEPS: Final = {
    "date": timedelta(days=1),
    "time": None,
    "moment": timedelta(seconds=1),
    "zoned": timedelta(seconds=1),
    "duration": timedelta(seconds=1),
    "months": YearsMonths(1),
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """`distance`: from the value there is; below 1 where there is a measure, else 1."""

    value: Any
    distance: Decimal


def alternatives(table: Table, column: int, value: Any) -> list[Alternative]:
    """The nearest other values of a column, nearest first: its cut points and what lies beside
    them, allowed values or a text that no cell names, null where it may be."""
    spans = list(_spans(table, column))
    kind = kind_of(value)
    if spans and kind not in {span.kind for span in spans}:
        # Null, or a value that the column does not take: any of the usual kind is as far.
        kind, value = _usual(spans), None
    points = sorted({end for span in spans if span.kind == kind for end in _ends(span)})
    found = list(_values(kind, points, value))
    if kind == "string" and table.inputs[column].allowed is None:
        found.append(next(one for one in _others() if one not in points))
    if table.inputs[column].nullable and value is not None:
        found.append(None)
    made = [Alternative(other, _distance(value, other)) for other in found if other != value]
    return sorted(made, key=lambda one: one.distance)[:NEAREST]


def _spans(table: Table, column: int) -> Iterator[Span]:
    cells = [row.cells[column] for row in table.rows]
    for cell in (*cells, table.inputs[column].allowed):
        test = None if cell is None else test_of(cell)
        yield from () if test is None else test.spans


def _others() -> Iterator[str]:
    """Texts for one that no cell names."""
    yield "other"
    yield from (f"other {number}" for number in count(2))


def _ends(span: Span) -> Iterator[Any]:
    yield from (end for end in (span.low, span.high) if end is not None)


def _usual(spans: Sequence[Span]) -> str | None:
    return spans[0].kind if spans else None


def _values(kind: str | None, points: Sequence[Any], value: Any) -> Iterator[Any]:
    if kind == "boolean":
        yield from (True, False)
        return
    yield from points
    if kind == "string":
        return
    step = step_of(kind, [*points, *([] if value is None else [value])])
    if step is None:
        return
    for point in points:
        yield from beside(point, step)


def nearest(point: Any, other: Any) -> Any:
    """The value next to `point` on the way to `other`, of the same kind: a unit, a day, a second
    away; `other` where nothing lies between."""
    step = step_of(kind_of(point), [point])
    if step is None or kind_of(point) != kind_of(other):
        return other
    for one in beside(point, step):
        if point < one < other or other < one < point:
            return one
    return other


def beside(point: Any, step: Any) -> Iterator[Any]:
    """The values a step below and above."""
    if isinstance(point, YearsMonths):
        yield from (YearsMonths(point.months - 1), YearsMonths(point.months + 1))
        return
    if is_number(point):
        yield from (_number(point, -step), _number(point, step))
        return
    for times in (-1, 1):
        try:
            yield point + times * step
        except OverflowError:
            continue


def _number(point: Any, step: Any) -> Any:
    if isinstance(point, int) and isinstance(step, int):
        return point + step
    return whole(NUMBERS.add(Decimal(point), Decimal(step)).normalize(NUMBERS))


def step_of(kind: str | None, values: Sequence[Any]) -> Any:
    """The smallest difference that people write: a day, a second, a unit of the last digit."""
    if kind != "number":
        return _STEPS.get(kind or "")
    digits = max((_digits(value) for value in values), default=0)
    return 1 if digits == 0 else Decimal(1).scaleb(-digits)


def _digits(value: Any) -> int:
    if not isinstance(value, Decimal):
        return 0
    return max(0, -int(value.normalize(NUMBERS).as_tuple().exponent))


def _distance(value: Any, other: Any) -> Decimal:
    """How far two values are apart, below 1 where their kind has a measure."""
    if value is None or other is None:
        return Decimal(2)
    if isinstance(value, bool | str):
        return Decimal(1)
    gap = _gap(value, other)
    return NUMBERS.divide(gap, gap + _scale(value)) if gap else gap


def _gap(one: Any, other: Any) -> Decimal:
    """The distance of two values of a kind: units, months or seconds."""
    if is_number(one):
        return abs(NUMBERS.subtract(Decimal(one), Decimal(other)))
    if isinstance(one, YearsMonths):
        return Decimal(abs(one.months - other.months))
    if isinstance(one, time):
        one, other = datetime.combine(date.min, one), datetime.combine(date.min, other)
    return abs(seconds_of(one - other))


def _scale(value: Any) -> Decimal:
    """What counts as half way to anything: the number itself, a year, a month, a day."""
    if is_number(value):
        return max(abs(Decimal(value)), Decimal(1))
    if isinstance(value, YearsMonths):
        return Decimal(12)
    return Decimal(86_400) * (30 if isinstance(value, date) else 1)
