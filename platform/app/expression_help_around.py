"""Names that only one place of a definition has: variables of loops, rows, `?`, and what a decision
requires, each with its value on a sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.app.expression_help import Asked, Placed
from orderloom.platform.definitions.compile_values import EACH
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError
from orderloom.rules import (
    EvaluationError,
    Expression,
    FeelError,
    compile_decisions,
    parse_expression,
)

# How what was written for people, and is no definition yet, makes programs fail.
FAULTS: Final = (
    *(FeelError, EvaluationError, BlockError, ValueError, TypeError, LookupError),
    *(AttributeError, ArithmeticError, RecursionError),
)


def names_around(
    asked: Asked, here: Placed, expression: Expression, scope: Scope
) -> Iterator[tuple[str, Any]]:
    """In the order in which they are found: the later may read the earlier."""
    yield from _loops(asked, scope)
    if asked.kind == "form":
        yield from _row(asked, scope)
    if asked.kind == "decision":
        yield from _required(asked, here, expression, scope)
        yield from _tested(asked, scope)


def _loops(asked: Asked, scope: Scope) -> Iterator[tuple[str, Any]]:
    value: Any = asked.value
    for key in asked.path:
        each = value.get("for_each") if isinstance(value, Mapping) else None
        found = EACH.fullmatch(each) if isinstance(each, str) and key != "for_each" else None
        if found is not None:
            elements = _given(found[2], scope)
            listed = elements if isinstance(elements, list | tuple) else [elements]
            yield found[1], listed[0] if listed else None
        try:
            value = value[key]
        except (LookupError, TypeError):
            return


def _row(asked: Asked, scope: Scope) -> Iterator[tuple[str, Any]]:
    """A computed field of a list reads the fields of its row first."""
    if asked.path[:1] != ("compute",) or len(asked.path) != 2:
        return
    value: Any = scope
    for part in str(asked.path[1]).split(".")[:-1]:
        try:
            value = value[part] if isinstance(value, Mapping) else None
        except KeyError:
            return
        value = value[0] if isinstance(value, list | tuple) and value else value
    if isinstance(value, Mapping) and value is not scope:
        yield from value.items()


def _required(
    asked: Asked, here: Placed, expression: Expression, scope: Scope
) -> Iterator[tuple[str, Any]]:
    requires = asked.value.get("requires")
    if not isinstance(requires, Mapping):
        return
    values = {one.id: one.value for one in here.bundle.documents if one.kind == "decision"}
    for name, reference in requires.items():
        if name not in expression.names:
            continue
        id_ = str(reference).partition("@")[0]
        try:
            decision = compile_decisions(values, [id_])[id_]
            yield name, decision.evaluate(scope).outputs
        except FAULTS:
            continue


def _tested(asked: Asked, scope: Scope) -> Iterator[tuple[str, Any]]:
    """Of a cell, or of what an input may be: the input."""
    path, inputs = asked.path, asked.value.get("inputs")
    if not isinstance(inputs, list):
        return
    place: Any = None
    if path[:1] == ("inputs",) and len(path) > 1:
        place = path[1]
    elif path[:1] == ("rules",) and len(path) == 4 and path[2] == "when":
        place = path[3]
    named = [one for one in inputs if isinstance(one, Mapping) and one.get("name") == place]
    column = inputs[place] if isinstance(place, int) and place < len(inputs) else None
    for one in named or ([column] if isinstance(column, Mapping) else []):
        yield "?", _given(one.get("value", one.get("name")), scope)


def _given(written: Any, scope: Scope) -> Any:
    if not isinstance(written, str):
        return written
    try:
        return parse_expression(written).evaluate(scope, strict=False)
    except FeelError:
        return None
