"""Personal fields of a record of a collection, taken out of it and of its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.collections import word_rows
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.plain_text import bounded

_OF: Final = "organisation_id = ? AND collection = ? AND key = ?"
_KEYS: Final = (
    "SELECT key FROM collection_merge WHERE organisation_id = ? AND collection = ? AND kept = ?"
)


def clean_record(
    cursor: Cursor, organisation: int, collection: str, key: str, fields: Sequence[str]
) -> int:
    """How many rows, of the record or its history, had any of the fields (dotted)."""
    place = (organisation, collection)
    merged = [row[0] for row in cursor.rows(_KEYS, (*place, bounded(key)))]
    return sum(_clean(cursor, (*place, each), fields) for each in (bounded(key), *merged))


def _clean(cursor: Cursor, place: tuple[int, str, str], fields: Sequence[str]) -> int:
    found = 0
    for (text,) in cursor.rows(f"SELECT body FROM collection_row WHERE {_OF}", place):
        body = loads(text)
        after = without(body, fields)
        if after != body:
            found += 1
            sql = f"UPDATE collection_row SET body = ? WHERE {_OF}"
            cursor.run(sql, (dumps(after).decode(), *place))
            cursor.run(f"DELETE FROM collection_word WHERE {_OF}", place)
            words = word_rows(*place, after)
            cursor.insert("collection_word", "organisation_id, collection, word, key", words)
    sql = f"SELECT version, after FROM collection_change WHERE {_OF} AND after IS NOT NULL"
    for version, text in cursor.rows(sql, place):
        body = loads(text)
        after = without(body, fields)
        if after != body:
            found += 1
            sql = f"UPDATE collection_change SET after = ? WHERE {_OF} AND version = ?"
            cursor.run(sql, (dumps(after).decode(), *place, version))
    return found


def without(value: Any, fields: Sequence[str]) -> Any:
    """A record without these fields, in every row of lists."""
    for path in fields:
        value = _without(value, path.split("."))
    return value


def _without(value: Any, steps: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, steps) for each in value]
    if not isinstance(value, Mapping) or steps[0] not in value:
        return value
    first, *rest = steps
    if not rest:
        return {name: each for name, each in value.items() if name != first}
    return {**value, first: _without(value[first], rest)}
