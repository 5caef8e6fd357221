"""The SQL of courses: `CourseTables`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, text

from orderloom.platform.store.course_rows import CourseFilter, CourseRow
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.order_lists import batched, within
from orderloom.platform.store.plain_text import plain

_NAME: Final = "courses"
_COLUMNS: Final = (
    "order_id, organisation_id, process, version, number, seq, created, ended, outcome, failed,"
    " steps"
)
_READ: Final = text("SELECT cursor FROM audit_course_feed WHERE name = :name")
_BEGIN: Final = text(
    "INSERT INTO audit_course_feed (name, cursor) VALUES (:name, :cursor) ON CONFLICT DO NOTHING"
)
_MOVE: Final = text(
    "UPDATE audit_course_feed SET cursor = :after WHERE name = :name AND cursor = :before"
)
_SOME: Final = text(f"SELECT {_COLUMNS} FROM audit_course WHERE order_id IN :orders").bindparams(
    bindparam("orders", expanding=True)
)
_KEEP: Final = text(
    f"INSERT INTO audit_course ({_COLUMNS}) VALUES (:order, :organisation, :process, :version,"
    " :number, :seq, :created, :ended, :outcome, :failed, :steps) ON CONFLICT (order_id) DO UPDATE"
    " SET version = excluded.version, number = excluded.number, seq = excluded.seq,"
    " ended = excluded.ended, outcome = excluded.outcome, failed = excluded.failed,"
    " steps = excluded.steps"
)
_MINED: Final = text(
    "SELECT DISTINCT process, version FROM audit_course WHERE organisation_id = :organisation"
    " AND version > 0 ORDER BY process, version"
)
_AT_ONCE: Final = 1000
# As many names as a statement may have on SQLite.
_MOST_NAMES: Final = 500


class SqlCourses:
    """Fulfils `CourseTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def courses_read(self) -> FeedCursor:
        with self._database.reading() as connection:
            found = connection.execute(_READ, {"name": _NAME}).scalar()
        return FeedCursor() if found is None else FeedCursor.of(found)

    def some_courses(self, orders: Sequence[int]) -> Mapping[int, CourseRow]:
        found: dict[int, CourseRow] = {}
        with self._database.reading() as connection:
            for some in batched(orders, _MOST_NAMES):
                for row in connection.execute(_SOME, {"orders": list(some)}):
                    found[row[0]] = _row(row)
        return found

    def keep_courses(
        self, rows: Sequence[CourseRow], *, before: FeedCursor, after: FeedCursor
    ) -> bool:
        values = [
            {name: getattr(row, name) for name in CourseRow.__dataclass_fields__} for row in rows
        ]
        with self._database.writing() as connection:
            connection.execute(_BEGIN, {"name": _NAME, "cursor": str(FeedCursor())})
            moved = {"name": _NAME, "before": str(before), "after": str(after)}
            if not connection.execute(_MOVE, moved).rowcount:
                return False
            if values:
                connection.execute(_KEEP, values)
        return True

    def forget_courses(self) -> None:
        with self._database.writing() as connection:
            connection.execute(text("DELETE FROM audit_course"))
            connection.execute(text("DELETE FROM audit_course_feed"))

    def courses(
        self, organisation: int, chosen: CourseFilter, *, before: int | None = None
    ) -> Iterator[CourseRow]:
        sql, values = _statement(chosen)
        values |= {"organisation": organisation, "before": within(before)}
        with self._database.reading() as connection:
            found = connection.execute(text(sql), values, execution_options={"yield_per": _AT_ONCE})
            for part in found.partitions(_AT_ONCE):
                yield from map(_row, part)

    def mined(self, organisation: int) -> Sequence[tuple[str, int]]:
        with self._database.reading() as connection:
            rows = connection.execute(_MINED, {"organisation": organisation})
            return [(row[0], row[1]) for row in rows]


def _statement(chosen: CourseFilter) -> tuple[str, dict[str, Any]]:
    conditions = ["organisation_id = :organisation", "process = :process", "order_id < :before"]
    # A draft that never began went no way.
    conditions.append("version > 0")
    values: dict[str, Any] = {"process": plain(chosen.process)}
    for name, condition in (
        ("version", "version = :version"),
        ("since", "created >= :since"),
        ("until", "created < :until"),
    ):
        value = getattr(chosen, name)
        if value is not None:
            conditions.append(condition)
            values[name] = within(value)
    if chosen.outcome == "":
        conditions.append("ended IS NULL")
    elif chosen.outcome is not None:
        conditions.append("ended IS NOT NULL AND outcome = :outcome")
        values["outcome"] = plain(chosen.outcome)
    where = " AND ".join(conditions)
    return f"SELECT {_COLUMNS} FROM audit_course WHERE {where} ORDER BY order_id DESC", values


def _row(row: Any) -> CourseRow:
    return CourseRow(
        order=row[0],
        organisation=row[1],
        process=row[2],
        version=row[3],
        number=row[4],
        seq=row[5],
        created=row[6],
        ended=row[7],
        outcome=row[8],
        failed=bool(row[9]),
        steps=row[10],
    )
