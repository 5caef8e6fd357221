"""`for`, `some` and `every`: loops over lists and ranges, within the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from orderloom.rules import syntax as s
from orderloom.rules.environment import Environment
from orderloom.rules.error import FeelError
from orderloom.rules.values import Range, is_number, kind

Run = Callable[[Environment], Any]
Loop = tuple[str, Run, Run | None]


def compile_for(node: s.For, compile_node: Callable[[s.Node], Run]) -> Run:
    """`for … return …`; `partial` is the list so far."""
    loops = _loops(node.iterations, compile_node)
    result, at = compile_node(node.result), node.at

    def run(environment: Environment) -> Any:
        partial: list[Any] = []
        try:
            for names in _combinations(loops, environment.within({"partial": partial})):
                partial.append(result(names))
        except FeelError as error:
            return environment.failed_at(error, at)
        return partial

    return run


def compile_quantified(node: s.Quantified, compile_node: Callable[[s.Node], Run]) -> Run:
    """`some … satisfies` and `every … satisfies`, three-valued."""
    loops = _loops(node.iterations, compile_node)
    condition, at = compile_node(node.condition), node.at
    decisive = node.kind == "some"

    def run(environment: Environment) -> Any:
        unknown = False
        try:
            for names in _combinations(loops, environment):
                value = condition(names)
                if value is decisive:
                    return decisive
                unknown = unknown or not isinstance(value, bool)
        except FeelError as error:
            return environment.failed_at(error, at)
        return None if unknown else not decisive

    return run


def _loops(
    iterations: tuple[s.Iteration, ...], compile_node: Callable[[s.Node], Run]
) -> list[Loop]:
    return [
        (one.name, compile_node(one.source), compile_node(one.end) if one.end else None)
        for one in iterations
    ]


def _combinations(loops: list[Loop], environment: Environment) -> Iterator[Environment]:
    if not loops:
        yield environment
        return
    (name, source, end), rest = loops[0], loops[1:]
    value = source(environment)
    if end is not None:
        value = Range(value, end(environment))
    spend, within = environment.budget.spend, environment.within
    for item in value if isinstance(value, list) else _items(value):
        spend()
        if rest:
            yield from _combinations(rest, within({name: item}))
        else:
            yield within({name: item})


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, Range):
        yield from _steps(value)
    elif value is None:
        raise FeelError("there is nothing to go through: null")
    else:
        yield value


def _steps(interval: Range) -> Iterator[Any]:
    low, high = interval.low, interval.high
    if is_number(low) and is_number(high):
        if low != int(low) or high != int(high):
            raise FeelError("a loop runs over whole numbers")
        low, high = int(low), int(high)
        step: Any = 1 if low <= high else -1
    elif _is_date(low) and _is_date(high):
        step = timedelta(days=1 if low <= high else -1)
    else:
        raise FeelError(f"a loop cannot run over a range of {kind(low)}")
    up = low <= high
    at = low if interval.low_closed else low + step
    while (at <= high if up else at >= high) and (interval.high_closed or at != high):
        yield at
        at = at + step


def _is_date(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
