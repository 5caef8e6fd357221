"""The names around an expression and what is known of them, as a script reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.kinds import Kind

# Fields inside fields, names in all, and values of one name that are told.
DEEPEST: Final = 6
MOST_NAMES: Final = 3_000
MOST_VALUES: Final = 100


def type_of(kind: Kind) -> str:
    """The type as definitions write it: `number`, `list of string`, `any` …"""
    if kind.name == "list" and kind.item is not None and kind.item.name != "any":
        return f"list of {type_of(kind.item)}"
    return kind.name


def names_json(names: Names) -> dict[str, Any]:
    """`{name: {type, fields?, values?}}`; of a list `fields` are those of its elements."""
    return fields_json(names.known)


def fields_json(fields: Mapping[str, Kind]) -> dict[str, Any]:
    """The same of the fields of a context."""
    return _fields(fields, DEEPEST, [MOST_NAMES])


def _fields(fields: Mapping[str, Kind], levels: int, left: list[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in fields.items():
        if left[0] == 0:
            break
        left[0] -= 1
        found[name] = _kind(kind, levels, left)
    return found


def _kind(kind: Kind, levels: int, left: list[int]) -> dict[str, Any]:
    element = kind.element
    told: dict[str, Any] = {"type": type_of(kind)}
    if element.fields and levels > 0:
        told["fields"] = _fields(element.fields, levels - 1, left)
    if element.values:
        told["values"] = list(element.values[:MOST_VALUES])
    return told
