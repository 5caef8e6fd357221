"""The SQL of layouts: `LayoutTables`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.database import Database
from orderloom.platform.store.layout_rows import Positions
from orderloom.platform.store.plain_text import plain

_OF: Final = "SELECT positions FROM layout WHERE organisation_id = ? AND kind = ? AND id = ?"
_KEEP: Final = (
    "INSERT INTO layout (organisation_id, kind, id, positions)"
    " VALUES (:organisation, :kind, :id, :positions)"
    " ON CONFLICT (organisation_id, kind, id) DO UPDATE SET positions = excluded.positions"
)
_FORGET: Final = (
    "DELETE FROM layout WHERE organisation_id = :organisation AND kind = :kind AND id = :id"
)


class SqlLayouts:
    """Fulfils `LayoutTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader

    def of(self, organisation: int, kind: str, id: str) -> Positions:
        rows = self._reader.rows(_OF, (organisation, plain(kind), plain(id)))
        found = loads(rows[0][0]) if rows else {}
        return {key: (x, y) for key, (x, y) in found.items()}

    def keep(self, organisation: int, kind: str, id: str, positions: Positions) -> None:
        values = {"organisation": organisation, "kind": plain(kind), "id": plain(id)}
        body = dumps({key: list(place) for key, place in positions.items()}).decode()
        with self._database.writing() as connection:
            if positions:
                connection.execute(text(_KEEP), {**values, "positions": body})
            else:
                connection.execute(text(_FORGET), values)
