"""The SQL of the audit's readers: `AuditTables`."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, text

from orderloom.audit.export import StoredEntry, Stream
from orderloom.audit.personal import Disclosure
from orderloom.platform.store.database import Database
from orderloom.platform.store.feed import SqlFeed
from orderloom.platform.store.order_lists import within

_HEADS: Final = (
    "SELECT r.id AS stream, COALESCE(f.value, '') AS name, r.chain_seq, r.chain_head"
    " FROM order_row r LEFT JOIN order_reference f ON f.order_id = r.id AND f.process = ''"
    " AND f.key = 'number' WHERE {order} UNION ALL"
    " SELECT s.stream, s.name, s.chain_seq, s.chain_head FROM audit_stream s WHERE {stream}"
    # An order of which nothing is left but its number.
    " UNION ALL SELECT n.order_id, n.value, 1, '' FROM order_reference n"
    " WHERE n.process = '' AND n.key = 'number' AND {number}"
    " AND NOT EXISTS (SELECT 1 FROM order_row r WHERE r.id = n.order_id)"
    " AND NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.stream = n.order_id)"
    " ORDER BY stream"
)
_ENTRIES: Final = (
    "SELECT e.stream, e.seq, e.id, {hash}, {body}, {trace}, p.slot, p.path, {salt}, {value}"
    " FROM audit_entry e LEFT JOIN audit_personal p ON p.stream = e.stream AND p.seq = e.seq"
    " AND p.salt <> '' WHERE {stream} ORDER BY e.stream, e.seq, e.id, p.slot"
)
_AS_STORED: Final = {
    "hash": "e.hash",
    "body": "e.body",
    "trace": "e.trace",
    "salt": "p.salt",
    "value": "p.value",
}
# Rows fetched at a time: a log may be larger than the memory.
_AT_ONCE: Final = 1000


class SqlAudit(SqlFeed):
    """Fulfils `AuditTables` and `FeedTables`. What somebody has changed behind the program's back
    is read as well as it can be, so that the verifier can name it."""

    def __init__(self, database: Database, log: str) -> None:
        super().__init__(database)
        self._log = log

    def log(self) -> str:
        return self._log

    def count(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM audit_entry")).scalar_one())

    def streams(self, order: int | None = None) -> Iterator[Stream]:
        with self._database.reading() as connection:
            if not self._database.sqlite:
                # Whoever reads may be slow: an export into a pipe.
                connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield from _joined(_heads(connection, order), _streams(connection, order))


def _joined(
    heads: Iterator[tuple[int, str, int, bytes]], streams: Iterator[tuple[int, list[StoredEntry]]]
) -> Iterator[Stream]:
    """Heads with their entries, both ascending; and what has only the one or the other."""
    head, stream = next(heads, None), next(streams, None)
    while head is not None or stream is not None:
        number = min(each[0] for each in (head, stream) if each is not None)
        name, count, last, entries = "", 0, b"", list[StoredEntry]()
        if head is not None and head[0] == number:
            _, name, count, last = head
            head = next(heads, None)
        if stream is not None and stream[0] == number:
            entries = stream[1]
            stream = next(streams, None)
        yield Stream(
            stream=number, name=name or f"~{number}", count=count, head=last, entries=entries
        )


def _heads(connection: Connection, order: int | None) -> Iterator[tuple[int, str, int, bytes]]:
    sql = _HEADS.format(
        order=_only("r.id", order),
        stream=_only("s.stream", order),
        number=_only("n.order_id", order),
    )
    for stream, name, count, head in _rows(connection, sql, order):
        yield stream, name, count, _unpacked(head)


def _streams(connection: Connection, order: int | None) -> Iterator[tuple[int, list[StoredEntry]]]:
    columns = _AS_STORED
    if connection.dialect.name == "sqlite":
        # Text that is no UTF-8 any more would be an error.
        columns = {name: f"CAST({column} AS BLOB)" for name, column in columns.items()}
    sql = _ENTRIES.format(stream=_only("e.stream", order), **columns)
    for stream, rows in groupby(_rows(connection, sql, order), key=lambda row: row[0]):
        yield (
            stream,
            [_entry(list(group)) for _, group in groupby(rows, key=lambda row: row[1:3])],
        )


def _entry(rows: list[Any]) -> StoredEntry:
    """One entry from its rows, one for each value kept beside it."""
    _, seq, _, hash_, body, trace, kept, *_ = rows[0]
    personal = () if kept is None else tuple(_disclosure(*row[6:]) for row in rows)
    return StoredEntry(
        seq, _unpacked(hash_), _bytes(body), _bytes(trace) if trace else None, personal
    )


def _disclosure(slot: int, path: str, salt: str | bytes, value: str | bytes) -> Disclosure:
    return Disclosure(slot, path, _unpacked(salt), _bytes(value))


def _only(column: str, order: int | None) -> str:
    return "1 = 1" if order is None else f"{column} = :order"


def _rows(connection: Connection, sql: str, order: int | None) -> Iterator[Any]:
    known = {} if order is None else {"order": within(order)}
    found = connection.execute(text(sql), known, execution_options={"yield_per": _AT_ONCE})
    for part in found.partitions(_AT_ONCE):
        yield from part


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _unpacked(content: str | bytes) -> bytes:
    """Bytes stored as base64; none if it is none any more."""
    try:
        return binascii.a2b_base64(content, strict_mode=True)
    except ValueError:
        return b""
