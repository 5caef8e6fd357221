"""The SQL of notices: what people read in the pages, whatever mail does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from orderloom.platform.store.columns import moment, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.order_lists import batched, within

_OF: Final = "organisation_id = ? AND user_id = ?"
_PAGE: Final = (
    f"SELECT order_id, n, subject, body, at, read_at FROM notice WHERE {_OF}"
    " AND (at, order_id, n) < (?, ?, ?) ORDER BY at DESC, order_id DESC, n DESC LIMIT ?"
)
_UNREAD: Final = f"SELECT 1 FROM notice WHERE {_OF} AND read_at IS NULL LIMIT ?"
# When the last one came, and how many of the newest are not read.
_MARK: Final = (
    f"(SELECT COALESCE(MAX(at), '') FROM notice WHERE {_OF}),"
    f" (SELECT COUNT(*) FROM (SELECT 1 AS one FROM notice WHERE {_OF} AND read_at IS NULL"
    " LIMIT 100) AS unread)"
)
_TOGETHER: Final = 100
# Sorts after every instant.
_LAST: Final = "~"
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotice:
    """One message to one person. `read`: since when it is read."""

    order: int
    n: int
    subject: str
    body: str
    at: datetime
    read: datetime | None

    @property
    def place(self) -> Place:
        """Where a page goes on."""
        return stamp(self.at), self.order, self.n


class SqlNotices:
    """Each call is one short read or write. Safe to use from many threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader

    def page(
        self, organisation: int, user: str, *, before: Place | None, limit: int
    ) -> Sequence[KeptNotice]:
        """Newest first, those before a place."""
        at, order, n = before or (_LAST, within(None), within(None))
        rows = self._reader.rows(_PAGE, (organisation, user, at, within(order), within(n), limit))
        return [_notice(row) for row in rows]

    def unread(self, organisation: int, user: str, *, limit: int) -> int:
        """How many are not read, at most `limit`."""
        return len(self._reader.rows(_UNREAD, (organisation, user, limit)))

    def marks(self, people: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
        """A word for the state of each person's notices (organisation, user): another one when
        one came or was read."""
        found = {}
        for some in batched(sorted(people), _TOGETHER):
            sql = " UNION ALL ".join(f"SELECT {at}, {_MARK}" for at in range(len(some)))
            values = [value for each in some for value in (*each, *each)]
            for at, newest, unread in self._reader.rows(sql, values):
                found[some[at]] = f"{newest} {unread}"
        return found

    def read(
        self, organisation: int, user: str, *, at: datetime, one: tuple[int, int] | None = None
    ) -> None:
        """From now on the person's notices are read; `one`: only this (order, n)."""
        where = " AND order_id = :order AND n = :n" if one is not None else ""
        values: dict[str, Any] = {"organisation": organisation, "user": user, "at": stamp(at)}
        if one is not None:
            values |= {"order": within(one[0]), "n": within(one[1])}
        sql = (
            "UPDATE notice SET read_at = :at WHERE organisation_id = :organisation"
            f" AND user_id = :user AND read_at IS NULL{where}"
        )
        with self._database.writing() as connection:
            connection.execute(text(sql), values)


def _notice(row: Sequence[Any]) -> KeptNotice:
    return KeptNotice(
        order=row[0],
        n=row[1],
        subject=row[2],
        body=row[3],
        at=moment(row[4]),
        read=moment(row[5]) if row[5] else None,
    )
