"""Temporal functions (DMN 1.5, 10.3.4.1, 10.3.4.6, 10.3.4.9)."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import Any

from orderloom.rules.arguments import text, whole
from orderloom.rules.error import FeelError
from orderloom.rules.far import Far, calendar_of, far, far_date, near
from orderloom.rules.temporal import (
    exact_second,
    joined,
    offset,
    parse_duration,
    read_date,
    read_moment,
    read_time,
)
from orderloom.rules.values import Function, YearsMonths, kind


def _needed(value: Any, what: str) -> Any:
    if value is None:
        raise FeelError(f"this is not a {what}")
    return value


def _date(value: Any, month: Any = None, day: Any = None) -> Any:
    if month is not None or day is not None:
        try:
            return near(far_date(whole(value), whole(month), whole(day)))
        except (ValueError, OverflowError) as error:
            raise FeelError("this is not a date") from error
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, Far) and value.days is not None:
        return near(Far(value.days, None))
    return _needed(read_date(text(value)), "date")


def _time(value: Any, minute: Any = None, second: Any = None, zone: Any = None) -> Any:
    if minute is not None:
        seconds, micro = exact_second(second)
        try:
            return time(whole(value), whole(minute), seconds, micro, offset(zone))
        except (ValueError, OverflowError) as error:
            raise FeelError("this is not a time") from error
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, time):
        return value
    if isinstance(value, date):
        return time(tzinfo=offset(timedelta(0)))
    if isinstance(value, Far) and value.nanos is not None:
        return near(Far(None, value.nanos, value.zone))
    return _needed(read_time(text(value)), "time")


def _date_and_time(value: Any, clock: Any = None) -> Any:
    if clock is not None:
        if kind(value) not in ("date", "date and time") or kind(clock) != "time":
            raise FeelError("a date and a time are needed")
        return joined(value, clock)
    if kind(value) == "date and time":
        return value
    given = text(value)
    found = read_moment(given)
    midnight = read_date(given)
    if found is None and midnight is not None:
        found = joined(midnight, time())
    return _needed(found, "date and time")


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta | YearsMonths):
        return value
    return _needed(parse_duration(text(value)), "duration")


def _years_and_months(start: Any, end: Any) -> Any:
    dated = ("date", "date and time")
    if kind(start) not in dated or kind(end) not in dated:
        raise FeelError("two dates are needed")
    sign = 1
    a, b = calendar_of(far(start)), calendar_of(far(end))
    if a > b:
        a, b, sign = b, a, -1
    months = (b[0] - a[0]) * 12 + b[1] - a[1] - (b[2] < a[2])
    return YearsMonths(sign * months)


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _named(names: list[str]) -> Any:
    def found(value: Any) -> str:
        if not isinstance(value, date):
            raise FeelError("a date is needed")
        return names[value.month - 1] if len(names) == 12 else names[value.weekday()]

    return found


def _of_date(part: Any) -> Any:
    def found(value: Any) -> Any:
        if not isinstance(value, date):
            raise FeelError("a date is needed")
        return part(value)

    return found


def _last_day(value: date) -> date:
    day = _day(value)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

TEMPORAL = (
    Function("date", ("from", "month", "day"), _date, optional=2, aliases={"year": "from"}),
    Function(
        "time", ("from", "minute", "second", "offset"), _time, optional=3, aliases={"hour": "from"}
    ),
    Function(
        "date and time", ("from", "time"), _date_and_time, optional=1, aliases={"date": "from"}
    ),
    Function("duration", ("from",), _duration),
    Function("years and months duration", ("from", "to"), _years_and_months),
    Function("day of week", ("date",), _named(_DAYS)),
    Function("month of year", ("date",), _named(_MONTHS)),
    Function("day of year", ("date",), _of_date(lambda d: d.timetuple().tm_yday)),
    Function("week of year", ("date",), _of_date(lambda d: d.isocalendar().week)),
    Function("last day of month", ("date",), _of_date(_last_day)),
)
