"""What an erasure reads and removes inside the transaction of its entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from orderloom.platform.codec import dumps
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.encoding import from_base64
from orderloom.platform.store.erasure_rows import Erasure, Removal, Slot
from orderloom.platform.store.erasures import COLUMNS, row_of
from orderloom.platform.store.record_erasing import clean_record

# A shorter text stands by chance in what has nothing to do with it.
LEAST: Final = 6
_SLOT: Final = (
    "SELECT p.stream, p.seq, p.slot, p.path, p.person, p.salt, p.value, e.type"
    " FROM audit_entry e JOIN audit_personal p ON p.stream = e.stream AND p.seq = e.seq"
    " WHERE p.salt <> ''"
)
# What was refused about the order before it could stand in its own stream.
_BESIDE: Final = " AND e.stream IN (SELECT stream FROM audit_stream) AND e.subject = ?"
_FORGET: Final = (
    "UPDATE audit_personal SET salt = '', value = '', erased_at = ?"
    " WHERE stream = ? AND seq = ? AND slot = ?"
)
_NO_TRACE: Final = (
    "UPDATE audit_entry SET trace = NULL WHERE stream = ? AND seq = ? AND trace IS NOT NULL"
)
_THERE: Final = (
    " ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason,"
    " removed = excluded.removed, done_at = excluded.done_at"
)
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
_ORDERS_OWN: Final = (
    "DELETE FROM notice WHERE order_id = ?",
    "DELETE FROM idempotency WHERE stream = ?",
    "DELETE FROM inbox WHERE to_order = ?",
)
_MAIL: Final = (
    "UPDATE mail SET body = '{}', address = NULL, problem = NULL, due_at = NULL,"
    " state = CASE WHEN state IN ('waiting', 'held', 'failed') THEN 'dropped' ELSE state END"
    " WHERE order_id = ?"
)
_INBOUND: Final = (
    "UPDATE inbound_message SET body = '{}', headers = '{}', sender = NULL, problem = NULL"
    " WHERE order_id = ?"
)
# Tables in which values may have been copied by hand: their columns of text, and what becomes of
# such a row.
_COPIES: Final = (
    ("watch_hit", ("key",), ("organisation_id", "ruleset", "mark"), False),
    ("saved_view", ("query", "name", "folded"), ("organisation_id", "user_id", "id"), False),
    ("draft", ("body", "text"), ("organisation_id", "kind", "id"), True),
    ("bundle_meta", ("meta", "text", "scenarios"), ("organisation_id", "bundle"), True),
)
GONE: Final = "erased"


class Erasing:
    """Reads and removes in the transaction that writes the entry of it."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def slots_of(self, order: int) -> list[Slot]:
        """The personal values that are kept of an order, in its own stream and beside it."""
        rows = self._cursor.rows(f"{_SLOT} AND e.stream = ?", (order,))
        rows += self._cursor.rows(_SLOT + _BESIDE, (order,))
        return [
            Slot(
                row[0], row[1], row[2], row[3], row[4], from_base64(row[5]), row[6].encode(), row[7]
            )
            for row in rows
        ]

    def is_busy(self, order: int) -> bool:
        """Whether calls, messages or letters of the order have not left yet."""
        rows = self._cursor.rows
        return bool(
            rows("SELECT 1 FROM outbox WHERE order_id = ? LIMIT 1", (order,))
            or rows("SELECT 1 FROM inbox WHERE from_stream = ? LIMIT 1", (order,))
        )

    def remove(self, removal: Removal) -> None:
        """Takes the values away, and whatever repeats them outside of the order's own row."""
        run = self._cursor.run
        for slot in removal.slots:
            run(_FORGET, (removal.at, *slot))
        for place in removal.traces:
            run(_NO_TRACE, place)
        for sql in _ORDERS_OWN:
            run(sql, (removal.order,))
        if removal.whole:
            run(_MAIL, (removal.order,))
            run(_INBOUND, (removal.order,))
            _files(self._cursor, removal)
        _copies(self._cursor, removal)

    def note(self, erasure: Erasure) -> None:
        """Keeps that an erasure is done, whether or not it was asked for here."""
        row = row_of(erasure)
        self._cursor.insert("erasure", COLUMNS, [tuple(row.values())], _THERE)

    def clean_record(
        self, organisation: int, collection: str, key: str, fields: Sequence[str]
    ) -> int:
        """Takes fields out of a record, of those that were merged into it and of their history;
        how many rows had any."""
        return clean_record(self._cursor, organisation, collection, key, fields)

    def standing(self, order: int, texts: Sequence[str]) -> list[int]:
        """Entries of an order whose own body, which nobody can change, has one of the texts in it:
        written before its field was personal."""
        wanted = [_quoted(text) for text in texts if len(text) >= LEAST]
        if not wanted:
            return []
        sql = "SELECT seq, body FROM audit_entry WHERE stream = ? ORDER BY seq"
        rows = self._cursor.rows(sql, (order,))
        return [seq for seq, body in rows if any(text in body for text in wanted)]


def _files(cursor: Cursor, removal: Removal) -> None:
    """Files of the order; one that another order names too stays that one's."""
    known = (removal.organisation, removal.order)
    digests = cursor.rows(
        "SELECT digest FROM attachment_use WHERE organisation_id = ? AND order_id = ?"
        " ORDER BY digest",
        known,
    )
    for (digest,) in digests:
        if not cursor.sqlite:
            cursor.rows(_LOCK, (f"orderloom attachment {removal.organisation} {digest}",))
        cursor.run(
            "DELETE FROM attachment_use WHERE organisation_id = ? AND order_id = ? AND digest = ?",
            (*known, digest),
        )
        one = (removal.organisation, digest)
        where = "organisation_id = ? AND digest = ?"
        if cursor.rows(f"SELECT 1 FROM attachment_use WHERE {where} LIMIT 1", one):
            continue
        cursor.run(f"DELETE FROM attachment_upload WHERE {where}", one)
        for (content,) in cursor.rows(f"SELECT id FROM attachment_content WHERE {where}", one):
            cursor.run("DELETE FROM attachment_chunk WHERE content = ?", (content,))
            cursor.run("DELETE FROM attachment_content WHERE id = ?", (content,))


def _copies(cursor: Cursor, removal: Removal) -> None:
    """What people copied into views and drafts, and what watches were told by."""
    texts = [text for text in removal.texts if len(text) >= LEAST]
    if not texts:
        return
    for table, columns, key, rewritten in _COPIES:
        names = ", ".join((*key, *columns))
        sql = f"SELECT {names} FROM {table} WHERE organisation_id = ?"
        for row in cursor.rows(sql, (removal.organisation,)):
            held = row[len(key) :]
            after = [_without(each, texts) for each in held]
            if after == list(held):
                continue
            where = " AND ".join(f"{name} = ?" for name in key)
            if rewritten:
                sets = ", ".join(f"{name} = ?" for name in columns)
                cursor.run(
                    f"UPDATE {table} SET {sets} WHERE {where}",
                    (*after, *row[: len(key)]),
                )
            else:
                cursor.run(f"DELETE FROM {table} WHERE {where}", row[: len(key)])


def _without(held: str | None, texts: Sequence[str]) -> str | None:
    if held is None:
        return None
    for text in texts:
        for form in (text, _quoted(text)):
            held = held.replace(form, GONE)
    return held


def _quoted(text: str) -> str:
    """A text as JSON has it between its quotes."""
    return dumps(text).decode()[1:-1]
