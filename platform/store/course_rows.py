"""Courses of orders as they are kept for process mining, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from orderloom.platform.record import named_record
from orderloom.platform.store.feed_rows import FeedCursor


@named_record
class CourseRow:
    """One order's. `seq`: its last entry that was taken in. `created`, `ended`: microseconds since
    1970. `steps`: JSON."""

    order: int
    organisation: int
    process: str
    version: int
    number: str
    seq: int
    created: int
    ended: int | None
    outcome: str
    failed: bool
    steps: str


@named_record
class CourseFilter:
    """`since`, `until`: orders created then or later, and before; microseconds since 1970.
    `outcome`: empty for those that go on; None: all."""

    process: str
    version: int | None = None
    since: int | None = None
    until: int | None = None
    outcome: str | None = None


class CourseTables(Protocol):
    """The SQL of courses (`store.courses`): made of the feed, and made again at will."""

    def courses_read(self) -> FeedCursor:
        """How far the feed was read."""

    def some_courses(self, orders: Sequence[int]) -> Mapping[int, CourseRow]:
        """Those of these orders, by order."""

    def keep_courses(
        self, rows: Sequence[CourseRow], *, before: FeedCursor, after: FeedCursor
    ) -> bool:
        """Writes the rows and moves the cursor, both or neither; False, and nothing is changed,
        where somebody else has moved it meanwhile."""

    def forget_courses(self) -> None:
        """As if nothing had been read yet."""

    def courses(
        self, organisation: int, chosen: CourseFilter, *, before: int | None = None
    ) -> Iterator[CourseRow]:
        """By descending order, those below `before`, without drafts that never began; read as they
        are asked for."""

    def mined(self, organisation: int) -> Sequence[tuple[str, int]]:
        """Processes and versions that have courses."""
