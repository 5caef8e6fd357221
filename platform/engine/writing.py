"""Writing data by targets (`customer.name`, `lines[sku = event.sku].shipped`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.platform.definitions.model import SetData
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.rules import FeelError, Target, parse_target

Place = Sequence[str | int]


def write_targets(step: Step, what: SetData, scope: Scope, place: str) -> Mapping[str, Any]:
    """The data after `set` or `append`; every expression reads the data from before.

    A filter that finds no row is `error.evaluation`; expressions of a filtered target read the
    row's own fields first.
    """
    writes = [(place_, value) for _, place_, value in located(step, what, scope, place)]
    return _written(step.state.data, writes, append=what.append)


def located(step: Step, what: SetData, scope: Scope, place: str) -> list[tuple[str, Place, Any]]:
    """Each place that is to be written, with its target's text and its value."""
    return [
        (str(target), found, step.json(code, _row_scope(scope, step.lifted(), found)))
        for target, code in what.targets
        for found in _locate(step, target, scope, place)
    ]


def write_again(
    step: Step, values: Mapping[str, Sequence[Any]], scope: Scope, *, append: bool
) -> Mapping[str, Any]:
    """The data after writing values that are known: target's text → one for each row found.

    Raises `BlockError` where there are more rows, or fewer, than there were.
    """
    writes: list[tuple[Place, Any]] = []
    for text, known in values.items():
        found = _locate(step, parse_target(text), scope, "undo")
        if len(found) != len(known):
            raise BlockError("evaluation", f"{text} finds other rows than it did", "undo")
        writes += zip(found, known, strict=True)
    return _written(step.state.data, writes, append=append)


def _written(
    data: Mapping[str, Any], writes: Sequence[tuple[Place, Any]], *, append: bool
) -> Mapping[str, Any]:
    after: Any = data
    for found, value in writes:
        after = _put(after, list(found), value, append=append)
    return after  # type: ignore[no-any-return]


def _locate(step: Step, target: Target, scope: Scope, place: str) -> Sequence[Place]:
    try:
        return target.locate(step.lifted(), scope)
    except FeelError as error:
        raise BlockError("evaluation", str(error), place, target=str(target)) from error


def _row_scope(scope: Scope, data: Any, found: Place) -> Scope:
    if not any(isinstance(part, int) for part in found):
        return scope
    row: Any = data
    for part in found[:-1]:
        if isinstance(row, list):
            row = row[int(part)]
        else:
            row = row.get(part) if isinstance(row, Mapping) else None
    if not isinstance(row, Mapping):
        return scope
    path = tuple(part for part in found[:-1] if isinstance(part, str))
    # What the row has not is null, and nothing around it.
    return scope.with_names({**dict.fromkeys(scope.fields_of(path)), **row, "item": row})


def _put(value: Any, path: list[str | int], new: Any, *, append: bool) -> Any:
    if not path:
        return [*(value or []), new] if append else new
    head, *tail = path
    if isinstance(head, int):
        rows = list(value)
        rows[head] = _put(rows[head], tail, new, append=append)
        return rows
    fields = dict(value) if isinstance(value, Mapping) else {}
    changed = _put(fields.get(head), tail, new, append=append)
    if changed is None:
        fields.pop(head, None)
    else:
        fields[head] = changed
    return fields
