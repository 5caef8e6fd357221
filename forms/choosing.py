"""An object that is a record of a collection: chosen by its key, kept as a copy of the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.forms.nodes import Node

# The record of a collection with a key, as it is now; None where there is none.
Records = Callable[[str, str], Mapping[str, Any] | None]


def no_records(collection: str, key: str) -> Mapping[str, Any] | None:
    """Where there is no collection."""
    return None


def is_record(node: Node) -> bool:
    """Whether a field is a record that is chosen as a whole."""
    return node.kind == "object" and isinstance(node.schema.get("x-collection"), str)


def chosen(node: Node, base: Any, key: str, records: Records) -> Mapping[str, Any] | None:
    """What is kept of the record with this key: the fields that the schema names, or all. `base`
    where its key was typed again, so that an untouched page changes nothing; None: no such
    record."""
    found = records(str(node.schema["x-collection"]), key)
    if isinstance(base, Mapping) and _is_same(base, key, found):
        return base
    if found is None:
        return None
    names = node.properties or found
    return {name: value for name, value in found.items() if name in names and value is not None}


def _is_same(base: Mapping[str, Any], key: str, found: Mapping[str, Any] | None) -> bool:
    names = base if found is None else (name for name in found if str(found[name]) == key)
    return any(name in base and str(base[name]) == key for name in names)
