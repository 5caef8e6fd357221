"""Logs of other systems: cases with activities and times, from JSON or XES (IEEE 1849-2016).

JSON is a list of `{case, attrs, events: [{activity, time, resource}]}`. Of XES only what is
complete counts: `lifecycle:transition` missing or `complete`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree as SafeXml
from defusedxml.common import DefusedXmlException

from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.problem import Refused, Rejection


class NoCasesError(ValueError):
    """What was read is no list of cases."""


LIMIT_BYTES: Final = 500_000_000
# Of a log that is sent, and answered while somebody waits.
MOST_EVENTS: Final = 20_000
_UNREADABLE: Final = (CodecError, ParseError, DefusedXmlException, NoCasesError)
_BROKEN: Final = (*_UNREADABLE, AttributeError, KeyError, TypeError, ValueError)
_NAME, _AT, _WHO = "concept:name", "time:timestamp", "org:resource"
_HOW: Final = "lifecycle:transition"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """`at`: aware; without an offset it was taken as UTC."""

    activity: str
    at: datetime
    resource: str = ""


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """Events by time, those of one instant as they stood."""

    id: str
    events: tuple[LoggedEvent, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


def foreign_log(file: Path) -> Iterator[LoggedCase]:
    """The cases of a log. Raises `Refused` with `conformance.file`, `OSError`."""
    if file.stat().st_size > LIMIT_BYTES:
        raise _refused(file.name, f"{file.name} has more than {LIMIT_BYTES} bytes.")
    try:
        if file.suffix.lower() == ".xes":
            with file.open("rb") as source:
                yield from _of_xes(source)
        else:
            yield from _of_json(file.read_bytes())
    except _BROKEN as error:
        raise _refused(file.name, f"{file.name} is no log: {error}") from error


def sent_log(content: bytes) -> Iterator[LoggedCase]:
    """The cases of a log that somebody sent, XES if it begins like XML. Raises `Refused` with
    `conformance.file`, `conformance.case` (which one cannot be read, from 1), `conformance.large`.
    """
    read, events = 0, 0
    made = _of_xes(BytesIO(content)) if content.lstrip()[:1] == b"<" else _of_json(content)
    try:
        for case in made:
            read, events = read + 1, events + len(case.events)
            if events > MOST_EVENTS:
                message = f"the log has more than {MOST_EVENTS} events"
                raise Refused(Rejection("conformance.large", message, {"most": MOST_EVENTS}))
            yield case
    except _BROKEN as error:
        if read == 0 and isinstance(error, _UNREADABLE):
            raise _refused("–", f"this is no log: {error}") from error
        message = f"case {read + 1} cannot be read: {error}"
        raise Refused(Rejection("conformance.case", message, {"case": read + 1})) from error


def _of_json(content: bytes) -> Iterator[LoggedCase]:
    cases = loads_strict(content, limit_bytes=LIMIT_BYTES)
    if not isinstance(cases, list):
        raise NoCasesError("not a list of cases")
    for case in cases:
        events = [
            LoggedEvent(str(each["activity"]), _moment(each["time"]), str(each.get("resource")))
            for each in case["events"]
        ]
        yield _case(str(case["case"]), events, case.get("attrs") or {})


def _of_xes(source: BinaryIO) -> Iterator[LoggedCase]:
    """Trace by trace; what was read is let go."""
    for _, element in SafeXml.iterparse(source, events=("end",)):
        if _local(element.tag) == "trace":
            yield _trace(element)
            element.clear()


def _trace(element: Any) -> LoggedCase:
    own = {each.get("key"): each.get("value") for each in element if _local(each.tag) != "event"}
    events = []
    for each in element:
        if _local(each.tag) != "event":
            continue
        told = {one.get("key"): one.get("value") for one in each}
        if told.get(_HOW, "complete").lower() == "complete":
            events.append(LoggedEvent(told[_NAME], _moment(told[_AT]), told.get(_WHO) or ""))
    return _case(str(own.get(_NAME)), events, own)


def _case(id_: str, events: list[LoggedEvent], attributes: Mapping[str, Any]) -> LoggedCase:
    return LoggedCase(id_, tuple(sorted(events, key=lambda each: each.at)), attributes)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _refused(name: str, message: str) -> Refused:
    return Refused(Rejection("conformance.file", message, {"file": name}))
