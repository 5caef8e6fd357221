"""When something is due by a calendar of a file or bundle, without an order (language 8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orderloom.platform.app.bundles import open_bundle, refused_by
from orderloom.platform.codec import CodecError, load_yaml
from orderloom.platform.definitions import Bundle, Document, check, errors
from orderloom.platform.definitions.calendar import NoTimeAhead, WorkingCalendar, compile_calendar
from orderloom.platform.definitions.document import META_FILE
from orderloom.platform.definitions.model import Span
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine.spans import add_span
from orderloom.platform.problem import Refused, Rejection

_UTC: Final = "UTC"


def calendar_at(path: Path, id_: str | None = None) -> tuple[str, WorkingCalendar]:
    """Id and calendar of a file or bundle: the only one, the one that the bundle counts by, or the
    one named. Raises `Refused` where there is none such, or with what is wrong with it."""
    bundle = open_bundle(path)
    found = _chosen(bundle, id_ or _counted_by(bundle))
    if found in bundle.failed:
        raise Refused(refused_by(one for one in bundle.findings if one.file == found.file))
    # Alone: what stands around it may be as wrong as it likes.
    wrong = errors(check(Bundle(meta={}, documents=(found,))))
    if wrong:
        raise Refused(refused_by(wrong))
    return found.id, compile_calendar(found.value, _zone(bundle, path))


def moment_of(text: str) -> datetime:
    """A moment, with or without an offset. Raises `ValueError` where it is none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a moment such as 2026-10-23T16:00+02:00") from None


def duration_of(text: str) -> Span:
    """Working time or an ISO 8601 duration. Raises `ValueError` where it is neither."""
    return parse_span(text)


def due(calendar: WorkingCalendar, moment: datetime, span: Span) -> datetime:
    """`span` after `moment`, in the calendar's zone; a moment without an offset is of that zone.
    Raises `Refused` where there is not so much time ahead."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=calendar.zone)
    try:
        found = add_span(aware, span, 1, calendar.zone, calendar).astimezone(calendar.zone)
    except (NoTimeAhead, ValueError, OverflowError) as error:
        told = {"span": span.text, "moment": moment.isoformat()}
        message = f"{span.text} after {moment.isoformat()}: {error}."
        raise Refused(Rejection("calendar.too_far", message, told)) from error
    return found


def _chosen(bundle: Bundle, id_: str | None) -> Document:
    every = [one for one in (*bundle.documents, *bundle.failed) if one.kind == "calendar"]
    found = [one for one in every if id_ in (None, one.id)]
    if len(found) == 1:
        return found[0]
    if not every and bundle.findings:
        raise Refused(refused_by(bundle.findings))
    if not every:
        raise Refused(Rejection("calendar.none", "There is no calendar in it."))
    names = {"calendars": ", ".join(one.id for one in every)}
    message = f"Name one of the calendars: {names['calendars']}."
    raise Refused(Rejection("calendar.which", message, names, "id"))


def _counted_by(bundle: Bundle) -> str | None:
    named = bundle.meta.get("calendar")
    return named if isinstance(named, str) else None


def _zone(bundle: Bundle, path: Path) -> ZoneInfo:
    """The zone of the bundle that the file is of."""
    beside = path.parent / META_FILE
    meta: Any = bundle.meta
    if not meta and path.is_file() and beside.is_file():
        try:
            meta = load_yaml(beside.read_bytes()).value
        except CodecError:
            meta = None
    name = meta.get("zone") if isinstance(meta, Mapping) else None
    try:
        return ZoneInfo(name if isinstance(name, str) else _UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(_UTC)
