"""A log of another system before somebody at the desk: what a process of ours says to it. Nothing
of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orderloom.platform.app.foreign_log import LoggedCase, sent_log
from orderloom.platform.app.log_conformance import CaseReport, Deviation, LogReport, conformance_of
from orderloom.platform.app.log_conformance_words import Teller, most_frequent
from orderloom.platform.app.log_mapping import IGNORE, LogMapping, mapping_of
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.registry import Registry
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.definition_rows import DefinitionTables, ReleaseRow
from orderloom.platform.words import Words

PERMISSION: Final = "audit.read"
MOST_REASONS: Final = 50
MOST_CASES: Final = 50
MOST_NAMED: Final = 10
MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class ProcessChoice:
    """`versions` that orders were bound to, the newest first; beside them the one in force."""

    id: str
    title: str
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """`cases`: the first of those that it concerns, as (place among all, name); `more`: others."""

    activity: str
    why: str
    count: int
    cases: tuple[tuple[int, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class EventLine:
    """`why`: empty where it was accepted."""

    n: int
    activity: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that does not fit whole. `place`: which of the log, from 1; `more`: events that are
    not shown."""

    place: int
    report: CaseReport
    events: tuple[EventLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Conformance:
    """`more_reasons`, `more_cases`: what the page leaves out."""

    title: str
    report: LogReport
    reasons: tuple[Reason, ...]
    more_reasons: int
    cases: tuple[CaseLine, ...]
    more_cases: int


class ConformanceDesk:
    """For `audit.read`."""

    def __init__(
        self, tables: DefinitionTables, registry: Registry, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._registry = registry
        self._now = now

    def choices(self, actor: Actor) -> tuple[ProcessChoice, ...] | Rejection:
        """The processes that a log can be held against, by title."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        words, found = Words(actor.language), []
        for process in self._registry.processes(actor.organisation):
            release = self._release(actor, process, None)
            if isinstance(release, Rejection):
                continue
            versions = tuple(sorted(self._versions(actor.organisation, process), reverse=True))
            title = words.choose(release.process.title) or process
            found.append(ProcessChoice(process, title, versions))
        return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.id)))

    def hold(
        self, actor: Actor, content: bytes, *, process: str, version: int | None, mapping: bytes
    ) -> Conformance | Rejection:
        """The log held against a version of a process (None: the one in force). `mapping`: YAML,
        empty: activities are ids and titles of events."""
        refused = needs(actor, PERMISSION)
        if refused is not None:
            return refused
        release = self._release(actor, process, version)
        if isinstance(release, Rejection):
            return release
        try:
            chosen = mapping_of(mapping, "YAML", release)
            logged = list(sent_log(content))
        except Refused as problem:
            return problem.rejection
        words = Words(actor.language)
        report = conformance_of(logged, release, chosen)
        return _shown(logged, report, release, chosen, words)

    def _release(self, actor: Actor, process: str, version: int | None) -> Release | Rejection:
        try:
            if version is None:
                return self._registry.current(process, actor.organisation, self._now())
            row = self._versions(actor.organisation, process).get(version)
            if row is None:
                params = {"process": f"{process}@{version}"}
                return Rejection("process.unknown", f"there is no {process}@{version}", params)
            return self._registry.by_no(row.no)
        except Refused as problem:
            return problem.rejection

    def _versions(self, organisation: int, process: str) -> Mapping[int, ReleaseRow]:
        """Version → its newest release."""
        found: dict[int, ReleaseRow] = {}
        for row in self._tables.every_release():
            if (row.organisation, row.process) != (organisation, process):
                continue
            for kind, _, id_, number, _ in row.versions:
                newer = number not in found or found[number].no < row.no
                if (kind, id_) == ("process", process) and newer:
                    found[number] = row
        return found


def _shown(
    logged: list[LoggedCase],
    report: LogReport,
    release: Release,
    mapping: LogMapping,
    words: Words,
) -> Conformance:
    teller = Teller(release, words)
    misfits = [(place, one) for place, one in enumerate(report.cases, start=1) if one.refused]
    concerned = _concerned(misfits)
    frequent = most_frequent(report, most=None)
    reasons = [
        Reason(
            activity=key[0],
            why=teller.reason(report.samples[key]),
            count=count,
            cases=tuple(concerned[key][:MOST_NAMED]),
            more=max(0, len(concerned[key]) - MOST_NAMED),
        )
        for key, count in frequent[:MOST_REASONS]
    ]
    cases = [
        _case(place, one, logged[place - 1], mapping, teller) for place, one in misfits[:MOST_CASES]
    ]
    return Conformance(
        title=words.choose(release.process.title) or release.process.id,
        report=report,
        reasons=tuple(reasons),
        more_reasons=max(0, len(frequent) - MOST_REASONS),
        cases=tuple(cases),
        more_cases=max(0, len(misfits) - MOST_CASES),
    )


def _concerned(misfits: list[tuple[int, CaseReport]]) -> dict[Deviation, list[tuple[int, str]]]:
    """Reason → the cases that it was met in, each once."""
    found: dict[Deviation, dict[int, str]] = {}
    for place, one in misfits:
        for each in one.refused:
            key = (each.activity, each.rejection.code, each.stages)
            found.setdefault(key, {})[place] = one.case
    return {key: list(cases.items()) for key, cases in found.items()}


def _case(
    place: int, report: CaseReport, case: LoggedCase, mapping: LogMapping, teller: Teller
) -> CaseLine:
    lines = tuple(_lines(report, case, mapping, teller))
    return CaseLine(place, report, lines[:MOST_ROWS], max(0, len(lines) - MOST_ROWS))


def _lines(
    report: CaseReport, case: LoggedCase, mapping: LogMapping, teller: Teller
) -> Iterator[EventLine]:
    refused = {each.n: each for each in report.refused}
    taken = [one for one in case.events if mapping.activities.get(one.activity) != IGNORE]
    for n, event in enumerate(taken, start=1):
        why = teller.reason(refused[n]) if n in refused else ""
        yield EventLine(n, event.activity, event.at, why)
