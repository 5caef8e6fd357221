"""Absent fields: what the schema puts in their place, and that null is one of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from orderloom.forms.nodes import Node
from orderloom.platform.codec import canonical

_SCALARS: Final = frozenset((str, int, bool, Decimal))


def with_defaults(node: Node, data: Any) -> Any:
    """`data` with `default` for what is absent, inside objects and rows that are there too."""
    if isinstance(data, list) and node.item is not None:
        return [with_defaults(node.item, each) for each in data]
    if type(data) is not dict and not isinstance(data, Mapping):
        return data
    out = dict(data)
    for name, below in node.properties.items():
        inner = out.get(name)
        if inner is not None:
            if below.properties or below.item is not None:
                out[name] = with_defaults(below, inner)
        elif below.schema.get("default") is not None:
            out[name] = below.schema["default"]
    return out


def with_row_defaults(node: Node, before: Any, after: Any) -> Any:
    """`after` with defaults in what it has and `before` had not: objects and rows of lists.

    A field that is absent from what was there already stays so: somebody may have emptied it.
    Rows as before are found again wherever they stand now; of the others those beyond the number
    that went are new.
    """
    if before is None:
        return with_defaults(node, after)
    if isinstance(after, list) and node.item is not None:
        return _rows(node.item, before if isinstance(before, list) else [], after)
    if not isinstance(after, dict | Mapping) or not isinstance(before, dict | Mapping):
        return after
    out = dict(after)
    for name, below in node.properties.items():
        inner = out.get(name)
        if inner is not None and (below.properties or below.item is not None):
            out[name] = with_row_defaults(below, before.get(name), inner)
    return out


def _rows(item: Node, before: list[Any], after: list[Any]) -> list[Any]:
    if before == after:
        return after
    known = Counter(canonical(row) for row in before)
    left = deque(_others(before, Counter(canonical(row) for row in after)))
    out = []
    for row in after:
        key = canonical(row)
        if known[key]:
            known[key] -= 1
            out.append(row)
        else:
            out.append(with_row_defaults(item, left.popleft() if left else None, row))
    return out


def _others(rows: list[Any], same: Counter[bytes]) -> Iterator[Any]:
    """The rows that are not among `same`, as often as they are there."""
    for row in rows:
        key = canonical(row)
        if same[key]:
            same[key] -= 1
        else:
            yield row


def without_nulls(data: Any) -> Any:
    """The same data without members that are null, which are absent (language 2)."""
    return _without_nulls(data) if _has_null(data) else data


def _has_null(data: Any) -> bool:
    """Whether a member anywhere in it is null; most data have none, and are as they are."""
    kind = type(data)
    if kind is dict:
        inner = data.values()
        if None in inner:
            return True
    elif kind is list:
        inner = data
    else:
        return kind not in _SCALARS and isinstance(data, Mapping | list)
    for item in inner:
        if type(item) not in _SCALARS and item is not None and _has_null(item):
            return True
    return False


def _without_nulls(data: Any) -> Any:
    if data is None or type(data) in _SCALARS:
        return data
    if type(data) is dict or isinstance(data, Mapping):
        out = {name: _without_nulls(item) for name, item in data.items() if item is not None}
        if len(out) == len(data) and all(out[name] is data[name] for name in out):
            return data
        return out
    if isinstance(data, list):
        listed = [_without_nulls(item) for item in data]
        if all(one is other for one, other in zip(listed, data, strict=True)):
            return data
        return listed
    return data
