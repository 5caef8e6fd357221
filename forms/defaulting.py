"""Absent fields: what the schema puts in their place, and that null is one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.forms.nodes import Node


def with_defaults(node: Node, data: Any) -> Any:
    """`data` with `default` for what is absent, inside objects and rows that are there too."""
    if isinstance(data, list) and node.item is not None:
        return [with_defaults(node.item, each) for each in data]
    if not isinstance(data, Mapping):
        return data
    out = dict(data)
    for name, below in node.properties.items():
        if out.get(name) is not None:
            out[name] = with_defaults(below, out[name])
        elif below.schema.get("default") is not None:
            out[name] = below.schema["default"]
    return out


def without_nulls(data: Any) -> Any:
    """The same data without members that are null, which are absent (language 2)."""
    if isinstance(data, Mapping):
        out = {name: without_nulls(item) for name, item in data.items() if item is not None}
        if len(out) == len(data) and all(out[name] is data[name] for name in out):
            return data
        return out
    if isinstance(data, list):
        listed = [without_nulls(item) for item in data]
        if all(one is other for one, other in zip(listed, data, strict=True)):
            return data
        return listed
    return data
