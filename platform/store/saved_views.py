"""The SQL of saved views: `SavedViewTables`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.plain_text import plain
from orderloom.platform.store.saved_view_rows import SavedView
from orderloom.platform.store.search_words import folded

_OF: Final = (
    'SELECT id, page, name, query, "first" FROM saved_view'
    " WHERE organisation_id = ? AND user_id = ? AND page = ? ORDER BY folded"
)
_THOSE: Final = "organisation_id = :organisation AND user_id = :user"
_NAMES: Final = f"SELECT id, folded FROM saved_view WHERE {_THOSE} AND page = :page"
_NONE_FIRST: Final = (
    f'UPDATE saved_view SET "first" = :no WHERE {_THOSE} AND page = :page AND id <> :id'
)
_KEEP: Final = (
    'INSERT INTO saved_view (organisation_id, user_id, id, page, name, folded, query, "first")'
    " VALUES (:organisation, :user, :id, :page, :name, :folded, :query, :first)"
    " ON CONFLICT (organisation_id, user_id, id) DO UPDATE SET name = excluded.name,"
    ' folded = excluded.folded, query = excluded.query, "first" = excluded."first"'
)
_FORGET: Final = f"DELETE FROM saved_view WHERE {_THOSE} AND id = :id"


class SqlSavedViews:
    """Fulfils `SavedViewTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader

    def of(self, organisation: int, user: str, page: str) -> Sequence[SavedView]:
        rows = self._reader.rows(_OF, (organisation, plain(user), plain(page)))
        return [_view(row) for row in rows]

    def keep(self, organisation: int, user: str, view: SavedView, *, most: int) -> str | None:
        values = {
            "organisation": organisation,
            "user": plain(user),
            "id": view.id,
            "page": view.page,
            "name": view.name,
            "folded": folded(plain(view.name)),
            "query": dumps(dict(view.query)).decode(),
            "first": view.first,
            "no": False,
        }
        with self._database.writing() as connection:
            only_one(connection, "views", organisation, user)
            others = [
                row[1] for row in connection.execute(text(_NAMES), values) if row[0] != view.id
            ]
            if values["folded"] in others:
                return "taken"
            if len(others) >= most:
                return "many"
            if view.first:
                connection.execute(text(_NONE_FIRST), values)
            connection.execute(text(_KEEP), values)
        return None

    def forget(self, organisation: int, user: str, id: str) -> None:
        values = {"organisation": organisation, "user": plain(user), "id": plain(id)}
        with self._database.writing() as connection:
            connection.execute(text(_FORGET), values)


def _view(row: Sequence[Any]) -> SavedView:
    return SavedView(id=row[0], page=row[1], name=row[2], query=loads(row[3]), first=bool(row[4]))
