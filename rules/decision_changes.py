"""What differs between two forms of a decision, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from orderloom.rules.normal_form import ANY_CELL, normal

_TABLE: Final = frozenset(("inputs", "outputs", "rules"))
_CELLS: Final = {"when": "input", "then": "output"}


@dataclass(frozen=True, slots=True)
class Change:
    """`place`: `row r1, output tier`, `input total, type`, `title`. None: it is not there."""

    place: str
    before: Any
    after: Any


def decision_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """From one to the other; none where both decide the same and say the same.

    Columns are known by their names, rows by their ids, those without one by their places.
    """
    return tuple(_changes(normal(before), normal(after)))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from _members("", before, after, without=_TABLE)
    for key, kind in (("inputs", "input"), ("outputs", "output")):
        columns = [{one["name"]: one for one in each.get(key) or ()} for each in (before, after)]
        yield from _each(kind, columns[0], columns[1])
    rows = [_rows(each.get("rules") or ()) for each in (before, after)]
    yield from _each("row", rows[0], rows[1])


def _each(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in _keys(before, after):
        place = f"{kind} {name}"
        if name not in before or name not in after:
            yield Change(place, before.get(name), after.get(name))
        elif kind == "row":
            yield from _row(place, before[name], after[name])
        else:
            yield from _members(f"{place}, ", before[name], after[name])
    stayed = [[name for name in one if name in other] for one, other in _pairs(before, after)]
    if stayed[0] != stayed[1]:
        yield Change(f"order of {kind}s", stayed[0], stayed[1])


def _row(place: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key, kind in _CELLS.items():
        missing = ANY_CELL if key == "when" else None
        cells = before.get(key) or {}, after.get(key) or {}
        for name in _keys(*cells):
            one, other = (each.get(name, missing) for each in cells)
            if one != other:
                yield Change(f"{place}, {kind} {name}", one, other)
    yield from _members(f"{place}, ", before, after, without=frozenset(_CELLS))


def _members(
    place: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    without: frozenset[str] = frozenset(),
) -> Iterator[Change]:
    for key in _keys(before, after):
        if key not in without and before.get(key) != after.get(key):
            yield Change(f"{place}{key}", before.get(key), after.get(key))


def _rows(rules: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(rules, 1):
        id_ = str(row.get("id", number))
        found[id_ if id_ not in found else f"{id_} ({number})"] = row
    return found


def _keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [*before, *(key for key in after if key not in before)]


def _pairs(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]:
    return (before, after), (after, before)
