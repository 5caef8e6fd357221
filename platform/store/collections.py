"""Rows of collections: price lists, customers, exchange rates. Found by key or by their words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, text

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.collection_rows import Place, Record, RecordChange, Rows
from orderloom.platform.store.columns import moment
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.search_words import record_words, wanted_words

# Sorts after every sign that may follow.
_LAST: Final = "\U0010ffff"
# As long as a key is merged into one that was merged itself.
MOST_STEPS: Final = 16
_OF: Final = "organisation_id = ? AND collection = ?"
_ROW: Final = f"SELECT body FROM collection_row WHERE {_OF} AND key = ?"
_KEPT: Final = f"SELECT kept FROM collection_merge WHERE {_OF} AND key = ?"
_MERGES: Final = f"SELECT key, kept FROM collection_merge WHERE {_OF} ORDER BY key"
_RECORD: Final = f"SELECT key, version, body FROM collection_row WHERE {_OF} AND key = ?"
_HISTORY: Final = (
    "SELECT organisation_id, collection, key, version, at, by, way, after, more"
    f" FROM collection_change WHERE {_OF} AND key = ? AND version < ?"
    " ORDER BY version DESC LIMIT ?"
)
_NEWEST: Final = 2**62
_BY_KEY: Final = (
    f"SELECT key, version, body FROM collection_row WHERE {_OF} AND key > ? ORDER BY key LIMIT ?"
)
_THAT: Final = "organisation_id = w.organisation_id AND collection = w.collection AND key = w.key"
# A record is found by the first of its words that fits, so it comes once.
_BY_WORD: Final = (
    "SELECT w.key, r.version, r.body, w.word FROM collection_word w"
    " JOIN collection_row r ON r.organisation_id = w.organisation_id"
    " AND r.collection = w.collection AND r.key = w.key"
    " WHERE w.organisation_id = ? AND w.collection = ? AND w.word >= ? AND w.word < ?"
    " AND (w.word > ? OR (w.word = ? AND w.key > ?))"
    f" AND NOT EXISTS (SELECT 1 FROM collection_word WHERE {_THAT} AND word >= ? AND word < w.word)"
)
_AND_WORD: Final = (
    f" AND EXISTS (SELECT 1 FROM collection_word WHERE {_THAT} AND word >= ? AND word < ?)"
)


class SqlCollections:
    """Each call is one short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, organisation: int, collection: str, rows: Rows) -> None:
        """All the rows of the collection, by key, as data of a demo or a scenario are brought: no
        history is made. People's changes are written with their audit entry instead."""
        known = {"organisation": organisation, "collection": collection}
        with self._database.writing() as connection:
            only_one(connection, "collection", organisation, collection)
            for table in ("collection_row", "collection_word", "collection_merge"):
                connection.execute(
                    text(
                        f"DELETE FROM {table} WHERE organisation_id = :organisation"
                        " AND collection = :collection"
                    ),
                    known,
                )
            if rows:
                _insert(connection, organisation, collection, rows)
            _level(connection, organisation, collection, rows)

    def row(self, organisation: int, collection: str, key: str) -> dict[str, Any] | None:
        """The row of that key, or of the one it was merged into."""
        rows = self._database.reader.rows
        for _ in range(MOST_STEPS):
            wanted = (organisation, collection, bounded(key))
            found = rows(_ROW, wanted)
            if found:
                body: dict[str, Any] = loads(found[0][0])
                return body
            merged = rows(_KEPT, wanted)
            if not merged:
                return None
            key = merged[0][0]
        return None

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

    def record(self, organisation: int, collection: str, key: str) -> Record | None:
        """The record of exactly that key."""
        found = self._database.reader.rows(_RECORD, (organisation, collection, bounded(key)))
        return _record(found[0], (found[0][0],)) if found else None

    def leads_to(self, organisation: int, collection: str, key: str) -> str | None:
        """The key that this one was merged into."""
        found = self._database.reader.rows(_KEPT, (organisation, collection, bounded(key)))
        return found[0][0] if found else None

    def merges(self, organisation: int, collection: str) -> dict[str, str]:
        """Every key that was merged, with the one it was merged into."""
        return dict(self._database.reader.rows(_MERGES, (organisation, collection)))

    def history(
        self, organisation: int, collection: str, key: str, *, before: int | None, limit: int
    ) -> list[RecordChange]:
        """What happened to a record, the last first. `before`: only older versions."""
        known = (organisation, collection, bounded(key), before or _NEWEST, limit)
        return [_change(row) for row in self._database.reader.rows(_HISTORY, known)]

    def search(
        self, organisation: int, collection: str, text: str, after: Place | None, limit: int
    ) -> list[Record]:
        """Records that have a word beginning so for each word of the text, without regard to case
        and accents, by the word that was found; of an empty text all, by key. `after`: the `place`
        of the last one that is known."""
        words = wanted_words(text)
        reader = self._database.reader
        if not words:
            last = after[-1] if after else ""
            found = reader.rows(_BY_KEY, (organisation, collection, last, limit))
            return [_record(row, (row[0],)) for row in found]
        first, *others = words
        word, key = after if after is not None and len(after) == 2 else ("", "")
        sql = _BY_WORD + _AND_WORD * len(others) + " ORDER BY w.word, w.key LIMIT ?"
        known: list[Any] = [organisation, collection, first, first + _LAST, word, word, key, first]
        for each in others:
            known += [each, each + _LAST]
        return [_record(row, (row[3], row[0])) for row in reader.rows(sql, (*known, limit))]


