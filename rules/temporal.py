"""Dates, times and durations of FEEL (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8)."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderloom.rules.error import FeelError
from orderloom.rules.far import Far, calendar_of, clock_of, far, far_date, near, offset_of
from orderloom.rules.values import NUMBERS, YearsMonths, is_number

_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME: Final = re.compile(
    r"(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2}(?::\d{2})?|@[A-Za-z_+\-/0-9]+)?"
)
_FAR_DATE: Final = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d{2})-(\d{2})")
_MIDNIGHT: Final = "24:00:00"
_DURATION: Final = re.compile(
    r"(-)?P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?)?"
)


def temporal(text: str) -> Any:
    """The value of `@"text"`, or None."""
    for read in (read_date, read_moment, read_time, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def read_date(text: str) -> date | Far | None:
    """A date of any year, or None."""
    found = parse_date(text)
    parts = _FAR_DATE.fullmatch(text) if found is None else None
    if parts is None:
        return found
    try:
        made = near(far_date(int(parts[1]), int(parts[2]), int(parts[3])))
    except ValueError:
        return None
    return made if isinstance(made, date | Far) else None


def read_time(text: str) -> time | Far | None:
    """A time to the nanosecond, or None."""
    found = parse_time(text)
    parts = _TIME.fullmatch(text) if found is not None else None
    if found is None or parts is None or not (parts[4] or "")[6:].strip("0"):
        return found
    return Far(None, (far(found).nanos or 0) + int(parts[4].ljust(9, "0")[6:]), found.tzinfo)


def read_moment(text: str) -> datetime | Far | None:
    """A moment of any year, to the nanosecond, or None."""
    day, mark, clock = text.partition("T")
    if mark and clock.startswith(_MIDNIGHT):
        start = read_moment(f"{day}T00{clock[2:]}")
        return None if start is None else next_day(start)
    left, right = read_date(day), read_time(clock) if mark else None
    return joined(left, right) if left is not None and right is not None else None


def joined(day: Any, clock: Any) -> Any:
    """A date and a time as one moment."""
    left, right = far(day), far(clock)
    return near(Far(left.days, right.nanos, right.zone))


def next_day(moment: Any) -> Any:
    """A day later: the end of a day, `24:00:00`, is the next one's beginning."""
    start = far(moment)
    return near(Far((start.days or 0) + 1, start.nanos, start.zone))


def parse_date(text: str) -> date | None:
    """`2026-03-01`, or None."""
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """`10:30:00`, with fraction, offset or `@zone`, or None."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    micro = int((found[4] or "0").ljust(6, "0")[:6])
    zone, known = _zone(found[5])
    try:
        return time(hour, minute, second, micro, zone) if known else None
    except ValueError:
        return None


def parse_moment(text: str) -> datetime | None:
    """`2026-03-01T10:30:00Z`, or a date alone (its midnight is not implied: None)."""
    day, mark, clock = text.partition("T")
    left, right = parse_date(day), parse_time(clock) if mark else None
    return datetime.combine(left, right) if left and right is not None else None


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """`P3DT4H`, `-PT5M`, `P1Y2M`, or None."""
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        return None
    sign = -1 if found[1] else 1
    years, months, days, hours, minutes, seconds = (int(found[i] or 0) for i in range(2, 8))
    if found[2] or found[3]:
        if any(found[i] for i in range(4, 9)):
            return None
        return YearsMonths(sign * (years * 12 + months))
    micro = int((found[8] or "0").ljust(6, "0")[:6])
    try:
        return sign * timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micro
        )
    except OverflowError:
        return None


def add_months(day: Any, months: int) -> Any:
    """A date or moment `months` later; the day is clamped to the month's end."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise FeelError("the date is out of range")
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def add_duration(moment: Any, duration: timedelta | YearsMonths, times: int = 1) -> Any:
    """`moment` (date or datetime) + `times` × `duration`."""
    try:
        if isinstance(duration, YearsMonths):
            return add_months(moment, duration.months * times)
        if isinstance(moment, datetime):
            return moment + duration * times
        whole = datetime.combine(moment, time()) + duration * times
        return whole.date()
    except OverflowError as error:
        raise FeelError("the date is out of range") from error


