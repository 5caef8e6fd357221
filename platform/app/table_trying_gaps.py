"""What a table's checks find, for a grid: rows by number, and of a gap the row that fills it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from orderloom.platform.codec import dumps
from orderloom.rules import Decision, TableProblem, check_decision, to_json
from orderloom.rules.cell import kind_of, test_of
from orderloom.rules.space import TODAY, Dimension, space_of
from orderloom.rules.table import Table
from orderloom.rules.values import text_of

# What is about rows or values, and can be shown in a grid.
_SHOWN: Final = ("gap", "overlap", "conflict", "duplicate", "masked", "unreachable")
_LITERALS: Final = {"number", "boolean", "string"}


@dataclass(frozen=True, slots=True)
class _Axis:
    """A dimension with the points at which cells of its inputs begin or end."""

    dimension: Dimension
    points: frozenset[Any]


def problems_of(decision: Decision) -> list[dict[str, Any]]:
    """`{code, rows, sample, given, when, days}`; `rows`: numbers from 0. `sample`: FEEL texts by
    the inputs' names, `given`: the same as names that the decision reads. Of a gap `when`: the
    cells of a row that fills it, and all around it that no row matches; `days`: its period."""
    table = decision.table
    if table is None:
        return []
    found = check_decision(decision)
    axes = _axes(table) if any(each.code == "gap" for each in found) else []
    told: list[dict[str, Any]] = []
    for each in found:
        if each.code not in _SHOWN:
            continue
        made = _told(each)
        if each.code == "gap":
            made |= _filling(axes, each)
            if any(one["code"] == "gap" and _same(one, made) for one in told):
                continue
        told.append(made)
    return told


def _told(problem: TableProblem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "rows": list(problem.numbers),
        "sample": {name: feel(value) for name, value in problem.sample.items()},
        "given": {name: to_json(value) for name, value in problem.scope.items()},
        "when": {},
        "days": {},
    }


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["when"] == other["when"] and one["days"] == other["days"])


def _axes(table: Table) -> list[_Axis]:
    by_name = {one.name: (at, one) for at, one in enumerate(table.inputs)}
    made = []
    for dimension in space_of(table).dimensions:
        points: set[Any] = set()
        for name in dimension.names:
            if name == TODAY and name not in by_name:
                points |= {day for row in table.rows for day in (row.valid_from, row.valid_to)}
                continue
            at, one = by_name[name]
            for cell in (one.allowed, *(row.cells[at] for row in table.rows)):
                test = None if cell is None else test_of(cell)
                for span in () if test is None else test.spans:
                    points |= {span.low, span.high}
        made.append(_Axis(dimension, frozenset(points - {None})))
    return made


def _filling(axes: Sequence[_Axis], gap: TableProblem) -> dict[str, Any]:
    """The widest box around a gap's sample that no row touches, axis by axis."""
    boxes: list[list[int]] = []
    for axis in axes:
        names = axis.dimension.names
        parts = [
            part
            for part, sample in enumerate(axis.dimension.samples)
            if not names or _equal(sample, gap.sample.get(names[0]))
        ]
        boxes.append(parts[:1] or [0])
    for number, axis in enumerate(axes):
        boxes[number] = _grown(axes, boxes, number, axis)
    when: dict[str, str] = {}
    days: dict[str, str] = {}
    for axis, parts in zip(axes, boxes, strict=True):
        for name in axis.dimension.names:
            if name == TODAY and all(isinstance(one, date) for one in axis.dimension.samples):
                days = dict(_period(axis, parts))
            else:
                text = _cell(axis, parts)
                when |= {name: text} if text else {}
    return {"when": when, "days": days}


def _equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _grown(axes: Sequence[_Axis], boxes: list[list[int]], number: int, axis: _Axis) -> list[int]:
    """More parts of one axis, as long as no row matches within all the others."""
    elsewhere = -1
    for other, parts in enumerate(boxes):
        if other != number:
            elsewhere &= _rows(axes[other].dimension, parts)
    dimension = axis.dimension
    free = [part for part, rows in enumerate(dimension.rows) if not rows & elsewhere]
    if len(free) == len(dimension.rows):
        return free
    start = boxes[number][0]
    sample = dimension.samples[start]
    if sample is None:
        return [start]
    kind = kind_of(sample)
    if kind in ("string", "boolean"):
        return [part for part in free if kind_of(dimension.samples[part]) in (kind, None)]
    parts = [start]
    for step in (-1, 1):
        at = start + step
        while at in free and kind_of(dimension.samples[at]) == kind:
            parts.append(at)
            at += step
    return sorted(parts)


def _rows(dimension: Dimension, parts: Sequence[int]) -> int:
    found = 0
    for part in parts:
        found |= dimension.rows[part]
    return found


def _cell(axis: _Axis, parts: Sequence[int]) -> str:
    """The test that holds in these parts alone; empty where it would be `-`."""
    samples = [axis.dimension.samples[part] for part in parts]
    if len(parts) == len(axis.dimension.samples):
        return ""
    if samples[0] is None:
        return "null"
    if kind_of(samples[0]) in ("string", "boolean"):
        return _named(axis, samples, null=None in axis.dimension.samples)
    return _range(axis, samples)


def _named(axis: _Axis, samples: Sequence[Any], *, null: bool) -> str:
    """`null`: the value may be missing, which `not(…)` lets pass."""
    if any(isinstance(one, str) and one not in axis.points for one in samples):
        others: list[Any] = sorted(
            one for one in axis.points if isinstance(one, str) and one not in samples
        )
        others += [None] if null and None not in samples else []
        return f"not({','.join(feel(one) for one in others)})"
    return ",".join(feel(one) for one in samples)


def _range(axis: _Axis, samples: Sequence[Any]) -> str:
    low, low_closed, high, high_closed = _ends(axis, samples)
    if low is not None and low == high:
        return feel(low)
    if low is None and high is None:
        return "not(null)"
    if low is None:
        return f"{'<=' if high_closed else '<'} {feel(high)}"
    if high is None:
        return f"{'>=' if low_closed else '>'} {feel(low)}"
    return f"{'[' if low_closed else '('}{feel(low)}..{feel(high)}{']' if high_closed else ')'}"


def _ends(axis: _Axis, samples: Sequence[Any]) -> tuple[Any, bool, Any, bool]:
    """The points at which neighbouring parts begin and end; a part that is a point is in them."""
    first, last = samples[0], samples[-1]
    kind = kind_of(first)
    points = sorted(one for one in axis.points if kind_of(one) == kind)
    below = [one for one in points if one <= first]
    above = [one for one in points if one >= last]
    low = below[-1] if below else None
    high = above[0] if above else None
    return low, low == first, high, high == last


def _period(axis: _Axis, parts: Sequence[int]) -> Iterator[tuple[str, str]]:
    samples = [axis.dimension.samples[part] for part in parts]
    low, low_closed, high, high_closed = _ends(axis, samples)
    day = timedelta(days=1)
    if low is not None:
        yield "valid_from", (low if low_closed else low + day).isoformat()
    if high is not None:
        yield "valid_to", (high if high_closed else high - day).isoformat()


def feel(value: Any) -> str:
    """A value as FEEL writes it."""
    if isinstance(value, str):
        return dumps(value).decode()
    if value is None or kind_of(value) in _LITERALS:
        return text_of(value)
    if isinstance(value, datetime | date) or kind_of(value) is not None:
        return f'@"{text_of(value)}"'
    return text_of([value])[1:-1]