def _level(connection: Connection, organisation: int, collection: str, rows: Rows) -> None:
    """Balances are what the new rows say. What is reserved stays: less than that is refused by
    the table."""
    known = {"organisation": organisation, "collection": collection}
    found = connection.execute(
        text(
            "SELECT key, field FROM balance_level WHERE organisation_id = :organisation"
            " AND collection = :collection"
        ),
        known,
    ).all()
    for key, field in found:
        amount = rows.get(key, {}).get(field)
        exact = Decimal(amount) if isinstance(amount, int | Decimal) else Decimal(0)
        connection.execute(
            text(
                "UPDATE balance_level SET on_hand = :amount WHERE organisation_id = :organisation"
                " AND collection = :collection AND key = :key AND field = :field"
            ),
            {
                **known,
                "key": key,
                "field": field,
                "amount": f"{exact:f}" if connection.dialect.name == "sqlite" else exact,
            },
        )


def word_rows(organisation: int, collection: str, key: str, body: Any) -> list[tuple[Any, ...]]:
    """The rows of a record in `collection_word`."""
    found = record_words(key, body)
    return [(organisation, collection, word, bounded(key)) for word in found]


def _record(row: Sequence[Any], place: tuple[str, ...]) -> Record:
    return Record(key=row[0], version=row[1], body=loads(row[2]), place=place)


def _change(row: Sequence[Any]) -> RecordChange:
    return RecordChange(
        organisation=row[0],
        collection=row[1],
        key=row[2],
        version=row[3],
        at=moment(row[4]),
        by=row[5],
        way=row[6],
        after=None if row[7] is None else loads(row[7]),
        more=row[8],
    )


def _insert(connection: Connection, organisation: int, collection: str, rows: Rows) -> None:
    known = {"organisation": organisation, "collection": collection}
    connection.execute(
        text(
            "INSERT INTO collection_row (organisation_id, collection, key, version, body)"
            " VALUES (:organisation, :collection, :key, 1, :body)"
        ),
        [{**known, "key": bounded(key), "body": dumps(row).decode()} for key, row in rows.items()],
    )
    words = [
        {**known, "word": word, "key": bounded(key)}
        for key, row in rows.items()
        for word in record_words(key, row)
    ]
    if words:
        connection.execute(
            text(
                "INSERT INTO collection_word (organisation_id, collection, word, key)"
                " VALUES (:organisation, :collection, :word, :key)"
            ),
            words,
        )
