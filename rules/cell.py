"""Cells of literals as sets of values: what the index, the checks and the explanations reason by.

`5`, `"a", "b"`, `not(…)`, `[1..5)`, `> 5`, `!= 5`, `[1, 2]`, `null`, `true`: each is a few spans of
one kind of value. Any other cell has no set and is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from orderloom.rules import syntax as s
from orderloom.rules.expression import Expression
from orderloom.rules.literals import NotLiteral, literal
from orderloom.rules.values import YearsMonths

# What has an order among its kind; moments with and without a zone have none among each other.
KINDS: Final[dict[str, tuple[type, ...]]] = {
    "boolean": (bool,),
    "number": (int, Decimal),
    "string": (str,),
    "date": (date,),
    "time": (time,),
    "moment": (datetime,),
    "zoned": (datetime,),
    "duration": (timedelta,),
    "months": (YearsMonths,),
}
_KIND_OF: Final = {type_: kind for kind, types in KINDS.items() for type_ in types}


def kind_of(value: Any) -> str | None:
    """The kind in `KINDS`, or None: null, lists, contexts, zoned times of day, and moments of a
    zone with seasons, which Python does not order."""
    kind = _KIND_OF.get(type(value))
    if kind == "zoned":
        seasons = getattr(value.tzinfo, "key", "UTC") != "UTC"
        return "moment" if value.tzinfo is None else None if seasons else "zoned"
    return None if kind == "time" and value.tzinfo is not None else kind


@dataclass(frozen=True, slots=True)
class Span:
    """Values of one kind between two ends; None is no end.

    `compared`: written with an order, so that a value of another kind is an error.
    """

    kind: str
    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    compared: bool = True

    @property
    def point(self) -> bool:
        """Whether it is one value."""
        return self.low is not None and self.low_closed and self.low == self.high

    def holds(self, value: Any) -> bool:
        """Whether a value of its kind lies in it."""
        if self.low is not None and not (
            value >= self.low if self.low_closed else value > self.low
        ):
            return False
        if self.high is None:
            return True
        return bool(value <= self.high if self.high_closed else value < self.high)


@dataclass(frozen=True, slots=True)
class Test:
    """A cell: the values in `spans`, perhaps null; `negated`: all but these."""

    spans: tuple[Span, ...]
    null: bool = False
    negated: bool = False

    def passes(self, value: Any) -> bool:
        """Whether a value of a kind in `KINDS`, or null, passes."""
        if value is None:
            return self.null != self.negated
        kind = kind_of(value)
        found = any(span.kind == kind and span.holds(value) for span in self.spans)
        return found != self.negated

    def compares(self, kind: str) -> bool:
        """Whether a value of that kind meets a comparison of another, which is an error."""
        return any(span.kind != kind and span.compared for span in self.spans)


def test_of(cell: Expression) -> Test | None:
    """The set of a cell, or None where it has to be run."""
    node = cell.node
    if not isinstance(node, s.Tests):
        return None
    if len(node.parts) == 1:
        unequal = _unequal(node.parts[0])
        if unequal is not None:
            return Test(unequal.spans, unequal.null, not node.negated)
    return _union(node.parts, negated=node.negated)


def _unequal(node: s.Node) -> Test | None:
    if not isinstance(node, s.Comparison) or node.sign != "!=":
        return None
    return _union((s.Comparison(node.at, "=", node.operand),), negated=False)


def _union(parts: Sequence[s.Node], *, negated: bool) -> Test | None:
    spans: list[Span] = []
    null = False
    for part in parts:
        found = _part(part)
        if found is None:
            return None
        spans += found.spans
        null = null or found.null
    return Test(tuple(spans), null, negated)


def _part(node: s.Node) -> Test | None:
    if isinstance(node, s.RangeNode):
        return _range(node)
    if isinstance(node, s.Comparison):
        return _comparison(node)
    if isinstance(node, s.ListNode):
        items = tuple(one for one in node.items if not isinstance(one, s.ListNode | s.Comparison))
        found = _union(items, negated=False) if len(items) == len(node.items) else None
        return found
    try:
        value = literal(node)
    except NotLiteral:
        return None
    return _equal(value)


def _equal(value: Any) -> Test | None:
    if value is None:
        return Test((), null=True)
    kind = kind_of(value)
    return None if kind is None else Test((Span(kind, value, value, compared=False),))


def _range(node: s.RangeNode) -> Test | None:
    try:
        low, high = literal(node.low), literal(node.high)
    except NotLiteral:
        return None
    kind = kind_of(low)
    if kind is None or kind == "boolean" or kind != kind_of(high):
        return None
    return Test((Span(kind, low, high, node.low_closed, node.high_closed),))


def _comparison(node: s.Comparison) -> Test | None:
    try:
        value = literal(node.operand)
    except NotLiteral:
        return None
    if node.sign == "=":
        return _equal(value)
    kind = kind_of(value)
    if kind in (None, "boolean") or node.sign == "!=":
        return None
    if node.sign in ("<", "<="):
        return Test((Span(str(kind), None, value, True, node.sign == "<="),))
    return Test((Span(str(kind), value, None, node.sign == ">=", True),))
