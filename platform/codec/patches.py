"""Changes of JSON values as values: JSON Patch (RFC 6902) and merge patch (RFC 7396), pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Op = dict[str, Any]


def merge_patch(target: Any, patch: Any) -> Any:
    """`target` with `patch` merged in; None removes a member (RFC 7396, section 2)."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def diff_patch(before: Any, after: Any) -> list[Op]:
    """The `add`, `remove` and `replace` operations that make `after` of `before`.

    Numbers that are written differently (`1.1`, `1.10`) differ, so that applying the operations
    gives `after` to the digit. Removed list elements are told from the end, so each path holds.
    """
    ops: list[Op] = []
    _diff(before, after, "", ops)
    return ops


def apply_patch(value: Any, ops: Sequence[Mapping[str, Any]]) -> Any:
    """`value` with the operations of `diff_patch` applied; the original stays as it was.

    Raises `KeyError` or `IndexError` when a path is not there.
    """
    for op in ops:
        value = _applied(value, _parts(op["path"]), op)
    return value


def same(one: Any, other: Any) -> bool:
    """Equal to the digit and to the type: `1` is not `true`, `1.1` is not `1.10`."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one) is not type(other):
        return False
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one.as_tuple() == other.as_tuple()
    return bool(one == other)


def _diff(before: Any, after: Any, path: str, ops: list[Op]) -> None:
    if before is after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in before:
            if key not in after:
                ops.append({"op": "remove", "path": f"{path}/{_escape(key)}"})
        for key, value in after.items():
            place = f"{path}/{_escape(key)}"
            if key in before:
                _diff(before[key], value, place, ops)
            else:
                ops.append({"op": "add", "path": place, "value": value})
    elif isinstance(before, list) and isinstance(after, list):
        _diff_lists(before, after, path, ops)
    elif not same(before, after):
        ops.append({"op": "replace", "path": path, "value": after})


def _diff_lists(before: list[Any], after: list[Any], path: str, ops: list[Op]) -> None:
    for index, (one, other) in enumerate(zip(before, after, strict=False)):
        _diff(one, other, f"{path}/{index}", ops)
    for index in range(len(before) - 1, len(after) - 1, -1):
        ops.append({"op": "remove", "path": f"{path}/{index}"})
    for value in after[len(before) :]:
        ops.append({"op": "add", "path": f"{path}/-", "value": value})


def _applied(value: Any, parts: list[str], op: Mapping[str, Any]) -> Any:
    if not parts:
        return op["value"]
    head, rest = parts[0], parts[1:]
    if isinstance(value, Mapping):
        changed = dict(value)
        if rest:
            changed[head] = _applied(value[head], rest, op)
        elif op["op"] == "remove":
            del changed[head]
        elif op["op"] == "replace" and head not in value:
            raise KeyError(op["path"])
        else:
            changed[head] = op["value"]
        return changed
    return _applied_to_list(value, head, rest, op)


def _applied_to_list(
    value: Sequence[Any], head: str, rest: list[str], op: Mapping[str, Any]
) -> list[Any]:
    items = list(value)
    index = len(items) if head == "-" else int(head)
    if rest:
        items[index] = _applied(items[index], rest, op)
    elif op["op"] == "remove":
        del items[index]
    elif op["op"] == "add":
        items.insert(index, op["value"])
    else:
        items[index] = op["value"]
    return items


def _parts(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
