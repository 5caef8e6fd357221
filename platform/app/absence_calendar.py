"""Absences from an iCalendar file (RFC 5545): events that name a substitute.

An event counts when one of its categories, or a line of its description, is `substitute: <login>`;
all others are left alone. Whoever is absent is its organizer: the login is the address, or what
stands before the `@`. Days are days of the absent person; moments without a zone too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from icalendar import Calendar

from orderloom.platform.problem import Rejection

MOST_SIGNS: Final = 2_000_000
MOST_EVENTS: Final = 1_000
MARK: Final = "substitute:"
REPEATS: Final = ("RRULE", "RDATE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Absence:
    """As an event says it: `people` are the logins that the absent one may have, the likeliest
    first, none where no organizer stands; `until` is the last day, or the moment of the end."""

    people: tuple[str, ...]
    substitute: str
    since: str
    until: str


def is_calendar(text: str) -> bool:
    """Whether a file is an iCalendar file, by how it begins."""
    return text.lstrip("\ufeff \r\n\t")[:15].upper() == "BEGIN:VCALENDAR"


def absences(text: str) -> list[tuple[int, Absence | Rejection]] | Rejection:
    """The events that name a substitute, by their place in the file, from 1. What repeats is
    refused: a substitution has one beginning and one end."""
    if len(text) > MOST_SIGNS:
        message = f"a calendar has at most {MOST_SIGNS} signs"
        return Rejection("substitution.calendar", message, {"problem": message})
    try:
        events = list(Calendar.from_ical(text).walk("VEVENT"))
    except (ValueError, IndexError, KeyError, TypeError) as error:
        message = str(error)[:200]
        return Rejection("substitution.calendar", message, {"problem": message})
    if len(events) > MOST_EVENTS:
        message = f"a calendar has at most {MOST_EVENTS} events"
        return Rejection("substitution.calendar", message, {"problem": message})
    found: list[tuple[int, Absence | Rejection]] = []
    for number, event in enumerate(events, 1):
        substitute = next(_marked(event), None)
        if substitute is not None and str(event.get("STATUS", "")).upper() != "CANCELLED":
            found.append((number, _absence(event, substitute)))
    return found


def _absence(event: Any, substitute: str) -> Absence | Rejection:
    if any(event.get(name) is not None for name in REPEATS):
        return Rejection("substitution.repeats", "an event that repeats is not taken", path="from")
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    length = getattr(event.get("DURATION"), "dt", None)
    if start is None:
        message = "the event has no beginning that can be read"
        return Rejection("substitution.day", message, path="from")
    if end is None and isinstance(length, timedelta):
        end = start + length
    if not isinstance(start, datetime):
        # The end of days is the first day after; without one it is a single day.
        last = start if end is None else _day(end) - timedelta(days=1)
        return Absence(_people(event), substitute, start.isoformat(), last.isoformat())
    if not isinstance(end, datetime):
        return Rejection("substitution.day", "the event has no end that can be read", path="until")
    return Absence(_people(event), substitute, start.isoformat(), end.isoformat())


def _moment(event: Any, name: str) -> date | None:
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, date) else None


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _marked(event: Any) -> Iterator[str]:
    """What stands behind `substitute:` among categories and lines of the description."""
    categories = event.get("CATEGORIES") or ()
    listed = categories if isinstance(categories, list) else [categories]
    texts = [str(one) for each in listed for one in getattr(each, "cats", ())]
    texts += str(event.get("DESCRIPTION") or "").splitlines()
    for text in texts:
        mark, said = text.strip()[: len(MARK)], text.strip()[len(MARK) :].strip()
        if mark.lower() == MARK and said:
            yield said


def _people(event: Any) -> tuple[str, ...]:
    address = str(event.get("ORGANIZER") or "")
    plain = address[len("mailto:") :] if address.lower().startswith("mailto:") else address
    return tuple(dict.fromkeys(one for one in (plain, plain.partition("@")[0]) if one))
