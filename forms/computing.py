"""Computed fields (`compute`): worked out in the order of what they read (language 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from orderloom.forms.formulas import formula
from orderloom.forms.nodes import Node, find
from orderloom.forms.problem import FormError
from orderloom.forms.rows import rows_like
from orderloom.rules import Expression, to_json

Path = tuple[str, ...]
RowLift = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]
Scopes = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Computed:
    """One computed field; `rows`: the path of the list whose elements have it, or empty."""

    path: Path
    rows: Path
    expression: Expression


def compile_computed(document: Mapping[str, Any], root: Node) -> tuple[Computed, ...]:
    """In the order in which they are to be worked out. Raises `FormError` for one that reads
    itself, a name that is not of the form, and an expression that cannot be read."""
    found = {}
    for name, source in (document.get("compute") or {}).items():
        place = f"compute.{name}"
        path = tuple(str(name).split("."))
        if find(root, path) is None:
            raise FormError(place, f"the form has no field {name}")
        found[path] = Computed(path, _rows_of(root, path), formula(source, place))
    return _sorted(found, root)


def compute(
    fields: tuple[Computed, ...],
    data: Mapping[str, Any],
    scopes: Scopes,
    *,
    lift_row: RowLift,
) -> Mapping[str, Any]:
    """`data` with the computed fields; a null value removes the field.

    `scopes(data)` gives the names for expressions; a row's own fields come before them. Raises
    `FeelError`.
    """
    for one in fields:
        if not one.rows:
            value = to_json(one.expression.evaluate(scopes(data)))
            data = _put(data, one.path, value)
        else:
            data = _each_row(one, data, one.rows, scopes(data), lift_row)
    return data


class RowScope(Mapping[str, Any]):
    """A row's names, and the row as `item`, before those around it."""

    __slots__ = ("_outer", "_row")

    def __init__(self, row: Mapping[str, Any], outer: Mapping[str, Any]) -> None:
        self._row = row
        self._outer = outer

    def __getitem__(self, name: str) -> Any:
        if name in self._row:
            return self._row[name]
        return self._row if name == "item" else self._outer[name]

    def __iter__(self) -> Iterator[str]:
        yield from {*self._row, "item", *self._outer}

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _each_row(
    one: Computed,
    data: Mapping[str, Any],
    rows: Path,
    outer: Mapping[str, Any],
    lift_row: RowLift,
) -> Mapping[str, Any]:
    below = one.path[len(rows) :]

    def worked_out(row: Any) -> Any:
        if not isinstance(row, Mapping):
            return row
        scope = RowScope(lift_row(rows, row), outer)
        value = to_json(one.expression.evaluate(scope))
        return _put(row, below, value)

    listed = _at(data, rows)
    if not isinstance(listed, list):
        return data
    return _put(data, rows, rows_like(listed, [worked_out(row) for row in listed]))


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _put(data: Mapping[str, Any], path: Path, value: Any) -> Mapping[str, Any]:
    head, *rest = path
    before = data.get(head)
    if rest:
        inner = before if isinstance(before, Mapping) else {}
        value = _put(inner, tuple(rest), value)
        if not value and before is None:
            return data
    if value is None:
        return {name: item for name, item in data.items() if name != head}
    return {**data, head: value}


def _rows_of(root: Node, path: Path) -> Path:
    rows: Path = ()
    for end in range(1, len(path)):
        node = find(root, path[:end])
        if node is not None and node.item is not None:
            if rows:
                raise FormError(f"compute.{'.'.join(path)}", "a list within a list is not computed")
            rows = path[:end]
    return rows


def _sorted(fields: Mapping[Path, Computed], root: Node) -> tuple[Computed, ...]:
    # A read of a whole list may mean any of its fields; only where that ends in a circle is it
    # taken to mean the others.
    for exact in (False, True):
        try:
            order = TopologicalSorter(
                {path: _needs(one, fields, root, exact=exact) for path, one in fields.items()}
            )
            return tuple(fields[path] for path in order.static_order())
        except CycleError as error:
            circle = error.args[1]
    named = " → ".join(".".join(path) for path in circle)
    raise FormError(f"compute.{'.'.join(circle[0])}", f"computed fields read each other: {named}")


def _needs(
    one: Computed, fields: Mapping[Path, Computed], root: Node, *, exact: bool
) -> list[Path]:
    row = find(root, one.rows) if one.rows else None
    names = row.item.properties if row is not None and row.item is not None else {}
    needed = []
    for read in sorted(one.expression.paths):
        full = (*one.rows, *read) if read[0] in names else read
        for path in fields:
            whole = len(full) < len(path) and path[: len(full)] == full
            if full[: len(path)] == path or (whole and not exact):
                needed.append(path)
    return needed


def removed(one: Computed, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`data` without the computed field."""
    if not one.rows:
        return _put(data, one.path, None)
    below, listed = one.path[len(one.rows) :], _at(data, one.rows)
    if not isinstance(listed, list):
        return data
    rows = [_put(row, below, None) if isinstance(row, Mapping) else row for row in listed]
    return _put(data, one.rows, rows_like(listed, rows))
