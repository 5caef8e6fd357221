"""Courses: kept with how far the feed was read, chosen by process, version, time and outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from orderloom.platform.store import Store
from orderloom.platform.store.course_rows import CourseFilter, CourseRow
from orderloom.platform.store.feed_rows import FeedCursor

ONE, TWO = FeedCursor(after=1), FeedCursor(after=2)
FIRST = CourseRow(
    order=5,
    organisation=1,
    process="job",
    version=1,
    number="JB-5",
    seq=3,
    created=100,
    ended=None,
    outcome="",
    failed=False,
    steps='[[1,"s",[],["a"]]]',
)
ROWS = (
    FIRST,
    replace(FIRST, order=6, created=200, version=2, ended=300, outcome="done"),
    replace(FIRST, order=7, created=300, version=2, ended=400, outcome="no", failed=True),
    # A draft that never began, another process, another organisation.
    replace(FIRST, order=8, version=0),
    replace(FIRST, order=9, process="other"),
    replace(FIRST, order=10, organisation=2),
)


def chosen(store: Store, *, before: int | None = None, **asked: Any) -> list[int]:
    wanted = replace(CourseFilter(process="job"), **asked)
    return [row.order for row in store.courses.courses(1, wanted, before=before)]


def test_rows_and_cursor_are_kept_together(store: Store) -> None:
    courses = store.courses
    assert courses.courses_read() == FeedCursor()
    assert courses.keep_courses([FIRST], before=FeedCursor(), after=ONE)
    assert not courses.keep_courses(ROWS, before=FeedCursor(), after=TWO)
    assert (courses.courses_read(), courses.some_courses([5, 6])) == (ONE, {5: FIRST})
    longer = replace(FIRST, seq=4, ended=900, outcome="done", steps="[]")
    assert courses.keep_courses([longer], before=ONE, after=TWO)
    assert courses.some_courses([5]) == {5: longer}
    courses.forget_courses()
    assert (courses.courses_read(), courses.some_courses([5])) == (FeedCursor(), {})


def test_courses_are_chosen(store: Store) -> None:
    assert store.courses.keep_courses(ROWS, before=FeedCursor(), after=ONE)
    assert chosen(store) == [7, 6, 5]
    assert chosen(store, before=7) == [6, 5]
    assert chosen(store, version=2) == [7, 6]
    assert chosen(store, since=200) == [7, 6]
    assert chosen(store, until=200) == [5]
    assert chosen(store, outcome="") == [5]
    assert chosen(store, outcome="no") == [7]
    assert list(store.courses.courses(1, CourseFilter(process="job"))) == [
        ROWS[2],
        ROWS[1],
        ROWS[0],
    ]
    assert store.courses.mined(1) == [("job", 1), ("job", 2), ("other", 1)]
