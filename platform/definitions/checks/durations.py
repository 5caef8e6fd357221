"""Durations, moments and zones (language 2, 3.4, 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed, members
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.roles import steps_of
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.spans import parse_span

Spans = Iterator[tuple[Document, Path, Any]]


@checks
def working_time(context: Context) -> Iterator[Finding]:
    """Where working time is written, the bundle names the calendar that counts it."""
    if context.loose or "calendar" in context.meta:
        return
    used = [(document, path) for document, path, span in spans_of(context) if _is_working(span)]
    if used:
        document, path = used[0]
        line = document.line_of(path)
        yield context.meta_document.finding(
            ("calendar",), "calendar.missing", file=document.file, line=line
        )


def _is_working(span: Any) -> bool:
    try:
        return isinstance(span, str) and parse_span(span).working is not None
    except ValueError:
        return False


def spans_of(context: Context) -> Spans:
    """Every place where a duration is written."""
    for view in context.processes:
        document, value = view.document, view.document.value
        for path, _, event in members(value.get("events"), ("events",)):
            yield document, (*path, "keep"), body(event).get("keep")
        for stage in view.stages.values():
            if stage.own:
                yield from _of_timers(document, stage.body.get("after"), (*stage.path, "after"))
        for activity in view.activities:
            if activity.own:
                yield from _of_people(document, activity.body, activity.path)
                yield document, (*activity.path, "recheck"), activity.body.get("recheck")
        for action in view.actions:
            if action.own:
                path = (*action.path, "send", "in")
                yield document, path, body(action.body.get("send")).get("in")
    for document in context.of_kind("approval"):
        yield document, ("undo",), document.value.get("undo")
        yield from _of_people(document, document.value, ())
        for path, step in steps_of(document):
            yield from _of_people(document, step, path)
    for document in context.of_kind("connector"):
        for path, _, one in members(document.value.get("operations"), ("operations",)):
            yield document, (*path, "timeout"), body(one).get("timeout")
            yield document, (*path, "retry", "first"), body(body(one).get("retry")).get("first")
    for document in context.scenarios:
        for path, step in listed(document.value.get("steps"), ("steps",)):
            yield document, (*path, "pass"), body(step).get("pass")


def _of_timers(document: Document, after: Any, path: Path) -> Spans:
    if isinstance(after, Mapping):
        for place, span, _ in members(after, path):
            yield document, place, span
        return
    for place, timer in listed(after, path):
        yield document, (*place, "after"), body(timer).get("after")
        every = body(timer).get("every")
        if not (isinstance(every, str) and "FREQ=" in every):
            yield document, (*place, "every"), every


def _of_people(document: Document, one: Mapping[str, Any], path: Path) -> Spans:
    yield document, (*path, "due"), one.get("due")
    for place, span in listed(one.get("remind"), (*path, "remind")):
        yield document, place, span
    yield document, (*path, "escalate", "after"), body(one.get("escalate")).get("after")
    yield document, (*path, "expire", "after"), body(one.get("expire")).get("after")


@checks
def recurrences(context: Context) -> Iterator[Finding]:
    """`every: "FREQ=…"` is a rule of iCalendar."""
    for view in context.processes:
        for stage in view.stages.values():
            if not stage.own or isinstance(stage.body.get("after"), Mapping):
                continue
            for path, timer in listed(stage.body.get("after"), (*stage.path, "after")):
                every = body(timer).get("every")
                if isinstance(every, str) and "FREQ=" in every and not _recurs(every):
                    place = (*path, "every")
                    yield view.document.finding(place, "duration.rrule", value=every)


def _recurs(rule: str) -> bool:
    try:
        rrulestr(rule)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        return False
    return True


@checks
def zones(context: Context) -> Iterator[Finding]:
    """Time zones are of the IANA database."""
    documents = [context.meta_document, *context.of_kind("calendar")]
    for document in documents:
        zone = document.value.get("zone")
        if isinstance(zone, str) and not _is_zone(zone):
            yield document.finding(("zone",), "zone.unknown", name=zone)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
