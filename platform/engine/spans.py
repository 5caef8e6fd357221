"""Instants and durations of the language: ISO 8601 (`P3D`, `P1M`) and working time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from orderloom.platform.definitions.model import Calendar, Span, WorkingTime
from orderloom.rules import YearsMonths, add_duration


def add_span(
    moment: datetime, span: Span, times: int, zone: ZoneInfo, calendar: Calendar | None
) -> datetime:
    """`moment` + `times` × `span`, in UTC.

    Days and months are counted on the wall clock of `zone` (a day may have 23 hours), hours on the
    time line. Working time needs the bundle's calendar; without one it is taken as elapsed time
    (a day has 8 hours).
    """
    if span.working is not None:
        return _working(moment, span.working, times, calendar)
    days, seconds = divmod(span.seconds * times, 86400)
    local = moment.astimezone(zone)
    if span.months:
        local = add_duration(local.replace(tzinfo=None), YearsMonths(span.months), times).replace(
            tzinfo=zone
        )
    if days:
        local = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
    return local.astimezone(UTC) + timedelta(seconds=seconds)


def resumed(due: datetime, stopped: datetime, now: datetime, calendar: Calendar | None) -> datetime:
    """When something is due that was due at `due` and stood still from `stopped` until `now`: as
    much later by the clock, or, by a `calendar`, with as much working time left as it had."""
    if calendar is None or due <= stopped:
        return due + (now - stopped)
    left = _working_minutes(stopped, due, calendar)
    rest = due - _minutes_after(stopped, left, calendar)
    # A moment outside working hours has no part of a minute left.
    part = rest if rest < timedelta(minutes=1) else timedelta(0)
    return _minutes_after(now, left, calendar) + part


def _working_minutes(start: datetime, end: datetime, calendar: Calendar) -> int:
    """The whole minutes of working time between two instants."""
    low, high = 0, int((end - start) / timedelta(minutes=1))
    while low < high:
        middle = (low + high + 1) // 2
        if _minutes_after(start, middle, calendar) <= end:
            low = middle
        else:
            high = middle - 1
    return low


def _minutes_after(moment: datetime, minutes: int, calendar: Calendar) -> datetime:
    return calendar.add(moment, WorkingTime(minutes, "minutes")) if minutes else moment


def _working(
    moment: datetime, span: WorkingTime, times: int, calendar: Calendar | None
) -> datetime:
    if calendar is not None:
        for _ in range(times):
            moment = calendar.add(moment, span)
        return moment.astimezone(UTC)
    minutes = {"minutes": 1, "hours": 60, "days": 8 * 60}[span.unit]
    return moment.astimezone(UTC) + timedelta(minutes=span.amount * minutes * times)
