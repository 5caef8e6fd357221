"""Which rows can match, by bitmaps: one big integer a column and value, a bit a row.

The first row has the highest bit, which an integer tells at once, however long it is. Cells that
are sets of values (`cell.py`) are indexed; any other stays *open* and is run for the rows that the
bitmaps leave. The answer must equal the slow loop (`Table.matching`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from orderloom.rules.cell import KINDS, Span, Test, kind_of, test_of
from orderloom.rules.expression import Expression

# The rows for a value; None where the value is not allowed, or its cells have to be run.
Finder = Callable[[Any], int | None]
NULL: Final = type(None)
# A declared type → the kinds that are of it; other types are checked value by value.
FITTING: Final[dict[str, tuple[str, ...]]] = {
    "number": ("number",),
    "string": ("string",),
    "boolean": ("boolean",),
    "date": ("date",),
    "time": ("time",),
    "date and time": ("moment", "zoned"),
    "duration": ("duration", "months"),
    "days and time duration": ("duration",),
    "years and months duration": ("months",),
    "any": tuple(KINDS),
    "Any": tuple(KINDS),
}


@dataclass(frozen=True, slots=True)
class Index:
    """`finders`: of each column, by the type of the value; a type without one has its cells run.

    `open_by_row`: the columns whose cell is always run; `open_rows`: the rows with such a cell.
    """

    finders: tuple[dict[type, Finder], ...]
    every: int
    open_by_row: tuple[tuple[int, ...], ...]
    open_rows: int


def build_index(
    rows: Sequence[Sequence[Expression | None]],
    types: Sequence[str | None],
    nullable: Sequence[bool],
    allowed: Sequence[Expression | None],
) -> Index:
    """The index of a table's cells; the other lists have one entry a column."""
    open_by_row: list[list[int]] = [[] for _ in rows]
    finders = []
    for at, type_ in enumerate(types):
        always, tests = 0, []
        for number, cells in enumerate(rows):
            cell, bit = cells[at], _bit(number, len(rows))
            test = None if cell is None else test_of(cell)
            if test is not None:
                tests.append((bit, test))
                continue
            always |= bit
            if cell is not None:
                open_by_row[number].append(at)
        finders.append(_finders(tests, always, type_, nullable[at], allowed[at]))
    return Index(
        finders=tuple(finders),
        every=(1 << len(rows)) - 1,
        open_by_row=tuple(tuple(cells) for cells in open_by_row),
        open_rows=_rows(
            _bit(number, len(rows)) for number, cells in enumerate(open_by_row) if cells
        ),
    )


def numbers_of(mask: int, size: int) -> Iterator[int]:
    """The rows of a bitmap of `size` rows, from the first on."""
    while mask:
        length = mask.bit_length()
        yield size - length
        mask ^= 1 << length - 1


def _bit(number: int, size: int) -> int:
    return 1 << size - 1 - number


def validity(periods: Sequence[tuple[date | None, date | None]]) -> Finder:
    """The rows that are valid on a day, by their first and last day."""
    tests = [
        (_bit(number, len(periods)), Test((Span("date", first, last),)))
        for number, (first, last) in enumerate(periods)
    ]
    return _found_by("date", tests, 0, None)[date]


Tests = Sequence[tuple[int, Test]]


def _finders(
    tests: Tests, always: int, type_: str | None, nullable: bool, allowed: Expression | None
) -> dict[type, Finder]:
    found: dict[type, Finder] = {}
    if nullable:
        rows = always | _rows(bit for bit, test in tests if test.passes(None))
        found[NULL] = lambda value: rows
    limit = None if allowed is None else test_of(allowed)
    if allowed is not None and limit is None:
        return found
    moments: dict[str, Finder] = {}
    for kind in FITTING.get(type_ or "any", ()):
        if any(test.compares(kind) for _, test in tests) or (limit and limit.compares(kind)):
            continue
        by_type = _found_by(kind, tests, always, limit)
        if kind in ("moment", "zoned"):
            moments[kind] = by_type[datetime]
            continue
        found |= by_type
    if moments:
        found[datetime] = _by_zone(moments)
    return found


