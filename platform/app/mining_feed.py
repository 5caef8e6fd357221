"""Keeps the courses of orders up to date, after the commit, from the one feed; rebuilt at will."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from orderloom.platform.app.mining import TYPES, Course, micro, steps_of
from orderloom.platform.app.registry import Registry
from orderloom.platform.app.released import Released
from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.course_rows import CourseRow, CourseTables
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.store.feed_rows import FeedEntry, FeedTables

BATCH: Final = 1_000
# Where somebody else was faster, or a window of the feed has ended, it is read again.
TRIES: Final = 3
Progress = Callable[[int], None]


class Courses:
    """Any number may run against one database: what was taken in before is known by its number."""

    def __init__(
        self,
        feed: Callable[[], FeedTables],
        tables: CourseTables,
        definitions: DefinitionTables,
        registry: Registry,
    ) -> None:
        self._feed = feed
        self._tables = tables
        self._definitions = definitions
        self._registry = registry

    def run_once(self, limit: int = BATCH) -> int:
        """Takes in what is new, a batch at most; how many entries it was. Raises `StoreError`."""
        for _ in range(TRIES):
            cursor = self._tables.courses_read()
            entries, after = self._feed().feed(cursor, limit=limit, types=TYPES)
            if not entries:
                if after == cursor:
                    break
                self._tables.keep_courses([], before=cursor, after=after)
                if not cursor.high:
                    break
                continue
            if self._tables.keep_courses(self._taken_in(entries), before=cursor, after=after):
                return len(entries)
        return 0

    def catch_up(self, progress: Progress = lambda done: None, *, most: int | None = None) -> int:
        """Takes in all that is there, or about `most` entries; how many it was."""
        done = 0
        while (most is None or done < most) and (read := self.run_once(BATCH * 4)):
            done += read
            progress(done)
        return done

    def rebuild(self, progress: Progress = lambda done: None) -> int:
        """Makes all courses again from the first entry on; how many entries it was."""
        self._tables.forget_courses()
        return self.catch_up(progress)

    def _taken_in(self, entries: Sequence[FeedEntry]) -> list[CourseRow]:
        by_order: dict[int, list[FeedEntry]] = {}
        for entry in entries:
            by_order.setdefault(entry.stream, []).append(entry)
        known = self._tables.some_courses(list(by_order))
        released: Released | None = None
        rows = []
        for order, own in by_order.items():
            row = known.get(order)
            if row is None:
                if own[0].type != "order.created":
                    # What belongs to no order.
                    continue
                row = _begun(own[0])
            if any(each.facts.get("release") for each in own):
                released = released or Released(self._definitions, self._registry)
                row = _numbered(row, own, released)
            rows.append(_gone_on(row, own))
        return rows


def course_of(row: CourseRow) -> Course:
    """A row as mining reads it."""
    return Course(
        order=row.order,
        number=row.number,
        process=row.process,
        version=row.version,
        created=row.created,
        ended=row.ended,
        outcome=row.outcome,
        failed=row.failed,
        steps=loads(row.steps),
    )


def _begun(entry: FeedEntry) -> CourseRow:
    facts = entry.facts
    return CourseRow(
        order=entry.stream,
        organisation=entry.organisation,
        process=str(facts.get("process")),
        version=0,
        number=str(facts.get("number") or f"~{entry.stream}"),
        seq=0,
        created=micro(entry.at),
        ended=None,
        outcome="",
        failed=False,
        steps="[]",
    )


def _numbered(row: CourseRow, entries: Sequence[FeedEntry], released: Released) -> CourseRow:
    digest = next(str(each.facts["release"]) for each in entries if each.facts.get("release"))
    return replace(row, version=released.number(row.process, digest))


def _gone_on(row: CourseRow, entries: Sequence[FeedEntry]) -> CourseRow:
    steps: list[Any] = loads(row.steps)
    changed: dict[str, Any] = {}
    for entry in entries:
        if entry.seq <= row.seq:
            continue
        facts = entry.facts
        if entry.type == "order.started":
            changed["number"] = str(facts.get("number") or row.number)
        elif entry.type in ("order.ended", "order.discarded"):
            outcome = facts.get("outcome") if entry.type == "order.ended" else "discarded"
            changed |= {"ended": micro(entry.at), "outcome": str(outcome or "")}
            changed["failed"] = bool(facts.get("failed")) or entry.type == "order.discarded"
        steps += steps_of(entry.type, facts, micro(entry.at))
    seq = max(row.seq, entries[-1].seq)
    return replace(row, seq=seq, steps=dumps(steps).decode(), **changed)
