"""The SQL of the audit's readers: `AuditTables`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import Connection, text

from orderloom.audit.export import StoredEntry, Stream
from orderloom.audit.personal import Disclosure
from orderloom.platform.store.database import Database
from orderloom.platform.store.encoding import from_base64

_HEADS = (
    "SELECT r.id AS stream, COALESCE(f.value, '') AS name, r.chain_seq, r.chain_head"
    " FROM order_row r LEFT JOIN order_reference f ON f.order_id = r.id AND f.process = ''"
    " AND f.key = 'number' UNION ALL SELECT stream, name, chain_seq, chain_head FROM audit_stream"
)


class SqlAudit:
    """Fulfils `AuditTables`."""

    def __init__(self, database: Database, log: str) -> None:
        self._database = database
        self._log = log

    def log(self) -> str:
        return self._log

    def count(self) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(text("SELECT COUNT(*) FROM audit_entry")).scalar_one())

    def streams(self, order: int | None = None) -> Iterator[Stream]:
        with self._database.reading() as connection:
            heads = {
                row[0]: (row[1], row[2], row[3])
                for row in connection.execute(text(_HEADS))
                if order is None or row[0] == order
            }
            seen = set()
            for stream, entries in groupby(_entries(connection, order), key=lambda pair: pair[0]):
                # Heads without entries come in their place, by ascending number.
                for lost in sorted(n for n in heads if n < stream and n not in seen):
                    seen.add(lost)
                    yield _stream(lost, heads[lost], ())
                seen.add(stream)
                head = heads.get(stream, (str(stream), 0, ""))
                yield _stream(stream, head, [entry for _, entry in entries])
            for lost in sorted(n for n in heads if n not in seen):
                yield _stream(lost, heads[lost], ())


def _stream(
    stream: int, head: tuple[str, int, str], entries: tuple[StoredEntry, ...] | list[StoredEntry]
) -> Stream:
    name, count, last = head
    return Stream(
        stream=stream,
        name=name or f"~{stream}",
        count=count,
        head=from_base64(last) if last else b"",
        entries=entries,
    )


def _entries(connection: Connection, order: int | None) -> Iterator[tuple[int, StoredEntry]]:
    where = "" if order is None else " WHERE e.stream = :order"
    rows = connection.execute(
        text(
            "SELECT e.stream, e.seq, e.hash, e.body, e.trace, p.slot, p.path, p.salt, p.value"
            " FROM audit_entry e LEFT JOIN audit_personal p"
            f" ON p.stream = e.stream AND p.seq = e.seq{where} ORDER BY e.stream, e.seq, e.id,"
            " p.slot"
        ),
        {} if order is None else {"order": order},
    )
    for (stream, seq, hash_, body, trace), group in groupby(rows, key=lambda row: tuple(row[:5])):
        personal = tuple(
            Disclosure(row[5], row[6], from_base64(row[7]), row[8].encode())
            for row in group
            if row[5] is not None
        )
        yield (
            stream,
            StoredEntry(
                seq=seq,
                hash=from_base64(hash_),
                body=body.encode(),
                trace=trace.encode() if trace else None,
                personal=personal,
            ),
        )