def seconds_of(value: timedelta) -> Decimal:
    """A duration in seconds, exactly."""
    micro = (value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds
    return NUMBERS.divide(Decimal(micro), Decimal(1_000_000))


def of_seconds(seconds: Decimal | int) -> timedelta:
    """A duration of so many seconds, to the microsecond."""
    try:
        return timedelta(microseconds=int(NUMBERS.multiply(Decimal(seconds), Decimal(1_000_000))))
    except OverflowError as error:
        raise FeelError("the duration is out of range") from error


def member(value: Any, name: str) -> Any:
    """A property (`year`, `hour`, `time offset` …); None where there is none."""
    if isinstance(value, YearsMonths):
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        return {"years": sign * years, "months": sign * months}.get(name)
    if isinstance(value, timedelta):
        return _parts(value).get(name)
    if isinstance(value, Far):
        return _far_member(value, name)
    if name == "weekday" and isinstance(value, date):
        return value.isoweekday()
    if name in ("year", "month", "day") and isinstance(value, date):
        return getattr(value, name)
    if isinstance(value, time | datetime):
        return _clock_member(value, name)
    return None


def _clock_member(value: time | datetime, name: str) -> Any:
    if name in ("hour", "minute", "second"):
        whole = getattr(value, name)
        if name == "second" and value.microsecond:
            return Decimal(whole) + Decimal(value.microsecond).scaleb(-6)
        return whole
    if name == "time offset":
        return value.utcoffset()
    if name == "timezone":
        return getattr(value.tzinfo, "key", None)
    return None


def _far_member(value: Far, name: str) -> Any:
    found: dict[str, Any] = {}
    if value.days is not None:
        found |= zip(("year", "month", "day"), calendar_of(value), strict=True)
        found["weekday"] = (value.days - 1) % 7 + 1
    if value.nanos is not None:
        hour, minute, second, nanos = clock_of(value)
        exact = Decimal(second) + Decimal(nanos).scaleb(-9) if nanos else second
        zone = getattr(value.zone, "key", None)
        found |= {"hour": hour, "minute": minute, "second": exact, "timezone": zone}
        found["time offset"] = offset_of(value)
    return found.get(name)


def _parts(value: timedelta) -> dict[str, Any]:
    sign = -1 if value < timedelta(0) else 1
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    exact: int | Decimal = seconds
    if value.microseconds:
        exact = Decimal(seconds) + Decimal(value.microseconds).scaleb(-6)
    return {
        "days": sign * value.days,
        "hours": sign * hours,
        "minutes": sign * minutes,
        "seconds": sign * exact,
    }


def _zone(text: str | None) -> tuple[tzinfo | None, bool]:
    """The zone of a time's ending, and whether there is such a one."""
    if text is None:
        return None, True
    if text in ("Z", "z"):
        return UTC, True
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:]), True
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None, False
    sign = -1 if text[0] == "-" else 1
    hours, minutes, *more = (int(part) for part in text[1:].split(":"))
    offset = sign * timedelta(hours=hours, minutes=minutes, seconds=more[0] if more else 0)
    if abs(offset) > timedelta(hours=18) or minutes > 59:
        return None, False
    return timezone(offset) if offset else UTC, True


def offset(value: Any) -> Any:
    """A zone of a duration, for `time(h, m, s, offset)`."""
    if value is None:
        return None
    if isinstance(value, timedelta):
        return timezone(value)
    raise FeelError("an offset is a duration")


def exact_second(value: Any) -> tuple[int, int]:
    """Seconds and microseconds of a number."""
    if not is_number(value):
        raise FeelError("seconds are a number")
    whole = int(value)
    return whole, int((Decimal(value) - whole).scaleb(6))
