"""Nodes that are a value as they stand: `5`, `-5`, `"a"`, `@"P1D"`, `date("2026-01-01")`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from orderloom.rules import syntax as s
from orderloom.rules.builtins_temporal import TEMPORAL
from orderloom.rules.error import FeelError
from orderloom.rules.operators import negative
from orderloom.rules.values import YearsMonths, is_number

_MAKERS: Final = {
    one.name: one.call
    for one in TEMPORAL
    if one.name in ("date", "time", "date and time", "duration")
}


class NotLiteral(Exception):
    """The node has to be evaluated."""


def literal(node: s.Node) -> Any:
    """The value. Raises `NotLiteral`."""
    if isinstance(node, s.Literal):
        return node.value
    if isinstance(node, s.Negation):
        value = literal(node.operand)
        if is_number(value) or isinstance(value, timedelta | YearsMonths):
            return negative(value)
    if isinstance(node, s.Call) and isinstance(node.function, s.Name) and not node.names:
        return _made(node.function.name, node.arguments)
    raise NotLiteral


def _made(name: str, arguments: tuple[s.Node, ...]) -> Any:
    if name not in _MAKERS or not all(isinstance(one, s.Literal) for one in arguments):
        raise NotLiteral
    try:
        return _MAKERS[name](*(literal(one) for one in arguments))
    except (FeelError, TypeError):
        raise NotLiteral from None
