"""`instance of` (DMN 1.5, 10.3.2.9): types as they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from orderloom.rules.error import FeelError
from orderloom.rules.values import Function, Range, kind

_LEVELS = 60
_ALIASES = {
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "dateTime": "date and time",
    "Null": "null",
}
_SIMPLE = frozenset(
    (
        *("number", "string", "boolean", "date", "time", "date and time", "any", "Any", "null"),
        *("list", "context", "range", "function", "duration"),
        *("days and time duration", "years and months duration"),
    )
)


def is_instance(value: Any, text: str) -> bool:
    """Whether `value` is of the type. Raises `FeelError` for an unknown type."""
    if text.count("<") > _LEVELS:
        raise FeelError(f"a type has more than {_LEVELS} types within it")
    return _of(value, _parsed(text))


@lru_cache(maxsize=512)
def _parsed(text: str) -> tuple[str, tuple[Any, ...]]:
    text = " ".join(text.split())
    name, mark, rest = text.partition("<")
    name = _ALIASES.get(name.strip(), name.strip())
    if name not in _SIMPLE:
        raise FeelError(f"{name!r} is not a type")
    if not mark:
        return name, ()
    inner, _, _ = rest.rpartition(">")
    if name == "function":
        return name, ()
    return name, tuple(_argument(part) for part in _split(inner))


def _argument(part: str) -> Any:
    key, mark, rest = part.partition(":")
    if mark and re.fullmatch(r"[\w ']+", key.strip()):
        return key.strip(), _parsed(rest)
    return "", _parsed(part)


def _split(text: str) -> list[str]:
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "<") - (sign == ">")
        if sign == "," and depth == 0:
            found.append(text[start:at])
            start = at + 1
    return [part for part in [*found, text[start:]] if part.strip()]


def _of(value: Any, type_: tuple[str, tuple[Any, ...]]) -> bool:
    name, arguments = type_
    if name in ("any", "Any"):
        return value is not None
    if name == "null":
        return value is None
    if name == "duration":
        return kind(value).endswith("duration")
    if callable(value) and not isinstance(value, Function):
        return name == "function"
    if kind(value) != name:
        return False
    if isinstance(value, list) and arguments:
        return all(item is None or _of(item, arguments[0][1]) for item in value)
    if isinstance(value, Range) and arguments:
        inner = arguments[0][1]
        return all(end is None or _of(end, inner) for end in (value.low, value.high))
    if isinstance(value, Mapping) and arguments:
        return all(
            key in value and (value[key] is None or _of(value[key], inner))
            for key, inner in arguments
        )
    return True


def fits(value: Any, type_: str) -> bool:
    """Whether a value is of the type of a column: of `[…]` any list, of `{…}` any context."""
    if type_.startswith("["):
        return isinstance(value, list)
    if type_.startswith("{"):
        return isinstance(value, Mapping)
    return is_instance(value, type_)
