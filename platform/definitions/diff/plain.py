"""Definitions in one way of writing: what means the same compares equal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TRANSITIONS: Final = frozenset({"on", "always", "done"})
NOTHING: Final = "-"
# Kinds without short forms; in a scenario `stages` lists the names of those that it expects.
WRITTEN_OUT: Final = frozenset({"bundle", "scenario"})


def plain(kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with its short forms written out: `stages` as a map, a bare stage as
    `{to: …}`, rows of a table by the names of their columns and without `-`. A draft may hold
    anything: what has no such form stays as it is."""
    short = kind not in WRITTEN_OUT
    made = {key: _walked(key, each) if short else each for key, each in value.items()}
    if kind == "decision" and isinstance(made.get("rules"), list):
        made["rules"] = _rows(made)
    return {key: each for key, each in made.items() if each not in (None, [], {})}


def _walked(slot: str, value: Any) -> Any:
    if slot == "stages" and _are_maps(value):
        value = {str(each.get("id")): _without_id(each) for each in value}
    if slot in TRANSITIONS:
        return _transitions(slot, value)
    if isinstance(value, Mapping):
        return {str(key): _walked(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_walked("", each) for each in value]
    return value


def _transitions(slot: str, value: Any) -> Any:
    if slot == "on" and isinstance(value, Mapping):
        return {str(name): _one_or_many(each) for name, each in value.items()}
    return _one_or_many(value)


def _one_or_many(value: Any) -> Any:
    if isinstance(value, str):
        return {"to": value}
    if isinstance(value, list | tuple):
        made = [_one_or_many(each) for each in value]
        return made[0] if len(made) == 1 else made
    return _walked("", value)


def _without_id(stage: Any) -> Any:
    return {key: each for key, each in stage.items() if key != "id"}


def _are_maps(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, Mapping) for each in value)


def _rows(decision: Mapping[str, Any]) -> list[Any]:
    columns = {
        part: [each.get("name") for each in decision[key]] if _are_maps(decision.get(key)) else []
        for part, key in (("when", "inputs"), ("then", "outputs"))
    }
    return [_row(row, columns) for row in decision["rules"]]


def _row(row: Any, columns: Mapping[str, list[Any]]) -> Any:
    if not isinstance(row, Mapping):
        return row
    made = dict(row)
    for part, names in columns.items():
        cells = made.get(part)
        if isinstance(cells, list) and len(cells) <= len(names):
            cells = dict(zip(names, cells, strict=False))
        if isinstance(cells, Mapping):
            kept = {k: v for k, v in cells.items() if part == "then" or v != NOTHING}
            made[part] = kept
    return {key: each for key, each in made.items() if each != {}}
