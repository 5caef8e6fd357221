"""Arithmetic and comparison (DMN 1.5, tables 54 to 58). Null where an operand is null."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from operator import ge, gt, le, lt
from typing import Any, Final

from orderloom.rules.error import FeelError
from orderloom.rules.far import Far, comparable, far, far_between, far_later, far_months, instant
from orderloom.rules.temporal import add_duration, of_seconds, seconds_of
from orderloom.rules.values import LIMIT, NUMBERS, Range, YearsMonths, is_number, kind, number
from orderloom.rules.weight import weigh

TEXT_LIMIT: Final = 1_000_000
# Between the first and the last year that there are, and some.
MONTHS: Final = 12 * 10**10
_DAY: Final = timedelta(days=1)


# Values of one of these types are compared as Python does.
_DIRECT: Final = frozenset((str, int, Decimal, bool, date))
_DIRECT_ORDER: Final = _DIRECT - {bool}
_NUMBERS: Final = frozenset((int, Decimal))


def equal(left: Any, right: Any) -> bool | None:
    """`=`: None for values of different kinds (null equals null alone)."""
    if type(left) is type(right) and type(left) in _DIRECT:
        return bool(left == right)
    if isinstance(left, list | Mapping):
        weigh(left)
    return _equal(left, right)


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is right
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left == right if isinstance(left, bool) and isinstance(right, bool) else None
    if isinstance(left, list) and isinstance(right, list):
        same = len(left) == len(right)
        return same and all(_equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(_equal(left[k], right[k]) for k in left)
    if isinstance(left, Range) and isinstance(right, Range):
        return left == right
    if kind(left) != kind(right):
        return None
    if isinstance(left, datetime | time | Far) or isinstance(right, Far):
        return _moments(left, right, lambda a, b: bool(a == b))
    return bool(left == right)


def order(sign: str, left: Any, right: Any) -> bool | None:
    """`< <= > >=`: None where one is null; an error for kinds that have no order."""
    if left is None or right is None:
        return None
    test = _TESTS[sign]
    one, other = type(left), type(right)
    if one is other and one in _DIRECT_ORDER:
        return test(left, right)
    if (one in _NUMBERS and other in _NUMBERS) or (is_number(left) and is_number(right)):
        return test(left, right)
    if kind(left) != kind(right) or kind(left) not in _ORDERED:
        raise FeelError(f"{kind(left)} and {kind(right)} cannot be compared")
    if isinstance(left, datetime | time | Far) or isinstance(right, Far):
        return _moments(left, right, test)
    return test(left, right)


def _moments(left: Any, right: Any, test: Callable[[Any, Any], bool]) -> bool | None:
    """Local and zoned moments have no order among each other."""
    if isinstance(left, Far) or isinstance(right, Far):
        one, other = far(left), far(right)
        return test(instant(one), instant(other)) if comparable(one, other) else None
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    if isinstance(left, datetime):
        try:
            return test(_instant(left), _instant(right))
        except OverflowError:  # within hours of the first or last moment that Python's type holds
            return test(instant(far(left)), instant(far(right)))
    if left.tzinfo is not None:
        day = date(2000, 1, 1)
        return test(
            datetime.combine(day, left).astimezone(UTC),
            datetime.combine(day, right).astimezone(UTC),
        )
    return test(left, right)


def _instant(value: datetime) -> datetime:
    """In UTC: Python takes two moments of one zone by their clocks, whatever the season."""
    return value if value.tzinfo is None else value.astimezone(UTC)


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_ORDERED: Final = frozenset(
    (
        *("number", "string", "date", "time", "date and time"),
        *("days and time duration", "years and months duration"),
    )
)


def contains(interval: Range, value: Any) -> bool | None:
    """Whether a value lies in the range."""
    low = high = True
    if interval.low is not None:
        low_ = order(">=" if interval.low_closed else ">", value, interval.low)
        if low_ is None:
            return None
        low = low_
    if interval.high is not None:
        high_ = order("<=" if interval.high_closed else "<", value, interval.high)
        if high_ is None:
            return None
        high = high_
    return low and high


def arithmetic(sign: str, left: Any, right: Any) -> Any:
    """`+ - * / **`."""
    if left is None or right is None:
        return None
    plain = type(left) in _NUMBERS and type(right) in _NUMBERS
    if plain or (is_number(left) and is_number(right)):
        try:
            return _NUMERIC[sign](left, right)
        except DecimalException as error:
            what = "division by zero" if sign == "/" and not right else "out of range"
            raise FeelError(what) from error
    try:
        found = _OTHER[sign](left, right) if sign in _OTHER else NotImplemented
    except (DecimalException, OverflowError) as error:
        raise FeelError("out of range") from error
    if found is NotImplemented:
        raise FeelError(f"{kind(left)} {sign} {kind(right)} has no meaning")
    return found


def negative(value: Any) -> Any:
    """Unary minus."""
    if value is None:
        return None
    if is_number(value) or isinstance(value, timedelta):
        return -value if not isinstance(value, Decimal) else NUMBERS.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    raise FeelError(f"minus {kind(value)} has no meaning")


def _add(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return number(a + b)
    return NUMBERS.add(a, b)


def _subtract(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return number(a - b)
    return NUMBERS.subtract(a, b)


def _multiply(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return number(a * b)
    return NUMBERS.multiply(a, b)


def _divide(a: Any, b: Any) -> Any:
    return whole(NUMBERS.divide(a, b))


def _power(a: Any, b: Any) -> Any:
    if abs(b) > 10_000:
        raise FeelError("the exponent is too large")
    return whole(NUMBERS.power(a, b))


def _months(count: int | Decimal) -> YearsMonths:
    if not -MONTHS <= count <= MONTHS:
        raise FeelError("the duration is out of range")
    return YearsMonths(int(count))


def whole(value: Decimal) -> int | Decimal:
    """An int where nothing is lost."""
    if value == value.to_integral_value() and abs(value) < LIMIT:
        return int(value)
    return value


_NUMERIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "**": _power,
}


def _add_other(a: Any, b: Any) -> Any:
    if isinstance(a, str) and isinstance(b, str):
        if len(a) + len(b) > TEXT_LIMIT:
            raise FeelError(f"a text is longer than {TEXT_LIMIT} signs")
        return a + b
    if isinstance(a, YearsMonths) and isinstance(b, YearsMonths):
        return _months(a.months + b.months)
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return a + b
    if isinstance(b, date | time | Far) and isinstance(a, timedelta | YearsMonths):
        a, b = b, a
    if isinstance(a, date | Far) and isinstance(b, timedelta | YearsMonths):
        return _moved(a, b)
    if isinstance(a, time) and isinstance(b, timedelta):
        return (datetime.combine(date(2000, 1, 1), a) + b % _DAY).timetz()
    return NotImplemented


def _moved(moment: Any, duration: timedelta | YearsMonths, times: int = 1) -> Any:
    if isinstance(moment, date):
        try:
            if isinstance(moment, datetime) and isinstance(duration, timedelta):
                later = add_duration(_instant(moment), duration, times)
                return later if moment.tzinfo is None else later.astimezone(moment.tzinfo)
            return add_duration(moment, duration, times)
        except (FeelError, OverflowError):
            pass  # beyond the years that Python's own types hold
    if isinstance(duration, timedelta):
        return far_later(moment, duration, times)
    if far(moment).days is None:
        return NotImplemented
    return far_months(moment, duration.months * times)


def _subtract_other(a: Any, b: Any) -> Any:
    if isinstance(a, date | Far) and isinstance(b, timedelta | YearsMonths):
        return _moved(a, b, -1)
    if isinstance(a, time) and isinstance(b, timedelta):
        return (datetime.combine(date(2000, 1, 1), a) - b % _DAY).timetz()
    if isinstance(a, YearsMonths) and isinstance(b, YearsMonths):
        return _months(a.months - b.months)
    if isinstance(a, timedelta) and isinstance(b, timedelta):
        return a - b
    if isinstance(a, date) and isinstance(b, date):
        return _between(a, b)
    if isinstance(a, Far) or isinstance(b, Far):
        dated = isinstance(a, date | time | Far) and isinstance(b, date | time | Far)
        return far_between(a, b) if dated else NotImplemented
    if isinstance(a, time) and isinstance(b, time):
        if (a.tzinfo is None) != (b.tzinfo is None):
            return NotImplemented
        day = date(2000, 1, 1)
        return datetime.combine(day, a) - datetime.combine(day, b)
    return NotImplemented


def _between(a: date, b: date) -> Any:
    """A date counts as its midnight in UTC beside a moment (DMN 1.5, table 55)."""
    if isinstance(a, datetime) or isinstance(b, datetime):
        a = a if isinstance(a, datetime) else datetime(a.year, a.month, a.day, tzinfo=UTC)
        b = b if isinstance(b, datetime) else datetime(b.year, b.month, b.day, tzinfo=UTC)
        if (a.tzinfo is None) != (b.tzinfo is None):
            return NotImplemented
        try:
            return _instant(a) - _instant(b)
        except OverflowError:
            return far_between(a, b)
    return a - b


def _multiply_other(a: Any, b: Any) -> Any:
    if is_number(a):
        a, b = b, a
    if not is_number(b):
        return NotImplemented
    if isinstance(a, YearsMonths):
        return _months(_multiply(a.months, b))
    if isinstance(a, timedelta):
        return of_seconds(_multiply(seconds_of(a), b))
    return NotImplemented


def _divide_other(a: Any, b: Any) -> Any:
    try:
        if isinstance(a, YearsMonths) and is_number(b):
            return _months(_divide(a.months, b))
        if isinstance(a, timedelta) and is_number(b):
            return of_seconds(_divide(seconds_of(a), b))
        if isinstance(a, YearsMonths) and isinstance(b, YearsMonths):
            return _divide(a.months, b.months)
        if isinstance(a, timedelta) and isinstance(b, timedelta):
            return _divide(seconds_of(a), seconds_of(b))
    except DecimalException as error:
        raise FeelError("division by zero") from error
    return NotImplemented


_OTHER: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": _add_other,
    "-": _subtract_other,
    "*": _multiply_other,
    "/": _divide_other,
}
