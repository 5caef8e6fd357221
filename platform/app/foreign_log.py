"""Logs of other systems: cases with activities and times, from JSON or XES (IEEE 1849-2016).

JSON is a list of `{case, attrs, events: [{activity, time, resource}]}`. Of XES only what is
complete counts: `lifecycle:transition` missing or `complete`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree as SafeXml
from defusedxml.common import DefusedXmlException

from orderloom.platform.codec import CodecError, loads_strict
from orderloom.platform.problem import Refused, Rejection

LIMIT_BYTES: Final = 500_000_000
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
        raise _refused(file, f"{file.name} has more than {LIMIT_BYTES} bytes.")
    try:
        if file.suffix.lower() == ".xes":
            yield from _of_xes(file)
        else:
            yield from _of_json(file)
    except (CodecError, ParseError, DefusedXmlException, KeyError, TypeError, ValueError) as error:
        raise _refused(file, f"{file.name} is no log: {error}") from error


def _of_json(file: Path) -> Iterator[LoggedCase]:
    cases = loads_strict(file.read_bytes(), limit_bytes=LIMIT_BYTES)
    if not isinstance(cases, list):
        raise TypeError("not a list of cases")
    for case in cases:
        events = [
            LoggedEvent(str(each["activity"]), _moment(each["time"]), str(each.get("resource")))
            for each in case["events"]
        ]
        yield _case(str(case["case"]), events, case.get("attrs") or {})


def _of_xes(file: Path) -> Iterator[LoggedCase]:
    """Trace by trace; what was read is let go."""
    with file.open("rb") as source:
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


def _refused(file: Path, message: str) -> Refused:
    return Refused(Rejection("conformance.file", message, {"file": file.name}))
