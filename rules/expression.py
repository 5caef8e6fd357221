"""Expressions: text in, something to evaluate out. Parsed and compiled once per text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from orderloom.rules import syntax as s
from orderloom.rules.builtins import BUILTINS, SPACED
from orderloom.rules.compiling import Run, compile_node
from orderloom.rules.environment import Budget, Environment
from orderloom.rules.error import FeelError
from orderloom.rules.lexer import is_plain
from orderloom.rules.parser import Parser

LEVELS: Final = 150


class Expression:
    """A compiled expression. Immutable; equal by text.

    `paths`: what it reads, as dotted tuples, names bound inside and fields of filtered elements
    left out. `names`: the first parts of them.
    """

    __slots__ = ("_run", "names", "node", "paths", "text")

    def __init__(self, text: str, node: s.Node) -> None:
        self.text = text
        self.node = node
        self._run: Run = compile_node(node)
        self.paths = frozenset(_paths(node, frozenset()))
        self.names = frozenset(path[0] for path in self.paths)

    def evaluate(self, scope: Mapping[str, Any], *, strict: bool = True) -> Any:
        """The value in `scope`, whose callables may be called.

        Raises `FeelError` where an operation has no meaning; not `strict`: null instead (DMN 1.5),
        except for what takes too many steps.
        """
        try:
            return self._run(Environment(scope, None, strict=strict, budget=Budget()))
        except RecursionError as error:
            raise FeelError("a value is nested too deep") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def parse_expression(text: str, *, names: Iterable[str] = ()) -> Expression:
    """`names`: those with spaces or signs that may occur. Raises `FeelError`."""
    return _expression(text, frozenset(names))


def parse_unary(text: str, *, names: Iterable[str] = ()) -> Expression:
    """Unary tests, which read `?` (DMN 1.5, 10.3.2.8): true, false or null."""
    return _unary(text, frozenset(names))


def evaluate(text: str, scope: Mapping[str, Any], *, strict: bool = False) -> Any:
    """The value of `text` in `scope`; null for what is wrong in it (DMN 1.5, 10.3.2.13.1).

    `strict`: a `FeelError` instead. What takes too many steps is an error in any case, and so is
    a bug in a function. Names of the scope may have spaces. A Python float is no number.

    >>> evaluate("0.1 + 0.2", {}), evaluate("1 + true", {})
    (Decimal('0.3'), None)
    >>> evaluate('due + duration("P1M")', {"due": datetime.date(2026, 1, 31)})
    datetime.date(2026, 2, 28)
    """
    names = [name for name in scope if isinstance(name, str) and not is_plain(name)]
    try:
        expression = parse_expression(text, names=names)
    except FeelError:
        if strict:
            raise
        return None
    return expression.evaluate(scope, strict=strict)


def unary_test(text: str, value: Any, scope: Mapping[str, Any] | None = None) -> bool:
    """Whether `value` passes the unary tests. Raises `FeelError` for tests that cannot be read.

    >>> unary_test("[1..5), > 10", 5), unary_test("> limit", 5, {"limit": 4})
    (False, True)
    """
    return parse_unary(text).evaluate({**(scope or {}), "?": value}, strict=False) is True


@lru_cache(maxsize=8192)
def _expression(text: str, names: frozenset[str]) -> Expression:
    return Expression(text, _bounded(Parser(text, names | SPACED).expression, text))


@lru_cache(maxsize=8192)
def _unary(text: str, names: frozenset[str]) -> Expression:
    return Expression(text, _bounded(Parser(text, names | SPACED).unary_tests, text))


def _bounded(read: Callable[[], s.Node], text: str) -> s.Node:
    try:
        node = read()
    except RecursionError as error:
        raise FeelError("the expression is nested too deep") from error
    # A chain (`1 + 1 + …`, `a.b.…`) is read in a loop, but each link is a level of the tree.
    deep = s.too_deep(node, LEVELS)
    if deep is not None:
        at = getattr(deep, "at", 0)
        raise FeelError(f"a chain is longer than {LEVELS} links (at {at + 1})", at, text)
    return node


def _paths(node: Any, bound: frozenset[str]) -> Iterator[tuple[str, ...]]:
    path = _path(node)
    if path is not None:
        if path[0] not in bound and (len(path) > 1 or path[0] not in BUILTINS):
            yield path
        return
    if isinstance(node, s.Filter):
        yield from _paths(node.source, bound)
        return
    if isinstance(node, s.For | s.Quantified):
        inner = bound
        for one in node.iterations:
            yield from _paths(one.source, inner)
            if one.end is not None:
                yield from _paths(one.end, inner)
            inner |= {one.name}
        last = node.result if isinstance(node, s.For) else node.condition
        yield from _paths(last, inner | {"partial"})
        return
    if isinstance(node, s.FunctionNode):
        yield from _paths(node.body, bound | set(node.parameters))
        return
    if isinstance(node, s.ContextNode):
        inner = bound
        for key, value in node.entries:
            yield from _paths(value, inner)
            inner |= {key}
        return
    for part in s.parts(node):
        yield from _paths(part, bound)


def _path(node: Any) -> tuple[str, ...] | None:
    if isinstance(node, s.Name):
        return (node.name,)
    if isinstance(node, s.Path):
        outer = _path(node.source)
        return (*outer, node.name) if outer else None
    return None
