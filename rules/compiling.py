"""A syntax tree to closures: compiled once, run often."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import Any, Final

from orderloom.rules import syntax as s
from orderloom.rules.builtins import BUILTINS
from orderloom.rules.environment import Environment, Item, guarded
from orderloom.rules.error import FeelError
from orderloom.rules.far import Far
from orderloom.rules.iterating import compile_for, compile_quantified
from orderloom.rules.operators import arithmetic, contains, equal, negative, order
from orderloom.rules.temporal import member
from orderloom.rules.types import is_instance
from orderloom.rules.unary import compile_comparison, compile_in, compile_tests, opposite
from orderloom.rules.values import Function, Range, YearsMonths, is_number, kind

Run = Callable[[Environment], Any]
CLOCK: Final = frozenset(("now", "today"))


def compile_node(node: s.Node) -> Run:
    """The closure of a node. It raises `FeelError` where strict, else gives null."""
    return _COMPILERS[type(node)](node)


def _literal(node: s.Literal) -> Run:
    value = node.value
    return lambda environment: value


def _name(node: s.Name) -> Run:
    name, at = node.name, node.at
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return _function_named(name, builtin)

    def read(environment: Environment) -> Any:
        try:
            return environment.inner[name]
        except KeyError:
            pass
        try:
            return environment.read(name)
        except KeyError:
            environment.failed(FeelError(f"nothing is called {name}", at))
            return None

    return read


def _function_named(name: str, builtin: Function) -> Run:
    """A function of the language, which any name of the scope may hide."""

    def read(environment: Environment) -> Any:
        place: Environment | None = environment
        while place is not None:
            if name in place.inner:
                return place.inner[name]
            place = place.outer
        return builtin

    return read


def _path(node: s.Path) -> Run:
    source, name = compile_node(node.source), node.name

    def follow(value: Any) -> Any:
        if isinstance(value, Mapping):
            return value.get(name)
        if isinstance(value, list):
            return [follow(item) for item in value]
        if isinstance(value, date | time | timedelta | YearsMonths | Far):
            return member(value, name)
        if isinstance(value, Range):
            return _range_member(value, name)
        if value is None:
            return None
        raise FeelError(f"{kind(value)} has no {name}")

    return guarded(lambda environment: follow(source(environment)), node.at)


def _range_member(value: Range, name: str) -> Any:
    return {
        "start": value.low,
        "end": value.high,
        "start included": value.low_closed,
        "end included": value.high_closed,
    }.get(name)


def _filter(node: s.Filter) -> Run:
    source, condition = compile_node(node.source), compile_node(node.condition)
    literal = isinstance(node.condition, s.Literal | s.Negation)
    path = _list_path(node.source)

    def run(environment: Environment) -> Any:
        value = source(environment)
        items = value if isinstance(value, list) else [] if value is None else [value]
        if literal or not items:
            index = condition(environment) if literal else None
            return _at(items, index) if is_number(index) else [i for i in items if index is True]
        environment.budget.spend(len(items))
        kept: list[Any] = []
        known = environment.fields(path)
        for place, item in enumerate(items):
            found = condition(environment.within(Item(item, known)))
            if is_number(found) and place == 0:
                return _at(items, found)
            if found is True:
                kept.append(item)
        return kept

    return guarded(run, node.at)


def _list_path(node: s.Node) -> tuple[str, ...]:
    """The names that lead to a list, filters passed through; empty where others do."""
    if isinstance(node, s.Name):
        return (node.name,)
    if isinstance(node, s.Filter):
        return _list_path(node.source)
    above = _list_path(node.source) if isinstance(node, s.Path) else ()
    return (*above, node.name) if isinstance(node, s.Path) and above else ()


def _at(items: list[Any], index: Any) -> Any:
    place = int(index)
    if place > 0 and place <= len(items):
        return items[place - 1]
    if place < 0 and -place <= len(items):
        return items[place]
    return None


def _call(node: s.Call) -> Run:
    if isinstance(node.function, s.Name) and node.function.name in CLOCK and not node.arguments:
        return _clock(node.function)
    function = compile_node(node.function)
    arguments = tuple(compile_node(argument) for argument in node.arguments)
    names = node.names

    def run(environment: Environment) -> Any:
        called = function(environment)
        values = [argument(environment) for argument in arguments]
        environment.budget.spend(1 + sum(map(_size, values)))
        if isinstance(called, Function):
            return _invoke(called, values, names)
        if callable(called) and not names:
            return called(*values)
        if called is None:
            return None
        raise FeelError(f"{kind(called)} is not a function")

    return guarded(run, node.at)


def _size(value: Any) -> int:
    """What going through an argument costs, in steps."""
    if type(value) is list:
        return len(value)
    return len(value) // 64 if type(value) is str else 0


def _clock(node: s.Name) -> Run:
    """`now()` and `today()` are the names `now` and `today`: the caller gives the time."""
    read = _name(node)

    def run(environment: Environment) -> Any:
        value = read(environment)
        return value() if callable(value) else value

    return run


def _invoke(function: Function, values: list[Any], names: tuple[str, ...]) -> Any:
    if names:
        values = _ordered(function, values, names)
    return function.invoke(*values)


def _ordered(function: Function, values: list[Any], names: tuple[str, ...]) -> list[Any]:
    if function.as_written and function.as_written == set(names):
        return values
    for name, value in zip(names, values, strict=True):
        if name in function.named and not function.named[name](value):
            raise FeelError(f"{function.name} takes no such {name}")
    names = tuple(function.aliases.get(name, name) for name in names)
    given = dict(zip(names, values, strict=True))
    unknown = [name for name in names if name not in function.parameters]
    if unknown or len(given) != len(names):
        raise FeelError(f"{function.name} has no parameter {', '.join(unknown or names)}")
    last = max(function.parameters.index(name) for name in names)
    return [given.get(name) for name in function.parameters[: last + 1]]


def _negation(node: s.Negation) -> Run:
    operand = compile_node(node.operand)
    return guarded(lambda environment: negative(operand(environment)), node.at)


def _binary(node: s.Binary) -> Run:
    left, right, sign = compile_node(node.left), compile_node(node.right), node.sign
    if sign in ("=", "!="):
        return guarded(_equality(left, right, negated=sign == "!="), node.at)
    if sign in ("<", "<=", ">", ">="):
        return guarded(lambda e: order(sign, left(e), right(e)), node.at)
    return guarded(lambda e: arithmetic(sign, left(e), right(e)), node.at)


def _equality(left: Run, right: Run, *, negated: bool) -> Run:
    def run(environment: Environment) -> Any:
        one, other = left(environment), right(environment)
        if type(one) is list:
            environment.budget.spend(len(one))
        found = equal(one, other)
        return opposite(found) if negated else found

    return run


def _logic(node: s.Logic) -> Run:
    parts = tuple(compile_node(part) for part in node.parts)
    decisive = node.sign == "or"

    def run(environment: Environment) -> Any:
        unknown = False
        for part in parts:
            value = part(environment)
            if value is decisive:
                return decisive
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not decisive

    return run


def _between(node: s.Between) -> Run:
    value, low, high = (compile_node(n) for n in (node.value, node.low, node.high))

    def run(environment: Environment) -> Any:
        ends = low(environment), high(environment)
        return None if None in ends else contains(Range(*ends), value(environment))

    return guarded(run, node.at)


def _comparison(node: s.Comparison) -> Run:
    """Outside unary tests `(< 5)` is a range (DMN 1.5, 10.3.2.7)."""
    operand, sign = compile_node(node.operand), node.sign

    def run(environment: Environment) -> Any:
        value = operand(environment)
        low, high = (None, value) if sign in ("<", "<=") else (value, None)
        if sign == "=":
            low = high = value
        closed = low is not None and sign in (">=", "="), sign in ("<=", "=")
        return Range(low, high, *closed, sign)

    if sign == "!=":
        return compile_comparison(node, compile_node)
    return guarded(run, node.at)


def _range(node: s.RangeNode) -> Run:
    low, high = compile_node(node.low), compile_node(node.high)
    closed = node.low_closed, node.high_closed

    def run(environment: Environment) -> Any:
        left, right = low(environment), high(environment)
        if left is not None and right is not None and kind(left) != kind(right):
            raise FeelError(f"a range from {kind(left)} to {kind(right)} has no meaning")
        return Range(left, right, *closed)

    return guarded(run, node.at)


def _list(node: s.ListNode) -> Run:
    items = tuple(compile_node(item) for item in node.items)
    return lambda environment: [item(environment) for item in items]


def _context(node: s.ContextNode) -> Run:
    entries = tuple((key, compile_node(value)) for key, value in node.entries)
    twice = len({key for key, _ in entries}) != len(entries)

    def run(environment: Environment) -> Any:
        if twice:
            raise FeelError("a key occurs twice")
        made: dict[str, Any] = {}
        inner = environment.within(made)
        for key, value in entries:
            made[key] = value(inner)
        return made

    return guarded(run, node.at)


def _if(node: s.If) -> Run:
    condition, then, otherwise = (
        compile_node(n) for n in (node.condition, node.then, node.otherwise)
    )
    at = node.at

    def run(environment: Environment) -> Any:
        value = condition(environment)
        if not isinstance(value, bool):
            environment.failed(FeelError(f"the condition is {kind(value)}", at))
        return then(environment) if value is True else otherwise(environment)

    return run


def _function(node: s.FunctionNode) -> Run:
    body, names = compile_node(node.body), node.parameters

    def run(environment: Environment) -> Any:
        def called(*values: Any) -> Any:
            if len(values) != len(names):
                raise FeelError(f"the function takes {len(names)} arguments")
            environment.budget.spend()
            depth = environment.budget.enter()
            try:
                return body(environment.within(dict(zip(names, values, strict=True))))
            finally:
                environment.budget.leave(depth)

        return Function("function", names, called)

    return run


def _instance_of(node: s.InstanceOf) -> Run:
    value, type_ = compile_node(node.value), node.type
    return guarded(lambda environment: is_instance(value(environment), type_), node.at)


_COMPILERS: Final[dict[type, Callable[[Any], Run]]] = {
    s.Literal: _literal,
    s.Name: _name,
    s.Path: _path,
    s.Filter: _filter,
    s.Call: _call,
    s.Negation: _negation,
    s.Binary: _binary,
    s.Logic: _logic,
    s.Between: _between,
    s.In: lambda node: compile_in(node, compile_node),
    s.Comparison: _comparison,
    s.Tests: lambda node: compile_tests(node, compile_node),
    s.RangeNode: _range,
    s.ListNode: _list,
    s.ContextNode: _context,
    s.If: _if,
    s.For: lambda node: compile_for(node, compile_node),
    s.Quantified: lambda node: compile_quantified(node, compile_node),
    s.FunctionNode: _function,
    s.InstanceOf: _instance_of,
}
