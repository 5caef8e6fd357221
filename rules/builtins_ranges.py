"""Range functions, after Allen's relations (DMN 1.5, 10.3.4.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.rules import syntax as s
from orderloom.rules.arguments import text
from orderloom.rules.error import FeelError
from orderloom.rules.literals import NotLiteral, literal
from orderloom.rules.operators import contains, equal, order
from orderloom.rules.parser import Parser
from orderloom.rules.values import Function, Range, kind


def _before(a: Any, b: Any) -> Any:
    if isinstance(a, Range) and isinstance(b, Range):
        return _lt(a.high, b.low) or (_eq(a.high, b.low) and not (a.high_closed and b.low_closed))
    if isinstance(a, Range):
        return _lt(a.high, b) or (_eq(a.high, b) and not a.high_closed)
    if isinstance(b, Range):
        return _lt(a, b.low) or (_eq(a, b.low) and not b.low_closed)
    return order("<", a, b)


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and _eq(a.high, b.low)


def _overlaps(a: Range, b: Range) -> bool:
    return not (_before(a, b) or _before(b, a))


def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_earlier(a, b) and _overlaps(a, b) and _ends_earlier(a, b)


def _starts_earlier(a: Range, b: Range) -> bool:
    return _lt(a.low, b.low) or (_eq(a.low, b.low) and a.low_closed and not b.low_closed)


def _ends_earlier(a: Range, b: Range) -> bool:
    return _lt(a.high, b.high) or (_eq(a.high, b.high) and (b.high_closed or not a.high_closed))


def _finishes(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.high_closed and _eq(a, b.high)
    return (
        _eq(a.high, b.high)
        and a.high_closed == b.high_closed
        and (_lt(b.low, a.low) or (_eq(a.low, b.low) and (b.low_closed or not a.low_closed)))
    )


def _starts(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.low_closed and _eq(a, b.low)
    return (
        _eq(a.low, b.low)
        and a.low_closed == b.low_closed
        and (_lt(a.high, b.high) or (_eq(a.high, b.high) and (b.high_closed or not a.high_closed)))
    )


def _includes(a: Range, b: Any) -> Any:
    if not isinstance(b, Range):
        return contains(a, b)
    low = _lt(a.low, b.low) or (_eq(a.low, b.low) and (a.low_closed or not b.low_closed))
    high = _lt(b.high, a.high) or (_eq(a.high, b.high) and (a.high_closed or not b.high_closed))
    return low and high


def _coincides(a: Any, b: Any) -> Any:
    return equal(a, b)


def _lt(a: Any, b: Any) -> bool:
    return order("<", a, b) is True


def _eq(a: Any, b: Any) -> bool:
    return equal(a, b) is True


def _checked(call: Callable[[Any, Any], Any], first: bool, second: bool) -> Callable[..., Any]:
    """`first`, `second`: whether that argument must be a range."""

    def checked(a: Any, b: Any) -> Any:
        if a is None or b is None:
            raise FeelError("a range is compared with null")
        if (first and not isinstance(a, Range)) or (second and not isinstance(b, Range)):
            raise FeelError("a range is needed")
        return call(a, b)

    return checked


def _turned(call: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: call(b, a)


def _range(text_: Any) -> Range:
    """`range("[1..3)")`: both ends are literals of one kind, the lower first."""
    node = Parser(text(text_).strip(), ("date and time",)).expression()
    if not isinstance(node, s.RangeNode):
        raise FeelError("this is not a range")
    try:
        low, high = literal(node.low), literal(node.high)
    except NotLiteral:
        raise FeelError("the ends of a range are literals") from None
    if kind(low) != kind(high) or low is None or order("<=", low, high) is not True:
        raise FeelError("a range goes from the lower end to the higher")
    return Range(low, high, node.low_closed, node.high_closed)


# The standard's names of the two, by the shape of the call (DMN 1.5, table 78).
_ALIKE: Final = {"point1": "a", "point2": "b", "range1": "a", "range2": "b"}
_POINT_FIRST: Final = {**_ALIKE, "point": "a", "range": "b"}
_RANGE_FIRST: Final = {**_ALIKE, "range": "a", "point": "b"}


def _relation(
    name: str,
    call: Callable[[Any, Any], Any],
    *,
    ranges: tuple[bool, bool],
    aliases: Mapping[str, str] = _ALIKE,
    written: frozenset[str] = frozenset(),
) -> Function:
    called = _checked(call, *ranges)
    return Function(name, ("a", "b"), called, aliases=aliases, as_written=written)


# `before(point: 1, range: r)` and `before(range: r, point: 1)` are two questions.
_EITHER: Final = frozenset(("point", "range"))

RANGES = (
    Function("range", ("from",), _range),
    _relation("before", _before, ranges=(False, False), written=_EITHER),
    _relation("after", _turned(_before), ranges=(False, False), written=_EITHER),
    _relation("meets", _meets, ranges=(True, True)),
    _relation("met by", _turned(_meets), ranges=(True, True)),
    _relation("overlaps", _overlaps, ranges=(True, True)),
    _relation("overlaps before", _overlaps_before, ranges=(True, True)),
    _relation("overlaps after", _turned(_overlaps_before), ranges=(True, True)),
    _relation("finishes", _finishes, ranges=(False, True), aliases=_POINT_FIRST),
    _relation("finished by", _turned(_finishes), ranges=(True, False), aliases=_RANGE_FIRST),
    _relation("includes", _includes, ranges=(True, False), aliases=_RANGE_FIRST),
    _relation("during", _turned(_includes), ranges=(False, True), aliases=_POINT_FIRST),
    _relation("starts", _starts, ranges=(False, True), aliases=_POINT_FIRST),
    _relation("started by", _turned(_starts), ranges=(True, False), aliases=_RANGE_FIRST),
    _relation("coincides", _coincides, ranges=(False, False)),
)
