"""Rows of collections: price lists, customers, exchange rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.plain_text import bounded


class SqlCollections:
    """Each call is one short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(
        self, organisation: int, collection: str, rows: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """All the rows of the collection, by key."""
        known = {"organisation": organisation, "collection": collection}
        with self._database.writing() as connection:
            only_one(connection, "collection", organisation, collection)
            connection.execute(
                text(
                    "DELETE FROM collection_row WHERE organisation_id = :organisation"
                    " AND collection = :collection"
                ),
                known,
            )
            if rows:
                connection.execute(
                    text(
                        "INSERT INTO collection_row (organisation_id, collection, key, body)"
                        " VALUES (:organisation, :collection, :key, :body)"
                    ),
                    [
                        {**known, "key": bounded(key), "body": dumps(row).decode()}
                        for key, row in rows.items()
                    ],
                )

    def row(self, organisation: int, collection: str, key: str) -> dict[str, Any] | None:
        """The row of that key."""
        with self._database.reading() as connection:
            found = connection.execute(
                text(
                    "SELECT body FROM collection_row WHERE organisation_id = :organisation"
                    " AND collection = :collection AND key = :key"
                ),
                {"organisation": organisation, "collection": collection, "key": bounded(key)},
            ).scalar()
        return None if found is None else loads(found)

    def rows(self, organisation: int, collection: str) -> list[dict[str, Any]]:
        """All the rows, by key."""
        with self._database.reading() as connection:
            found = connection.execute(
                text(
                    "SELECT body FROM collection_row WHERE organisation_id = :organisation"
                    " AND collection = :collection ORDER BY key"
                ),
                {"organisation": organisation, "collection": collection},
            )
            return [loads(body) for body in found.scalars()]
