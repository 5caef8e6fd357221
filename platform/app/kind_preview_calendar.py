"""A month of a calendar that is being changed, and when something would be due by it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_skeleton, get_day_names

from orderloom.platform.app.due_moments import due, duration_of, moment_of
from orderloom.platform.definitions.calendar import Hours, WorkingCalendar, compile_calendar
from orderloom.platform.problem import Refused
from orderloom.platform.words import Words

FIRST: Final = 1970
LAST: Final = 2200
# What the public holidays of a country may be told in.
LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("en_US", "en_GB", "en"),
    "pl": ("pl",),
    "sk": ("sk",),
}


def calendar_preview(
    value: Mapping[str, Any],
    given: Mapping[str, str],
    *,
    zone: ZoneInfo,
    now: datetime,
    words: Words,
) -> dict[str, Any]:
    """`given`: `month` (YYYY-MM), `moment` and `duration` of what is counted. Of a checked
    calendar."""
    calendar = compile_calendar(value, zone)
    local = now.astimezone(calendar.zone)
    first = _month(given.get("month", ""), local.date())
    days = [first + timedelta(days=n) for n in range(monthrange(first.year, first.month)[1])]
    told = [_day(calendar, value, day, local.date(), words) for day in days]
    working = [calendar.open_hours(day) for day in days]
    return {
        "zone": calendar.zone.key,
        "month": f"{first:%Y-%m}",
        "title": format_skeleton("yMMMM", first, locale=words.locale),
        "before": f"{_moved(first, -1):%Y-%m}",
        "after": f"{_moved(first, 1):%Y-%m}",
        "weekdays": _weekdays(words),
        "lead": first.weekday(),
        "days": told,
        "open": sum(1 for hours in working if hours),
        "hours": _shown(sum((_length(hours) for hours in working), timedelta())),
        **_due(calendar, given, local, words),
    }


def _day(
    calendar: WorkingCalendar, value: Mapping[str, Any], day: date, today: date, words: Words
) -> dict[str, Any]:
    hours = calendar.open_hours(day)
    holiday = _holiday(calendar.holidays, day, words.language)
    special = bool(calendar.special and day in calendar.special)
    return {
        "date": day.isoformat(),
        "name": words.date(day),
        "hours": [f"{_shown(start)}–{_shown(end)}" for start, end in hours],
        "holiday": holiday,
        "kind": "special"
        if special
        else "holiday"
        if holiday
        else "closed"
        if day in calendar.closed
        else "open"
        if hours
        else "free",
        "today": day == today,
    }


def _due(
    calendar: WorkingCalendar, given: Mapping[str, str], local: datetime, words: Words
) -> dict[str, Any]:
    """When `duration` after `moment` is, or why there is no such time."""
    moment = given.get("moment") or local.strftime("%Y-%m-%dT%H:%M")
    duration = given.get("duration", "").strip()
    found: dict[str, Any] = {"moment": moment, "duration": duration, "due": "", "why": ""}
    if not duration:
        return found
    try:
        start = moment_of(moment)
    except ValueError:
        return {**found, "why": words.text("kinds.no_moment")}
    try:
        span = duration_of(duration)
    except ValueError:
        return {**found, "why": words.text("kinds.no_duration")}
    try:
        at = due(calendar, start, span)
    except (Refused, OverflowError):
        return {**found, "why": words.text("kinds.too_far")}
    day = get_day_names("wide", locale=words.locale)[at.weekday()]
    text = f"{day}, {words.moment(at, calendar.zone.key)}"
    return {**found, "due": text, "instant": at.isoformat()}


def _month(text: str, today: date) -> date:
    """The first day of the month; of today's for what is none."""
    year, _, month = text.partition("-")
    if not (year.isascii() and year.isdigit() and month.isascii() and month.isdigit()):
        return today.replace(day=1)
    fits = len(year) == 4 and FIRST <= int(year) <= LAST and 1 <= int(month[:3]) <= 12
    return date(int(year), int(month), 1) if fits else today.replace(day=1)


def _moved(first: date, months: int) -> date:
    return (first + timedelta(days=31)).replace(day=1) if months > 0 else _before(first)


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _weekdays(words: Words) -> list[dict[str, str]]:
    wide, short = (get_day_names(width, locale=words.locale) for width in ("wide", "abbreviated"))
    return [{"name": wide[n], "short": short[n]} for n in range(7)]


def _holiday(names: tuple[str, ...], day: date, language: str) -> str:
    found = (_holidays(name, day.year, language).get(day) for name in names)
    return "; ".join(dict.fromkeys(each for each in found if each))


@lru_cache(maxsize=64)
def _holidays(name: str, year: int, language: str) -> Mapping[date, str]:
    """The public holidays of a country or its part, in the language as far as they have it."""
    country, _, part = name.partition("-")
    known = holidays.country_holidays(country, subdiv=part or None, years=year)
    spoken = [one for one in LANGUAGES.get(language, ()) if one in known.supported_languages]
    if not spoken:
        return dict(known)
    return dict(
        holidays.country_holidays(country, subdiv=part or None, years=year, language=spoken[0])
    )


def _length(hours: Hours) -> timedelta:
    return sum((end - start for start, end in hours), timedelta())


def _shown(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"
