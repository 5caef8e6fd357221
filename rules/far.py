"""Dates, moments and times beyond Python's own: years outside 1 to 9999, nanoseconds.

Years are counted as ISO 8601 does (0 is 1 BC). `near` gives Python's own type wherever it fits, so
that nobody meets a `Far` who did not ask for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from orderloom.rules.error import FeelError

YEARS: Final = 999_999_999
DAY: Final = 86_400 * 10**9
# The calendar repeats after 400 years.
_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097
_FIRST: Final = date.min.toordinal()
_LAST: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Far:
    """`days`: as `date.toordinal` counts, None for a time of day. `nanos`: of the day, None for a
    date. `zone`: as Python has it."""

    days: int | None
    nanos: int | None
    zone: tzinfo | None = None

    @property
    def kind(self) -> str:
        if self.nanos is None:
            return "date"
        return "time" if self.days is None else "date and time"


def far_date(year: int, month: int, day: int) -> Far:
    """Raises `ValueError` where there is no such day."""
    if abs(year) > YEARS:
        raise ValueError(year)
    cycles, rest = divmod(year - 1, _CYCLE_YEARS)
    return Far(date(rest + 1, month, day).toordinal() + cycles * _CYCLE_DAYS, None)


def near(value: Far) -> Any:
    """As `date`, `time` or `datetime` where one holds it exactly."""
    if value.days is not None and not _FIRST <= value.days <= _LAST:
        return value
    if value.nanos is not None and value.nanos % 1000:
        return value
    day = None if value.days is None else date.fromordinal(value.days)
    if value.nanos is None:
        return day
    clock = (datetime.min + timedelta(microseconds=value.nanos // 1000)).time()
    clock = clock.replace(tzinfo=value.zone)
    return clock if day is None else datetime.combine(day, clock)


def far(value: Any) -> Far:
    """The same as a `Far`."""
    if isinstance(value, Far):
        return value
    if isinstance(value, datetime):
        return Far(value.toordinal(), _nanos(value), value.tzinfo)
    if isinstance(value, date):
        return Far(value.toordinal(), None)
    return Far(None, _nanos(value), value.tzinfo)


def _nanos(value: Any) -> int:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return int(seconds * 10**9 + value.microsecond * 1000)


def calendar_of(value: Far) -> tuple[int, int, int]:
    """Year, month and day."""
    cycles, rest = divmod((value.days or 0) - 1, _CYCLE_DAYS)
    day = date.fromordinal(rest + 1)
    return day.year + cycles * _CYCLE_YEARS, day.month, day.day


def clock_of(value: Far) -> tuple[int, int, int, int]:
    """Hour, minute, second and nanoseconds."""
    seconds, nanos = divmod(value.nanos or 0, 10**9)
    minutes, second = divmod(seconds, 60)
    return minutes // 60, minutes % 60, second, nanos


def offset_of(value: Far) -> timedelta | None:
    """The distance from UTC, by the zone's rules of a year that the calendar equals."""
    if value.zone is None:
        return None
    days = 730_120 if value.days is None else (value.days - 1) % _CYCLE_DAYS + 1 + 4 * _CYCLE_DAYS
    clock = timedelta(microseconds=(value.nanos or 0) // 1000)
    start = datetime.combine(date.fromordinal(days), time())
    return (start + clock).replace(tzinfo=value.zone).utcoffset()


def instant(value: Far) -> int:
    """Nanoseconds on one line, for comparing and subtracting."""
    local = (value.days or 0) * DAY + (value.nanos or 0)
    offset = offset_of(value)
    return local if offset is None else local - offset // timedelta(microseconds=1) * 1000


def comparable(one: Far, other: Far) -> bool:
    """Local and zoned moments have no order among each other."""
    return one.kind == other.kind and (one.zone is None) == (other.zone is None)


def far_later(value: Any, duration: timedelta, times: int = 1) -> Any:
    """`value` + `times` × `duration`, on its own calendar and clock."""
    start = far(value)
    step = duration // timedelta(microseconds=1) * 1000 * times
    whole = (start.days or 0) * DAY + (start.nanos or 0) + step
    days, nanos = divmod(whole, DAY)
    return _made(
        Far(
            None if start.days is None else days,
            None if start.nanos is None else nanos,
            start.zone,
        )
    )


def far_months(value: Any, months: int) -> Any:
    """A date or moment `months` later; the day is clamped to the month's end."""
    start = far(value)
    year, month, day = calendar_of(start)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    for last in (day, 30, 29, 28):
        try:
            days = far_date(year, month + 1, min(day, last)).days
        except ValueError:
            continue
        return _made(Far(days, start.nanos, start.zone))
    raise FeelError("the date is out of range")


def far_between(one: Any, other: Any) -> timedelta:
    """`one` - `other`. A date beside a moment is its midnight in UTC (DMN 1.5, table 55)."""
    a, b = far(one), far(other)
    if a.kind != b.kind and "time" not in (a.kind, b.kind):
        a, b = _midnight(a), _midnight(b)
    if not comparable(a, b):
        raise FeelError(f"{a.kind} - {b.kind} has no meaning")
    try:
        return timedelta(microseconds=(instant(a) - instant(b)) // 1000)
    except OverflowError as error:
        raise FeelError("the duration is out of range") from error


def _midnight(value: Far) -> Far:
    return Far(value.days, 0, UTC) if value.nanos is None else value


def _made(value: Far) -> Any:
    if value.days is not None and abs(calendar_of(value)[0]) > YEARS:
        raise FeelError("the date is out of range")
    return near(value)
