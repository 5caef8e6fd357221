"""A short way to the value of an expression that only names something: `total`, `customer.tier`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orderloom.rules import syntax as s
from orderloom.rules.expression import Expression

Read = Callable[[Mapping[str, Any]], Any]


def reader(expression: Expression) -> Read:
    """Gives and raises what `expression.evaluate` does."""
    path = _names(expression.node)
    if path is None:
        return expression.evaluate
    evaluate, (first, *rest) = expression.evaluate, path
    if not rest:
        return _named(first, evaluate)
    return _member(first, rest[0], evaluate) if len(rest) == 1 else _deep(first, rest, evaluate)


def replaced(
    scope: Mapping[str, Any], expressions: Sequence[Expression], values: Sequence[Any]
) -> dict[str, Any]:
    """The names that would make these expressions these values, for those that only name
    something; to be put before the names of `scope`."""
    made: dict[str, Any] = {}
    for expression, value in zip(expressions, values, strict=True):
        path = _names(expression.node)
        if path is None:
            continue
        first, *rest = path
        outer = made[first] if first in made else scope.get(first)
        made[first] = _put(outer, rest, value)
    return made


def named_by(expression: Expression) -> str | None:
    """The first name of an expression that only names something, else None."""
    path = _names(expression.node)
    return None if path is None else path[0]


def named_alone(expression: Expression) -> str | None:
    """The name of an expression that is one name, else None."""
    path = _names(expression.node)
    return path[0] if path is not None and len(path) == 1 else None


def _put(outer: Any, rest: Sequence[str], value: Any) -> Any:
    if not rest:
        return value
    inner = dict(outer) if isinstance(outer, Mapping) else {}
    inner[rest[0]] = _put(inner.get(rest[0]), rest[1:], value)
    return inner


def _named(name: str, evaluate: Read) -> Read:
    def read(scope: Mapping[str, Any]) -> Any:
        try:
            return scope[name]
        except KeyError:
            return evaluate(scope)

    return read


def _member(first: str, name: str, evaluate: Read) -> Read:
    def read(scope: Mapping[str, Any]) -> Any:
        try:
            value = scope[first]
        except KeyError:
            return evaluate(scope)
        return value.get(name) if type(value) is dict else evaluate(scope)

    return read


def _deep(first: str, rest: list[str], evaluate: Read) -> Read:
    def read(scope: Mapping[str, Any]) -> Any:
        try:
            value = scope[first]
        except KeyError:
            return evaluate(scope)
        for name in rest:
            if type(value) is not dict:
                return evaluate(scope)
            value = value.get(name)
        return value

    return read


def _names(node: s.Node) -> tuple[str, ...] | None:
    if isinstance(node, s.Name):
        return (node.name,)
    if isinstance(node, s.Path):
        outer = _names(node.source)
        return (*outer, node.name) if outer else None
    return None
