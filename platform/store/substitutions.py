"""The SQL of substitutions: `SubstitutionTables` over plain statements, each a read of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.plain_text import plain
from orderloom.platform.store.substitution_rows import Substitution

COLUMNS: Final = (
    "id, organisation_id, person, substitute, starts, ends, set_by, set_at, ended, ended_by"
)
_ABSENT: Final = (
    "SELECT person FROM substitution WHERE organisation_id = ? AND substitute = ? AND ends > ?"
    " AND starts <= ? AND ended IS NULL ORDER BY id"
)
_ALL: Final = f"SELECT {COLUMNS} FROM substitution WHERE organisation_id = ?"
_LAST_FIRST: Final = " ORDER BY starts DESC, id DESC LIMIT ?"


class SqlSubstitutions:
    """Fulfils `SubstitutionTables`."""

    def __init__(self, database: Database) -> None:
        self._reader = database.reader

    def absent(self, organisation: int, substitute: str, now: datetime) -> Sequence[str]:
        at = stamp(now)
        rows = self._reader.rows(_ABSENT, (organisation, plain(substitute), at, at))
        return [row[0] for row in rows]

    def of(
        self, organisation: int, users: Sequence[str] | None, *, limit: int
    ) -> Sequence[Substitution]:
        if users is None:
            return self._found(_ALL + _LAST_FIRST, organisation, limit)
        known = [plain(user) for user in users]
        if not known:
            return []
        marks = ", ".join("?" * len(known))
        some = f"{_ALL} AND (person IN ({marks}) OR substitute IN ({marks})){_LAST_FIRST}"
        return self._found(some, organisation, *known, *known, limit)

    def by_id(self, organisation: int, id: int) -> Substitution | None:
        found = self._found(f"{_ALL} AND id = ?", organisation, id)
        return found[0] if found else None

    def _found(self, sql: str, *values: Any) -> list[Substitution]:
        return [substitution(row) for row in self._reader.rows(sql, values)]


def substitution(row: Sequence[Any]) -> Substitution:
    """A row of `COLUMNS`."""
    return Substitution(
        id=row[0],
        organisation=row[1],
        person=row[2],
        substitute=row[3],
        starts=moment(row[4]),
        ends=moment(row[5]),
        set_by=row[6],
        set_at=moment(row[7]),
        ended=moment_or_none(row[8]),
        ended_by=row[9],
    )


def row_of(one: Substitution) -> tuple[Any, ...]:
    """The inverse of `substitution`."""
    return (
        one.id,
        one.organisation,
        one.person,
        one.substitute,
        stamp(one.starts),
        stamp(one.ends),
        one.set_by,
        stamp(one.set_at),
        stamp(one.ended) if one.ended is not None else None,
        one.ended_by,
    )
