"""The process map: what the orders of a process really did, for those who may read the audit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from time import monotonic
from typing import Any, Final
from zoneinfo import ZoneInfo

from orderloom.platform.app.accounts import Accounts
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.mining import Course, Shape, instant, micro, visits
from orderloom.platform.app.mining_behind import WORDS, behind
from orderloom.platform.app.mining_feed import BATCH, Courses, course_of
from orderloom.platform.app.mining_figures import Figures, Working, figures, times, variant_of
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.pictures import Pictures
from orderloom.platform.app.process_map_lines import Titles, lines_of, said_of
from orderloom.platform.app.process_map_models import (
    Behind,
    Choices,
    CourseLine,
    MapQuery,
    MapView,
)
from orderloom.platform.app.process_map_picture import drawn
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.released import Released
from orderloom.platform.app.result_words import titles_of
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.course_rows import CourseFilter, CourseTables
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.words import Words

OPEN: Final = "open"
NAMED: Final = "~"
# What a page takes in by itself of entries that are new; the worker does the rest.
AT_ONCE: Final = 2 * BATCH
KEPT: Final = 8
# What took longer than this (s) is kept for so many times as long.
LONG: Final = 1
SPARED: Final = 10


@dataclass(frozen=True, slots=True)
class _Kept:
    """Figures, how far the feed was read for them, and until when they may be older than that."""

    figures: Figures
    mark: str
    until: float


class ProcessMaps:
    """Figures of many orders, and the orders behind each."""

    def __init__(
        self,
        courses: Courses,
        tables: CourseTables,
        definitions: DefinitionTables,
        registry: Registry,
        accounts: Accounts,
        pictures: Pictures,
    ) -> None:
        self.courses = courses
        self._tables = tables
        self._definitions = definitions
        self._registry = registry
        self._accounts = accounts
        self._pictures = pictures
        # The same orders give the same figures: pages ask alike.
        self._kept: OrderedDict[tuple[int, MapQuery, str], _Kept] = OrderedDict()
        self._lock = Lock()

    def view(self, actor: Actor, asked: MapQuery) -> MapView | Rejection | None:
        """The map and its tables; None where no order of any process is known yet."""
        refused = needs(actor, "audit.read")
        if refused is not None:
            return refused
        more = self.courses.catch_up(most=AT_ONCE) >= AT_ONCE
        mined = self._tables.mined(actor.organisation)
        if not mined:
            return None
        asked = _with_process(asked, mined)
        versions = tuple(sorted({n for id_, n in mined if id_ == asked.process and n}))
        if not any(id_ == asked.process for id_, _ in mined):
            params = {"kind": "process", "reference": asked.process}
            message = f"There is no process {asked.process}."
            return Rejection("definition.not_found", message, params)
        found = self.figures(actor.organisation, asked, actor.zone)
        words = Words(actor.language)
        version = asked.version or max(versions, default=0)
        titles = self._titles(actor.organisation, asked.process, version, words)
        titles.people.update(
            self._accounts.names({by for _, by in found.people}, actor.organisation)
        )
        graph = self._pictures.graph(actor.organisation, asked.process, version or None, words)
        released = self._released()
        lines = lines_of(found, released.shape(asked.process, version), titles)
        return MapView(
            query=asked,
            choices=Choices(
                processes=self._processes(actor.organisation, mined, words),
                versions=versions,
                outcomes=tuple(sorted(self._outcomes(actor.organisation, asked, found))),
                working=released.calendar(asked.process, version) is not None,
            ),
            title=titles.process,
            version=version,
            figures=found,
            whole=times(found.whole),
            picture="" if graph is None else drawn(graph, found, words),
            edges=lines.edges,
            stages=lines.stages,
            variants=lines.variants,
            more_variants=lines.more_variants,
            people=lines.people,
            rework=lines.rework,
            deviations=lines.deviations,
            behind=more,
        )

    def orders(
        self, actor: Actor, asked: MapQuery, of: Sequence[str], *, cursor: str | None, limit: int
    ) -> Behind | Rejection:
        """The orders behind a figure, the newest first. `of`: as `MapLine.of` has it."""
        refused = needs(actor, "audit.read")
        if refused is not None:
            return refused
        before = read_cursor(cursor, int)
        if isinstance(before, Rejection):
            return before
        if not of or len(of) - 1 != WORDS.get(of[0], -1):
            return Rejection("query.unknown_filter", "There is no such figure.", {"name": "of"})
        words = Words(actor.language)
        shape_of = self._shapes(asked.process)
        found: list[Course] = []
        chosen = _filter(asked, actor.zone)
        start = before[0] if before else None
        for course in self._read(actor.organisation, chosen, before=start):
            if behind(course, shape_of(course.version), of):
                found.append(course)
                if len(found) > limit:
                    break
        version = asked.version or max((course.version for course in found), default=0)
        titles = self._titles(actor.organisation, asked.process, version, words)
        if of[0] == "person":
            titles.people.update(self._accounts.names([of[2]], actor.organisation))
        shown = found[:limit]
        return Behind(
            title=titles.process,
            said=said_of(of, titles, words),
            items=tuple(_line(each, shape_of(each.version), titles) for each in shown),
            next=write_cursor((shown[-1].order,)) if len(found) > limit else None,
        )

    def figures(self, organisation: int, asked: MapQuery, zone: str) -> Figures:
        """All figures of the orders that are asked for, kept as long as nothing is new; and where
        it takes long to count so many orders, for a while longer."""
        key, mark = (organisation, asked, zone), str(self._tables.courses_read())
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and (kept.mark == mark or monotonic() < kept.until):
            return kept.figures
        began = monotonic()
        found = self._counted(organisation, asked, zone)
        took = monotonic() - began
        until = monotonic() + (took * SPARED if took > LONG else 0)
        with self._lock:
            self._kept[key] = _Kept(found, mark, until)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _counted(self, organisation: int, asked: MapQuery, zone: str) -> Figures:
        working = None
        if asked.working:
            mined = self._tables.mined(organisation)
            newest = max((n for id_, n in mined if id_ == asked.process), default=0)
            working = self._working(asked.process, asked.version or newest)
        return figures(
            self._read(organisation, _filter(asked, zone)),
            self._shapes(asked.process),
            working=working,
        )

    def _read(
        self, organisation: int, chosen: CourseFilter, *, before: int | None = None
    ) -> Iterator[Course]:
        return map(course_of, self._tables.courses(organisation, chosen, before=before))

    def _released(self) -> Released:
        return Released(self._definitions, self._registry)

    def _shapes(self, process: str) -> Any:
        """The shape of a version; where nobody knows it, that of the newest."""
        released, known = self._released(), dict[int, Shape]()

        def shape(version: int) -> Shape:
            if version not in known:
                known[version] = released.shape(process, version)
            return known[version]

        return shape

    def _working(self, process: str, version: int) -> Working | None:
        calendar = self._released().calendar(process, version)
        if calendar is None:
            return None
        return lambda start, end: (
            calendar.between(instant(start), instant(end)) // timedelta(microseconds=1)
        )

    def _titles(self, organisation: int, process: str, version: int, words: Words) -> Titles:
        released = self._released()
        release = released.release(process, version)
        if release is None:
            return Titles(process)
        steps = (step for policy in release.approvals.values() for step in policy.steps)
        tasks: Mapping[str, Any] = {
            **titles_of(release),
            **{step.id: step.title for step in steps if step.title},
        }
        stages = {id_: each.title for id_, each in release.process.stages.items()}
        return Titles(
            words.choose(release.process.title) or process,
            {id_: said for id_, title in stages.items() if (said := words.choose(title))},
            {id_: said for id_, title in tasks.items() if (said := words.choose(title))},
        )

    def _processes(
        self, organisation: int, mined: Sequence[tuple[str, int]], words: Words
    ) -> tuple[tuple[str, str], ...]:
        newest: dict[str, int] = {}
        for id_, version in mined:
            newest[id_] = max(version, newest.get(id_, 0))
        titled = (
            (id_, self._titles(organisation, id_, version, words).process)
            for id_, version in newest.items()
        )
        return tuple(sorted(titled, key=lambda each: each[1].casefold()))

    def _outcomes(self, organisation: int, asked: MapQuery, found: Figures) -> set[str]:
        chosen = asked.outcome.removeprefix(NAMED) if asked.outcome.startswith(NAMED) else ""
        return {each for each in (*found.outcomes, chosen) if each}


def _with_process(asked: MapQuery, mined: Sequence[tuple[str, int]]) -> MapQuery:
    """The first process where none is named."""
    if asked.process:
        return asked
    return MapQuery(
        process=mined[0][0],
        since=asked.since,
        until=asked.until,
        outcome=asked.outcome,
        working=asked.working,
    )


def _filter(asked: MapQuery, zone: str) -> CourseFilter:
    until = None if asked.until is None else asked.until + timedelta(days=1)
    outcome = None
    if asked.outcome == OPEN:
        outcome = ""
    elif asked.outcome.startswith(NAMED):
        outcome = asked.outcome.removeprefix(NAMED)
    return CourseFilter(
        process=asked.process,
        version=asked.version,
        since=_beginning(asked.since, zone),
        until=_beginning(until, zone),
        outcome=outcome,
    )


def _beginning(day: date | None, zone: str) -> int | None:
    if day is None:
        return None
    return micro(datetime.combine(day, time(), ZoneInfo(zone)).isoformat())


def _line(course: Course, shape: Shape, titles: Titles) -> CourseLine:
    return CourseLine(
        number=course.number,
        created=course.created,
        ended=course.ended,
        outcome=course.outcome,
        failed=course.failed,
        length=None if course.ended is None else course.ended - course.created,
        stages=tuple(titles.of(each) for each in variant_of(visits(course, shape), shape.inner)),
    )
