"""Records of collections as a transaction reads and writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.collection_rows import RecordChange, RecordState, RecordWrite
from orderloom.platform.store.collections import word_rows
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.plain_text import bounded

# Keys that one query asks for.
MOST_KEYS: Final = 500
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(?, 1))"
_OF: Final = "organisation_id = ? AND collection = ? AND key IN ({marks})"
_ROWS: Final = f"SELECT key, version, body FROM collection_row WHERE {_OF}"
_LAST: Final = f"SELECT key, MAX(version) FROM collection_change WHERE {_OF} GROUP BY key"
_MERGED: Final = f"SELECT key, kept FROM collection_merge WHERE {_OF}"
_COLUMNS: Final = ("organisation_id", "collection", "key")
_ROW: Final = "organisation_id, collection, key, version, body"
_CHANGE: Final = "organisation_id, collection, key, version, at, by, way, after, more"
_THERE: Final = (
    " ON CONFLICT (organisation_id, collection, key)"
    " DO UPDATE SET version = excluded.version, body = excluded.body"
)
_LEADS: Final = " ON CONFLICT (organisation_id, collection, key) DO UPDATE SET kept = excluded.kept"


def states(
    cursor: Cursor, organisation: int, collection: str, keys: Collection[str]
) -> dict[str, RecordState]:
    """Every key with what is there. Of two who change one collection the second waits, and sees
    what the first did."""
    if not cursor.sqlite:
        cursor.rows(_LOCK, (f"orderloom records {organisation} {collection}",))
    # Ascending, as orders take them that move balances.
    lock = "" if cursor.sqlite else " ORDER BY key FOR NO KEY UPDATE"
    wanted = sorted(bounded(key) for key in keys)
    rows: dict[str, tuple[int, Any]] = {}
    last: dict[str, int] = {}
    merged: dict[str, str] = {}
    for start in range(0, len(wanted), MOST_KEYS):
        part = wanted[start : start + MOST_KEYS]
        marks = ", ".join("?" * len(part))
        known = (organisation, collection, *part)
        rows |= {
            row[0]: (row[1], loads(row[2]))
            for row in cursor.rows(_ROWS.format(marks=marks) + lock, known)
        }
        last |= {row[0]: row[1] for row in cursor.rows(_LAST.format(marks=marks), known)}
        merged |= {row[0]: row[1] for row in cursor.rows(_MERGED.format(marks=marks), known)}
    found = {}
    for key in keys:
        version, body = rows.get(bounded(key), (0, None))
        found[key] = RecordState(
            version=version,
            body=body,
            last=max(version, last.get(bounded(key), 0)),
            told=last.get(bounded(key), 0),
            merged_into=merged.get(bounded(key)),
        )
    return found


def write_records(cursor: Cursor, writes: Sequence[RecordWrite]) -> None:
    """Rows, words, history and where keys lead; of a key that comes again the last is the row."""
    changes = [*{_key(each.change): each.change for each in writes if not each.past}.values()]
    keys = [_key(each) for each in changes]
    cursor.delete("collection_word", _COLUMNS, keys)
    kept = [each for each in changes if each.after is not None]
    cursor.delete("collection_row", _COLUMNS, [_key(each) for each in changes if not each.after])
    cursor.insert(
        "collection_row",
        _ROW,
        [(*_key(each), each.version, dumps(each.after).decode()) for each in kept],
        _THERE,
    )
    words = [
        row
        for each in kept
        for row in word_rows(each.organisation, each.collection, each.key, each.after)
    ]
    cursor.insert("collection_word", "organisation_id, collection, word, key", words)
    cursor.insert("collection_change", _CHANGE, [_change(each.change) for each in writes])
    leads = [(*_key(each.change), each.merged_into) for each in writes if each.merged_into]
    cursor.insert("collection_merge", "organisation_id, collection, key, kept", leads, _LEADS)
    gone = [_key(each.change) for each in writes if each.unmerged]
    cursor.delete("collection_merge", _COLUMNS, gone)


def _key(change: RecordChange) -> tuple[int, str, str]:
    return (change.organisation, change.collection, bounded(change.key))


def _change(change: RecordChange) -> tuple[Any, ...]:
    return (
        *_key(change),
        change.version,
        stamp(change.at),
        change.by,
        change.way,
        None if change.after is None else dumps(change.after).decode(),
        change.more,
    )
