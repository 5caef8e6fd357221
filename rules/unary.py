"""Unary tests on `?`: the cells of decision tables, and the right side of `in` (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderloom.rules import syntax as s
from orderloom.rules.environment import Environment, guarded
from orderloom.rules.operators import contains, equal, order
from orderloom.rules.values import Range

Run = Callable[[Environment], Any]
Compile = Callable[[s.Node], Run]


def compile_in(node: s.In, compile_node: Compile) -> Run:
    value = compile_node(node.value)
    tests = tuple(compile_test(test, compile_node) for test in node.tests)

    def run(environment: Environment) -> Any:
        inner = environment.within({"?": value(environment)})
        return any_true(test(inner) for test in tests)

    return guarded(run, node.at)


def compile_tests(node: s.Tests, compile_node: Compile) -> Run:
    if not node.parts:
        return lambda environment: True
    parts = tuple(compile_test(part, compile_node) for part in node.parts)
    if node.negated:
        return lambda environment: opposite(any_true(part(environment) for part in parts))
    return lambda environment: any_true(part(environment) for part in parts)


def compile_test(node: s.Node, compile_node: Compile) -> Run:
    """One positive unary test on `?`."""
    if isinstance(node, s.Comparison):
        return compile_comparison(node, compile_node)
    if isinstance(node, s.Literal):
        value = node.value
        return lambda environment: bool(equal(_input(environment), value))
    run, about_input = compile_node(node), reads_input(node)

    def test(environment: Environment) -> Any:
        found = run(environment)
        if about_input:
            return found if isinstance(found, bool) else None
        return matches(_input(environment), found)

    return guarded(test, node.at)


def _input(environment: Environment) -> Any:
    try:
        return environment.read("?")
    except KeyError:
        return None


def matches(value: Any, found: Any) -> bool | None:
    """Whether an input matches what a test gave: an equal, a range or list with it, or true."""
    if isinstance(found, Range):
        return contains(found, value) if value is not None else False
    if isinstance(found, list):
        if isinstance(value, list) and equal(value, found):
            return True
        return any(_among(value, item) for item in found)
    if found is True and not isinstance(value, bool):
        return value is not None
    return bool(equal(value, found))


def _among(value: Any, item: Any) -> bool:
    if isinstance(item, Range):
        return value is not None and contains(item, value) is True
    return equal(value, item) is True


def reads_input(node: Any) -> bool:
    """Whether `?` occurs in the expression."""
    if isinstance(node, s.Name):
        return node.name == "?"
    return any(reads_input(part) for part in s.parts(node))


def compile_comparison(node: s.Comparison, compile_node: Compile) -> Run:
    """`< 5` on `?`."""
    operand, sign = compile_node(node.operand), node.sign
    if sign == "=":
        return guarded(lambda e: bool(equal(_input(e), operand(e))), node.at)
    if sign == "!=":
        return guarded(lambda e: not equal(_input(e), operand(e)), node.at)

    def run(environment: Environment) -> Any:
        value = _input(environment)
        # A null input is below and above nothing, so that `not(< 5)` holds for it.
        return False if value is None else order(sign, value, operand(environment))

    return guarded(run, node.at)


def any_true(values: Any) -> bool | None:
    """True where one is, else null where one is, else false."""
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def opposite(value: bool | None) -> bool | None:
    """Three-valued `not`."""
    return None if value is None else not value
