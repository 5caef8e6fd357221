"""The SQL of substitutions: `SubstitutionTables` over plain statements, each a read of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, text

from orderloom.platform.store.columns import moment, moment_or_none, stamp
from orderloom.platform.store.database import Database
from orderloom.platform.store.plain_text import plain
from orderloom.platform.store.substitution_rows import Substitution

COLUMNS: Final = (
    "id, organisation_id, person, substitute, starts, ends, set_by, set_at, ended, ended_by"
)
_ABSENT: Final = text(
    "SELECT person FROM substitution WHERE organisation_id = :organisation"
    " AND substitute = :substitute AND ends > :now AND starts <= :now AND ended IS NULL ORDER BY id"
)
_ALL: Final = f"SELECT {COLUMNS} FROM substitution WHERE organisation_id = :organisation"  # noqa: S608
_BY_ID: Final = text(f"{_ALL} AND id = :id")
_LAST_FIRST: Final = " ORDER BY starts DESC, id DESC LIMIT :limit"
_EVERYBODYS: Final = text(_ALL + _LAST_FIRST)
_OF_SOME: Final = text(
    f"{_ALL} AND (person IN :users OR substitute IN :users){_LAST_FIRST}"
).bindparams(bindparam("users", expanding=True))


class SqlSubstitutions:
    """Fulfils `SubstitutionTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def absent(self, organisation: int, substitute: str, now: datetime) -> Sequence[str]:
        rows = self._rows(
            _ABSENT, organisation=organisation, substitute=plain(substitute), now=stamp(now)
        )
        return [row[0] for row in rows]

    def of(
        self, organisation: int, users: Sequence[str] | None, *, limit: int
    ) -> Sequence[Substitution]:
        if users is None:
            rows = self._rows(_EVERYBODYS, organisation=organisation, limit=limit)
        else:
            known = [plain(user) for user in users]
            rows = self._rows(_OF_SOME, organisation=organisation, users=known, limit=limit)
        return [substitution(row) for row in rows]

    def by_id(self, organisation: int, id: int) -> Substitution | None:
        rows = self._rows(_BY_ID, organisation=organisation, id=id)
        return substitution(rows[0]) if rows else None

    def _rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        with self._database.reading() as connection:
            return connection.execute(statement, values).all()


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
