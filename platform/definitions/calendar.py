"""Working time (language 8, `calendar`): hours by weekday, holidays, closed days, other hours.

Working hours are time that has passed while the calendar is open. A time of day stands for the
first instant of that day at which the clock of the zone shows it or a later one: hours that begin
while the clock is set forward begin once it is, and a time shown twice is its first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays

from orderloom.platform.definitions.model import WorkingTime

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS_AHEAD: Final = 10
_NOTHING: Final = timedelta(0)
_UNITS: Final = {"hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}

# Spans of one day as time since midnight by the clock on the wall, in order.
Hours = tuple[tuple[timedelta, timedelta], ...]


class NoTimeAhead(ValueError):
    """There is not so much working time in the ten years after a moment."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`hours`: seven days, Monday first. `holidays`: countries or their parts (`DE-BY`) whose days
    off are free. `closed`: further days off; `special`: days with hours of their own, whatever else
    they are."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    holidays: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()
    special: Mapping[date, Hours] | None = None

    def add(self, moment: datetime, span: WorkingTime) -> datetime:
        """The instant `span` of working time after `moment` (both aware; the result in UTC).

        Hours and minutes run while the calendar is open; what is used up as it closes ends then,
        not when it opens again. Days are counted to the same time of the n-th working day after,
        or, where that day is not open then, to its next opening, after which its closing; from a
        day off, to the closing. None at all: the moment itself, or the next opening. Raises
        `NoTimeAhead` beyond ten years.
        """
        if span.unit == "days" and span.amount:
            return self._days(moment, span.amount)
        return self.run(moment, span.amount * _UNITS.get(span.unit, _NOTHING))

    def run(self, moment: datetime, working: timedelta) -> datetime:
        """When `working` time of open hours has passed since `moment`."""
        left = working
        for opens, closes in self._spans(moment):
            begins = max(opens, moment)
            room = closes - begins
            if left <= room:
                return begins.astimezone(UTC) + left
            left -= room
        raise self._too_far(moment)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time between two instants; none where `end` is not after `start`."""
        total = _NOTHING
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), _NOTHING)
        return total

    def open_hours(self, day: date) -> Hours:
        """The hours of one day; none on a day off."""
        if self.special and day in self.special:
            return self.special[day]
        if day in self.closed or any(_is_holiday(name, day) for name in self.holidays):
            return ()
        return self.hours[day.weekday()]

    def _spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans in UTC that end at `moment` or later, in order, for ten years."""
        for day in self._days_from(moment.astimezone(self.zone).date()):
            for start, end in self.open_hours(day):
                closes = self._instant(day, end)
                if closes >= moment:
                    yield self._instant(day, start), closes

    def _days(self, moment: datetime, amount: int) -> datetime:
        local = moment.astimezone(self.zone)
        working = (day for day in self._days_from(local.date()) if self.open_hours(day))
        counts_itself = bool(self.open_hours(local.date()))
        found = next(islice(working, amount - 1 + counts_itself, None), None)
        if found is None:
            raise self._too_far(moment)
        hours = self.open_hours(found)
        shown = local.replace(tzinfo=None) - datetime.combine(local.date(), time())
        return self._instant(found, _moved(shown, hours) if counts_itself else hours[-1][1])

    def _days_from(self, day: date) -> Iterator[date]:
        for ahead in range(YEARS_AHEAD * 366):
            try:
                yield day + timedelta(days=ahead)
            except OverflowError:
                return

    def _instant(self, day: date, shown: timedelta) -> datetime:
        wall = datetime.combine(day, time()) + shown
        first = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if first.astimezone(self.zone).replace(tzinfo=None) == wall:
            return first
        return self._clock_change(wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC), first)

    def _clock_change(self, before: datetime, after: datetime) -> datetime:
        """The instant between the two at which the clock is set forward."""
        low, high = 0, int((after - before).total_seconds())
        old = before.astimezone(self.zone).utcoffset()
        while high - low > 1:
            middle = (low + high) // 2
            same = (before + timedelta(seconds=middle)).astimezone(self.zone).utcoffset() == old
            low, high = (middle, high) if same else (low, middle)
        return before + timedelta(seconds=high)

    def _too_far(self, moment: datetime) -> NoTimeAhead:
        return NoTimeAhead(
            f"the calendar has not so much working time in the {YEARS_AHEAD} years after"
            f" {moment.astimezone(self.zone).isoformat()}"
        )


def compile_calendar(document: Mapping[str, Any], zone: ZoneInfo) -> WorkingCalendar:
    """The calendar of a checked document; `zone` unless it has its own."""
    hours = document.get("hours") or {}
    own = document.get("zone")
    named = document.get("holidays") or ()
    closed = {date.fromisoformat(day) for day in document.get("closed") or ()}
    special = {
        date.fromisoformat(day): compile_hours(listed)
        for day, listed in (document.get("special") or {}).items()
    }
    return WorkingCalendar(
        zone=ZoneInfo(own) if own else zone,
        hours=tuple(compile_hours(hours.get(day)) for day in DAYS),
        holidays=(named,) if isinstance(named, str) else tuple(named),
        closed=frozenset(closed),
        special=special or None,
    )


def compile_hours(listed: Sequence[str] | None) -> Hours:
    """`["08:00-12:00", "12:30-24:00"]` in order. Raises `ValueError` for what is no span."""
    return tuple(sorted(_span(text) for text in listed or ()))


def _span(text: str) -> tuple[timedelta, timedelta]:
    start, _, end = text.partition("-")
    span = _since_midnight(start), _since_midnight(end)
    if span[0] >= span[1]:
        raise ValueError(f"{text} ends before it begins")
    return span


def _since_midnight(text: str) -> timedelta:
    if text == "24:00":
        return timedelta(days=1)
    at = time.fromisoformat(text)
    return timedelta(hours=at.hour, minutes=at.minute)


def _moved(shown: timedelta, hours: Hours) -> timedelta:
    """The time of day itself where it is open, else the next opening, else the closing."""
    for start, end in hours:
        if shown <= end:
            return max(shown, start)
    return hours[-1][1]


@lru_cache(maxsize=256)
def _country(name: str, year: int) -> Any:
    country, _, part = name.partition("-")
    return holidays.country_holidays(country, subdiv=part or None, years=year)


def _is_holiday(name: str, day: date) -> bool:
    return day in _country(name, day.year)
