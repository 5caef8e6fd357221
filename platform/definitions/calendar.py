"""Working time (language 8, `calendar`): hours by weekday, holidays, closed days, half days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

from orderloom.platform.definitions.model import WorkingTime

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A calendar that has no working day in so many days has none at all.
_LONGEST: Final = 400

Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`hours`: seven days, Monday first. `closed`: days off; `special`: days with other hours."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    holidays: str | None = None
    closed: frozenset[date] = frozenset()
    special: Mapping[date, Hours] | None = None

    def add(self, moment: datetime, span: WorkingTime) -> datetime:
        """The instant `span` of working time after `moment` (both aware).

        Days are counted to the same time of a later working day; hours and minutes run while the
        calendar is open. Raises `ValueError` when there is no working time ahead.
        """
        if span.unit == "days":
            return self._days(moment, span.amount)
        minutes = span.amount * (60 if span.unit == "hours" else 1)
        return self._elapsed(moment, timedelta(minutes=minutes))

    def open_hours(self, day: date) -> Hours:
        """The hours of one day; none on a holiday."""
        if self.special and day in self.special:
            return self.special[day]
        if day in self.closed or (self.holidays and _is_holiday(self.holidays, day)):
            return ()
        return self.hours[day.weekday()]

    def _days(self, moment: datetime, amount: int) -> datetime:
        local = moment.astimezone(self.zone)
        day = local.date()
        for _ in range(amount):
            day = self._next_open(day + timedelta(days=1))
        if not amount:
            day = self._next_open(day)
        moved = datetime.combine(day, local.time().replace(tzinfo=None), self.zone)
        return moved.astimezone(UTC)

    def _elapsed(self, moment: datetime, left: timedelta) -> datetime:
        local = moment.astimezone(self.zone)
        day, from_ = local.date(), local
        while True:
            day = self._next_open(day)
            for start, end in self.open_hours(day):
                opens = datetime.combine(day, start, self.zone)
                closes = datetime.combine(day, end, self.zone)
                begin = max(opens, from_)
                # On the time line: a day on which the clock is moved has as long as it has.
                room = closes.astimezone(UTC) - begin.astimezone(UTC)
                if room < timedelta(0):
                    continue
                if left <= room:
                    return begin.astimezone(UTC) + left
                left -= room
            day += timedelta(days=1)

    def _next_open(self, day: date) -> date:
        for ahead in range(_LONGEST):
            found = day + timedelta(days=ahead)
            if self.open_hours(found):
                return found
        raise ValueError("the calendar has no working days")


def compile_calendar(document: Mapping[str, Any], zone: ZoneInfo) -> WorkingCalendar:
    """The calendar of a checked document; `zone` unless it has its own."""
    hours = document.get("hours") or {}
    own = document.get("zone")
    closed = {date.fromisoformat(day) for day in document.get("closed") or ()}
    special = {
        date.fromisoformat(day): _hours(listed)
        for day, listed in (document.get("special") or {}).items()
    }
    return WorkingCalendar(
        zone=ZoneInfo(own) if own else zone,
        hours=tuple(_hours(hours.get(day)) for day in _DAYS),
        holidays=document.get("holidays"),
        closed=frozenset(closed),
        special=special or None,
    )


def _hours(listed: Sequence[str] | None) -> Hours:
    return tuple(sorted(_span(text) for text in listed or ()))


def _span(text: str) -> tuple[time, time]:
    start, _, end = text.partition("-")
    return time.fromisoformat(start), time.fromisoformat("23:59:59" if end == "24:00" else end)


@lru_cache(maxsize=256)
def _country(name: str, year: int) -> Any:
    country, _, part = name.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=year)


def _is_holiday(name: str, day: date) -> bool:
    return day in _country(name, day.year)
