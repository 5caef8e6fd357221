"""Checks of arguments: each raises `FeelError` with what was expected."""

from __future__ import annotations

from typing import Any

from orderloom.rules.error import FeelError
from orderloom.rules.values import Function, is_number, kind


def single(value: Any) -> Any:
    """A list of one stands for its element (DMN 1.5, 10.3.2.9.4)."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def text(value: Any, what: str = "the argument") -> str:
    value = single(value)
    if not isinstance(value, str):
        raise FeelError(f"{what} is {kind(value)}, not text")
    return value


def numeric(value: Any, what: str = "the argument") -> Any:
    value = single(value)
    if not is_number(value):
        raise FeelError(f"{what} is {kind(value)}, not a number")
    return value


def whole(value: Any, what: str = "the argument") -> int:
    """A whole number; what is after the point is left out (DMN 1.5, table 75)."""
    return int(numeric(value, what))


def items(value: Any) -> list[Any]:
    """A list; one value that is no list is a list of one."""
    if value is None:
        raise FeelError("the list is null")
    return value if isinstance(value, list) else [value]


def spread(values: tuple[Any, ...]) -> list[Any]:
    """`max([1, 2])` and `max(1, 2)` are the same."""
    if len(values) == 1:
        return items(values[0])
    return list(values)


def function(value: Any) -> Any:
    """Something to call from Python."""
    if isinstance(value, Function):
        return value.invoke
    if callable(value):
        return value
    raise FeelError(f"{kind(value)} is not a function")
