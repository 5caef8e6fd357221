"""Instants and durations of the language: ISO 8601 (`P3D`, `P1M`) and working time."""

from __future__ import annotations

from dataclasses import replace
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
        # At once: a day with shorter hours on the way must not move those after it.
        whole = replace(span.working, amount=span.working.amount * times)
        return _working(moment, whole, calendar)
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
    left = calendar.between(stopped, due)
    # What has no working time left is due as soon as it goes on.
    return calendar.run(now, left) if left else now


def _working(moment: datetime, span: WorkingTime, calendar: Calendar | None) -> datetime:
    if calendar is not None:
        return calendar.add(moment, span).astimezone(UTC)
    minutes = {"minutes": 1, "hours": 60, "days": 8 * 60}[span.unit]
    return moment.astimezone(UTC) + timedelta(minutes=span.amount * minutes)
