"""Which activity of a foreign log is what in a process of ours.

Without a mapping an activity is the event that has this id or title. A mapping is YAML: `start`
(the activity that makes the order), `data` (field of the order → attribute of the case) and
`activities`: activity → id of an event, `task:<id>`, `approve:<step>`, `reject:<step>`,
`return:<step>`, or `ignore`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orderloom.platform.codec import CodecError, load_yaml
from orderloom.platform.definitions.model import Release
from orderloom.platform.problem import Refused, Rejection

IGNORE: Final = "ignore"
VERDICTS: Final = ("approve", "reject", "return")
# Where a bundle keeps mappings of logs, by the log's name.
FOLDER: Final = "data"


@dataclass(frozen=True, slots=True)
class LogMapping:
    """`start` None: the first activity of a case that is nothing else."""

    start: str | None
    data: Mapping[str, str]
    activities: Mapping[str, str]


def mapping_for(log: Path, bundle: Path, given: Path | None, release: Release) -> LogMapping:
    """The mapping that is given, else the bundle's own for a log of this name, else by ids and
    titles. Raises `Refused` with `conformance.map`, `OSError`."""
    beside = bundle / FOLDER / f"{log.stem}.yaml"
    file = given or (beside if beside.is_file() else None)
    if file is None:
        return mapping_of(b"", "", release)
    return mapping_of(file.read_bytes(), file.name, release)


def mapping_of(content: bytes, file: str, release: Release) -> LogMapping:
    """The mapping of a text (YAML), without one by ids and titles. Raises `Refused` with
    `conformance.map`."""
    named = _by_titles(release)
    fields = {name: name for name in release.form.root.properties}
    if not content.strip():
        return LogMapping(None, fields, named)
    try:
        value = load_yaml(content.decode("utf-8"), file=file).value
    except (CodecError, UnicodeDecodeError) as error:
        raise _refused(file, str(error)) from error
    if not isinstance(value, Mapping) or not set(value) <= {"start", "data", "activities"}:
        raise _refused(file, "it has start, data and activities, and nothing else")
    if not all(isinstance(value.get(each) or {}, Mapping) for each in ("data", "activities")):
        raise _refused(file, "data and activities are tables")
    activities = {str(name): str(what) for name, what in (value.get("activities") or {}).items()}
    _check(file, activities, release)
    start = value.get("start")
    data: Mapping[str, Any] = value.get("data") or fields
    return LogMapping(
        None if start is None else str(start),
        {str(name): str(each) for name, each in data.items()},
        {**named, **activities},
    )


def _by_titles(release: Release) -> dict[str, str]:
    found: dict[str, str] = {}
    for id_, event in release.process.events.items():
        titles = event.title.values() if isinstance(event.title, Mapping) else (event.title,)
        found |= {str(title): id_ for title in titles if title}
    return {**found, **{id_: id_ for id_ in release.process.events}}


def _check(file: str, activities: Mapping[str, str], release: Release) -> None:
    for activity, what in activities.items():
        kind, colon, _ = what.partition(":")
        known = kind in (*VERDICTS, "task") if colon else what in release.process.events
        if not known and what != IGNORE:
            raise _refused(file, f"{activity}: there is no event {what} in the process")


def _refused(file: str, message: str) -> Refused:
    params = {"file": file, "problem": message}
    return Refused(Rejection("conformance.map", f"{file}: {message}", params))
