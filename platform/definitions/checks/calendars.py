"""Calendars: working days, hours that are hours, holidays that are known (language 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import holidays

from orderloom.platform.definitions.calendar import Hours, compile_hours
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import listed, members
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding


@checks
def calendars(context: Context) -> Iterator[Finding]:
    """A calendar has working days, hours that are hours, holidays of a country that is known."""
    for document in context.of_kind("calendar"):
        yield from _hours(document)
        yield from _twice(document)
        for path, name in _names(document.value.get("holidays")):
            if not _has_holidays(name):
                yield document.finding(path, "calendar.holidays", name=name)


def _hours(document: Document) -> Iterator[Finding]:
    working = False
    for key in ("hours", "special"):
        for path, _, day in members(document.value.get(key), (key,)):
            spans = [(place, text, _span(text)) for place, text in listed(day, path)]
            working = working or (key == "hours" and bool(spans))
            for place, text, span in spans:
                if not span:
                    yield document.finding(place, "calendar.hours", hours=text)
            yield from _overlaps(document, [one for one in spans if one[2]])
    if not working:
        yield document.finding(("hours",), "calendar.no_days")


def _overlaps(document: Document, spans: list[tuple[Path, Any, Hours]]) -> Iterator[Finding]:
    """Spans that begin before an earlier one of the day has ended."""
    before: tuple[Path, Any, Hours] | None = None
    for one in sorted(spans, key=lambda each: each[2]):
        if before is not None and one[2][0][0] < before[2][0][1]:
            yield document.finding(one[0], "calendar.overlap", hours=one[1], other=before[1])
        if before is None or one[2][0][1] > before[2][0][1]:
            before = one


def _span(text: Any) -> Hours:
    try:
        return compile_hours([text]) if isinstance(text, str) else ()
    except ValueError:
        return ()


def _twice(document: Document) -> Iterator[Finding]:
    """A day off that has hours: one of the two is a mistake."""
    special = {day for _, day, _ in members(document.value.get("special"), ())}
    for path, day in listed(document.value.get("closed"), ("closed",)):
        if day in special:
            yield document.finding(path, "calendar.twice", day=day)


def _names(value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield ("holidays",), value
        return
    for path, name in listed(value, ("holidays",)):
        if isinstance(name, str):
            yield path, name


def _has_holidays(name: str) -> bool:
    country, _, part = name.partition("-")
    supported = holidays.list_supported_countries()
    if country not in supported:
        return False
    return not part or part in supported[country]