def _found_by(kind: str, tests: Tests, always: int, limit: Test | None) -> dict[type, Finder]:
    """The rows for values of one kind, by the type of the value."""
    spans = [span for _, test in tests for span in test.spans]
    spans += limit.spans if limit else ()
    spans = [span for span in spans if span.kind == kind]
    ends = {end for span in spans for end in (span.low, span.high) if end is not None}
    points = sorted(ends)
    masks: Sequence[int | None] = masks_of(kind, tests, always, points)
    if limit is not None:
        inside = masks_of(kind, [(1, limit)], 0, points)
        masks = [mask if fits else None for mask, fits in zip(masks, inside, strict=True)]
    make = _by_value if all(span.point for span in spans) else _by_order
    return {type_: make([_alike(point, type_) for point in points], masks) for type_ in KINDS[kind]}


def _by_zone(moments: Mapping[str, Finder]) -> Finder:
    """Moments with a zone and those without are compared with their like alone; others are run."""

    def find(value: Any) -> int | None:
        finder = moments.get(kind_of(value) or "")
        return None if finder is None else finder(value)

    return find


class _Rows(dict[Any, int | None]):
    """Value → rows; `other`: those of any other value."""

    __slots__ = ("other",)
    other: int | None

    def __missing__(self, value: Any) -> int | None:
        return self.other


def _by_value(points: Sequence[Any], masks: Sequence[int | None]) -> Finder:
    rows = _Rows(zip(points, masks[1::2], strict=True))
    rows.other = masks[0]
    return rows.__getitem__


def _by_order(points: Sequence[Any], masks: Sequence[int | None]) -> Finder:
    below, at, above = masks[:-1:2], masks[1::2], masks[2::2]
    if at == above:
        from_point = masks[::2]
        return lambda value: from_point[bisect_right(points, value)]
    if at == below:
        to_point = masks[::2]
        return lambda value: to_point[bisect_left(points, value)]
    # The two differ by one at a point.
    return lambda value: masks[bisect_left(points, value) + bisect_right(points, value)]


def masks_of(kind: str, tests: Tests, always: int, points: Sequence[Any]) -> list[int]:
    """The rows of each place: 2i lies below point i, 2i+1 is point i, the last above them all."""
    places = {point: number for number, point in enumerate(points)}
    start = always | _rows(bit for bit, test in tests if test.negated)
    changes = [0] * (2 * len(points) + 2)
    for bit, test in tests:
        for first, last in _joined(test.spans, kind, places):
            changes[first] ^= bit
            changes[last + 1] ^= bit
    found: list[int] = []
    rows = start
    for change in changes[:-1]:
        rows ^= change
        found.append(rows)
    return found


def _joined(spans: Sequence[Span], kind: str, places: dict[Any, int]) -> list[tuple[int, int]]:
    """The places that the spans of a kind cover, as runs that do not touch."""
    runs: list[tuple[int, int]] = []
    for first, last in sorted(_run(span, places) for span in spans if span.kind == kind):
        if first > last:
            continue
        if runs and first <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(last, runs[-1][1]))
        else:
            runs.append((first, last))
    return runs


def _run(span: Span, places: dict[Any, int]) -> tuple[int, int]:
    first, last = 0, 2 * len(places)
    if span.low is not None:
        first = 2 * places[span.low] + (1 if span.low_closed else 2)
    if span.high is not None:
        last = 2 * places[span.high] + (1 if span.high_closed else 0)
    return first, last


def _alike(point: Any, type_: type) -> Any:
    """A point as the type of the values that it meets, where it can be: these compare faster."""
    if type_ is Decimal:
        return Decimal(point)
    if type_ is int and point == int(point):
        return int(point)
    return point


def _rows(bits: Iterable[int]) -> int:
    found = 0
    for bit in bits:
        found |= bit
    return found
