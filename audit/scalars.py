"""The facts of an entry as plain named values, as tables and logs of other programs hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from orderloom.audit.personal import SLOT

Scalar = str | int | bool | Decimal
# What is told elsewhere (relations, objects), or is no value of its own.
ASIDE: Final = frozenset({"at", "data", "patch", "round", "tasks", "task", "timers", "title"})
DEEPEST: Final = 4
LONGEST_NAME: Final = 120


def scalars(facts: Mapping[str, Any]) -> Iterator[tuple[str, Scalar]]:
    """Names (dotted below objects) and values; lists of texts are joined. What was committed and
    not disclosed is left out, and so are lists of objects."""
    for name, value in facts.items():
        if name not in ASIDE:
            yield from flat(name, value)


def flat(name: str, value: Any, deepest: int = DEEPEST) -> Iterator[tuple[str, Scalar]]:
    """The plain values at and below one place."""
    if value is None or len(name) > LONGEST_NAME:
        return
    if isinstance(value, str | int | Decimal):
        yield name, value
    elif isinstance(value, Mapping):
        if SLOT in value or not deepest:
            return
        for key, inner in value.items():
            yield from flat(f"{name}.{key}" if name else key, inner, deepest - 1)
    elif value and isinstance(value, list | tuple) and all(type(each) is str for each in value):
        yield name, " ".join(value)


def changes(facts: Mapping[str, Any]) -> Iterator[tuple[str, Scalar]]:
    """What an entry says of an order's data: of `order.created` all of it, of `data.changed` what
    the patch (RFC 6902) adds or replaces. Elements of lists are no values of the order."""
    if isinstance(facts.get("data"), Mapping):
        yield from flat("", facts["data"])
    for operation in facts.get("patch") or ():
        if operation["op"] not in ("add", "replace"):
            continue
        place = operation["path"].split("/")[1:]
        if not any(part.isdigit() or part == "-" for part in place):
            name = ".".join(part.replace("~1", "/").replace("~0", "~") for part in place)
            yield from flat(name, operation["value"], DEEPEST - len(place) + 1)
