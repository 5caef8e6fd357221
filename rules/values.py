"""FEEL values in Python: None, bool, int and Decimal, str, date, time, datetime, timedelta,
`YearsMonths`, `Range`, `Function`, list, dict. Never a float.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any, Final

from orderloom.rules.error import FeelError
from orderloom.rules.far import Far, calendar_of, clock_of, offset_of
from orderloom.rules.weight import weigh

# DMN 1.5, 10.3.2.3.1: IEEE 754 decimal128.
NUMBERS: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
LIMIT: Final = 10**34


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of whole months (ISO 8601 `P1Y2M` is 14)."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is open to infinity.

    `sign`: of one written as a comparison, `(> 5)`, which no range with two ends equals.
    """

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    sign: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something to call. `parameters` are its names; `call` takes them in order. It equals itself.

    `optional`: how many at the end may be missing; `many`: it takes any number. `aliases`: other
    names of parameters. `named`: what an argument given by that name must be. `as_written`: names
    that stand for the parameters in the order in which they are written.
    """

    name: str
    parameters: tuple[str, ...]
    call: Callable[..., Any]
    optional: int = 0
    many: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    as_written: frozenset[str] = frozenset()

    def invoke(self, *values: Any) -> Any:
        """Its value. Raises `FeelError` where it takes fewer or more arguments."""
        least, most = len(self.parameters) - self.optional, len(self.parameters)
        if len(values) < least or (len(values) > most and not self.many):
            raise FeelError(f"{self.name} takes {', '.join(self.parameters) or 'nothing'}")
        return self.call(*values)


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def number(value: int | Decimal) -> int | Decimal:
    """Within 34 digits."""
    if isinstance(value, int):
        return value if -LIMIT < value < LIMIT else NUMBERS.create_decimal(value)
    return NUMBERS.plus(value)


def number_of(text: str) -> int | Decimal:
    """A number as it is written, within 34 digits. Raises `DecimalException` where it is out of
    range."""
    found = NUMBERS.create_decimal(text)
    exact = text.lstrip("-").isdigit() and -LIMIT < found < LIMIT
    return int(found) if exact else found


def kind(value: Any) -> str:
    """The name of a value's type (DMN 1.5, 10.3.2.1)."""
    for name, types in _KINDS:
        if isinstance(value, types):
            return name
    if isinstance(value, Far):
        return value.kind
    return "context" if isinstance(value, Mapping) else "any"


_KINDS: Final[tuple[tuple[str, type | tuple[type, ...]], ...]] = (
    ("null", type(None)),
    ("boolean", bool),
    ("number", (int, Decimal)),
    ("string", str),
    ("date and time", datetime),
    ("date", date),
    ("time", time),
    ("days and time duration", timedelta),
    ("years and months duration", YearsMonths),
    ("list", list),
    ("range", Range),
    ("function", Function),
)


_SCALARS: Final = (str, int, bool, Decimal)


def to_json(value: Any) -> Any:
    """The value as JSON has it: dates, times and durations as ISO 8601 text.

    Raises `FeelError` for one with too many parts, or nested too deep.
    """
    if value is None or isinstance(value, _SCALARS):
        return value
    if (type(value) is dict or type(value) is list) and not value:
        return type(value)()
    weigh(value)
    return _json(value)


def _json(value: Any) -> Any:
    if value is None or isinstance(value, _SCALARS):
        return value
    if type(value) is dict or isinstance(value, Mapping):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return text_of(value)


def text_of(value: Any) -> str:
    """The text of one value, as FEEL's `string` gives it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        # Python writes no more than some thousand digits; there is none so long in an expression.
        return str(value) if -LIMIT < value < LIMIT else number_text(Decimal(value))
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, datetime | time):
        return _clock_text(value)
    if isinstance(value, Far):
        return _far_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, YearsMonths):
        return months_text(value)
    if isinstance(value, Range):
        return _range_text(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inner(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_inner(item)}" for key, item in value.items()) + "}"
    return "function"


def _key(key: str) -> str:
    return _inner(key) if any(sign in key for sign in '{}:,"') else key


def _inner(value: Any) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text_of(value)


def number_text(value: Decimal) -> str:
    """Plain, without superfluous zeros."""
    if not value:
        return "0"
    if value.adjusted() > 100 or value.adjusted() < -100:
        return str(value.normalize(NUMBERS))
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration_text(value: timedelta) -> str:
    """`P1DT2H3M4.5S`."""
    micro = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    sign = "-" if micro < 0 else ""
    seconds, micro = divmod(abs(micro), 1_000_000)
    days, seconds = divmod(seconds, 86400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{micro:06}".rstrip("0") if micro else ""
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    day = f"{days}D" if days else ""
    if not day and not clock:
        return "PT0S"
    return f"{sign}P{day}" + (f"T{clock}" if clock else "")


def months_text(value: YearsMonths) -> str:
    """`P1Y2M`."""
    if not value.months:
        return "P0M"
    years, months = divmod(abs(value.months), 12)
    sign = "-" if value.months < 0 else ""
    return f"{sign}P" + f"{years}Y" * bool(years) + f"{months}M" * bool(months)


def _clock_text(value: datetime | time) -> str:
    zone = getattr(value.tzinfo, "key", None)
    text = value.replace(tzinfo=None).isoformat() if zone else value.isoformat()
    if "." in text:
        head, _, tail = text.partition(".")
        digits, rest = tail[:6], tail[6:]
        text = head + ("." + digits.rstrip("0") if digits.strip("0") else "") + rest
    if zone:
        return f"{text}@{zone}" if zone != "UTC" else f"{text}Z"
    return text.replace("+00:00", "Z")


def _far_text(value: Far) -> str:
    year, month, day = calendar_of(value)
    sign = "-" if year < 0 else ""
    date_text = f"{sign}{abs(year):04}-{month:02}-{day:02}"
    if value.nanos is None:
        return date_text
    hour, minute, second, nanos = clock_of(value)
    fraction = f".{nanos:09}".rstrip("0") if nanos else ""
    clock = f"{hour:02}:{minute:02}:{second:02}{fraction}"
    near = datetime(2000, 1, 1, tzinfo=timezone(offset_of(value) or timedelta(0)))
    name = getattr(value.zone, "key", None)
    zone = f"@{name}" if name else near.isoformat()[19:].replace("+00:00", "Z")
    text = f"{clock}{zone if value.zone else ''}"
    return text if value.days is None else f"{date_text}T{text}"


def _range_text(value: Range) -> str:
    left, right = "[" if value.low_closed else "(", "]" if value.high_closed else ")"
    return f"{left}{_inner(value.low)}..{_inner(value.high)}{right}"
