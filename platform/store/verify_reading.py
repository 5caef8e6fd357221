"""What a verification of the whole log reads: long stretches, on the driver's own cursor."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, text

from orderloom.audit.chain import PLACE
from orderloom.platform.codec import dumps
from orderloom.platform.store.database import Database, open_database
from orderloom.platform.store.seal_feed import unpacked
from orderloom.platform.store.seal_rows import WIDTH

# More at once take memory from the system anew for each batch, and leave the processor's caches.
AT_ONCE: Final = 500
# Below every id, also one that nobody was given.
_LOWEST: Final = -(1 << 62)
_ENTRIES: Final = (
    "SELECT stream, seq, hash, body, trace"
    " FROM audit_entry WHERE id > {mark} AND id <= {mark} ORDER BY id"
)
_PERSONAL: Final = (
    "SELECT p.stream, p.seq, p.slot, p.salt, p.value, e.body, e.trace FROM audit_personal p"
    " JOIN audit_entry e ON e.stream = p.stream AND e.seq = p.seq WHERE p.stream > {mark}"
    " AND p.stream <= {mark} AND p.salt <> '' ORDER BY p.stream, p.seq, p.slot"
)
_WANTED: Final = {
    True: "(SELECT json_extract(value, '$[0]') AS stream, json_extract(value, '$[1]') AS seq"
    " FROM json_each(:wanted)) w",
    False: "(SELECT CAST(value ->> 0 AS BIGINT) AS stream, CAST(value ->> 1 AS BIGINT) AS seq"
    " FROM json_array_elements(CAST(:wanted AS json))) w",
}
_AT: Final = (
    "SELECT e.stream, e.seq, e.hash, e.body FROM {wanted}"
    " JOIN audit_entry e ON e.stream = w.stream AND e.seq = w.seq"
)
_HEADS: Final = (
    "SELECT r.id, r.chain_seq, r.chain_head FROM {wanted} JOIN order_row r ON r.id = w.stream"
    " UNION ALL SELECT s.stream, s.chain_seq, s.chain_head FROM {wanted}"
    " JOIN audit_stream s ON s.stream = w.stream"
)
# Streams that do not end as their own row says or have no such row, and orders of which only the
# number is left.
_ENDS: Final = (
    "SELECT h.stream FROM (SELECT id AS stream, chain_seq, chain_head FROM order_row"
    " UNION ALL SELECT stream, chain_seq, chain_head FROM audit_stream) h"
    " LEFT JOIN audit_entry e ON e.stream = h.stream AND e.seq = h.chain_seq"
    " WHERE (h.chain_seq > 0 AND (e.hash IS NULL OR e.hash <> h.chain_head))"
    " OR EXISTS (SELECT 1 FROM audit_entry f WHERE f.stream = h.stream AND f.seq > h.chain_seq)"
    " UNION ALL SELECT d.stream FROM (SELECT DISTINCT stream FROM audit_entry) d"
    " WHERE NOT EXISTS (SELECT 1 FROM order_row r WHERE r.id = d.stream)"
    " AND NOT EXISTS (SELECT 1 FROM audit_stream s WHERE s.stream = d.stream)"
    " UNION ALL SELECT n.order_id FROM order_reference n"
    " WHERE n.process = '' AND n.key = 'number'"
    " AND NOT EXISTS (SELECT 1 FROM order_row r WHERE r.id = n.order_id)"
)
_LAST: Final = "SELECT COALESCE(MAX(id), 0) FROM audit_entry"
_BOUNDS: Final = (
    "SELECT n, low_id, high_id FROM audit_tile WHERE level = 0 AND n < :stop ORDER BY n"
)


class Entry(NamedTuple):
    """A stored entry's hash and body; the body as it is."""

    hash: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the log: leaves of tiles `first` up to without `stop` of a tree of `size`,
    entries with ids above `after` up to `upto`. Not `is_sealed`: behind the last leaf."""

    first: int
    stop: int
    after: int
    upto: int
    size: int
    is_sealed: bool = True


class VerifyReads:
    """The reads of one verification."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def parts(self, size: int, each: int) -> list[Part]:
        """The log in parts of about so many tiles or 256 times as many entries."""
        with self.database.reading() as connection:
            last = int(
                connection.execute(
                    text("SELECT COALESCE(MAX(id), 0) FROM audit_entry")
                ).scalar_one()
            )
            found = connection.execute(text(_BOUNDS), {"stop": -(-size // WIDTH)}).all()
        top = max((row[2] for row in found), default=0)
        parts, first, after, high = list[Part](), 0, _LOWEST, 0
        for n, _, highest in found:
            high = max(high, highest)
            if n + 1 - first >= each and high > after:
                parts.append(Part(first, n + 1, after, high, size))
                first, after = n + 1, high
        tiles = -(-size // WIDTH)
        if first < tiles:
            parts.append(Part(first, tiles, after, max(top, after), size))
            after = max(top, after)
        while after < last:
            upto = min(last, max(after, 0) + each * WIDTH)
            parts.append(Part(tiles, tiles, after, upto, size, is_sealed=False))
            after = upto
        return parts

    def people(self, each: int) -> list[tuple[int, int]]:
        """Stretches of streams with about so many personal values."""
        found, after = list[tuple[int, int]](), -1
        with self.database.reading() as connection:
            while True:
                row = connection.execute(
                    text(
                        "SELECT MAX(stream) FROM (SELECT stream FROM audit_personal"
                        " WHERE stream > :after ORDER BY stream, seq, slot LIMIT :each) p"
                    ),
                    {"after": after, "each": each},
                ).scalar_one()
                if row is None:
                    return found
                found.append((after, int(row)))
                after = int(row)

    def entries(self, after: int, upto: int) -> Iterator[Sequence[Any]]:
        """(stream, seq, hash, body, trace), many at a time, by ascending id."""
        return self._read(_ENTRIES, after, upto)

    def personal(self, after: int, upto: int) -> Iterator[Sequence[Any]]:
        """(stream, seq, slot, salt, value, body, trace), many at a time, of streams in order."""
        return self._read(_PERSONAL, after, upto)

    def at(self, wanted: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], Entry]:
        """The entries with these (stream, seq), as far as they are there."""
        rows = self._asked(_AT, wanted)
        return {
            (stream, seq): Entry(unpacked(hash_), as_bytes(body))
            for stream, seq, hash_, body in rows
        }

    def heads(self, streams: Collection[int]) -> Mapping[int, tuple[int, bytes]]:
        """What these streams say of themselves: count and hash of the last entry."""
        rows = self._asked(_HEADS, [(stream, 0) for stream in streams])
        return {stream: (seq, unpacked(head)) for stream, seq, head in rows}

    def bad_ends(self) -> list[int]:
        """Streams that do not end as their own row says, or that there is no such row of."""
        with self.database.reading() as connection:
            _patient(connection)
            return [row[0] for row in connection.execute(text(_ENDS))]

    def count_of(self, stream: int) -> int:
        """How many entries a stream has."""
        found = self.database.reader.first(
            "SELECT COUNT(*) FROM audit_entry WHERE stream = ?", (stream,)
        )
        return int(found[0])

    def _asked(self, sql: str, wanted: Collection[tuple[int, int]]) -> list[Any]:
        if not wanted:
            return []
        source = _WANTED[self.database.sqlite]
        values = {"wanted": dumps(list(wanted)).decode()}
        with self.database.reading() as connection:
            return list(connection.execute(text(sql.format(wanted=source)), values))

    def _read(self, sql: str, after: int, upto: int) -> Iterator[Sequence[Any]]:
        sqlite = self.database.sqlite
        with self.database.reading() as connection:
            if not sqlite:
                _patient(connection)
            driver: Any = connection.connection.driver_connection
            with _cursor(driver, sqlite) as cursor:
                cursor.execute(sql.format(mark="?" if sqlite else "%s"), (after, upto))
                while rows := cursor.fetchmany(AT_ONCE):
                    yield rows


def database_url(database: Database) -> str:
    """An address under which another process opens the same database."""
    url = database.engine.url.render_as_string(hide_password=False)
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def reads_at(url: str) -> VerifyReads:
    """The reads of a process of its own."""
    return VerifyReads(open_database(url, connections=2))


def as_bytes(content: Any) -> bytes:
    """Text or bytes as bytes."""
    return content.encode() if isinstance(content, str) else bytes(content or b"")


def place(stream: int, seq: int) -> bytes:
    """A leaf's place, as tiles hold it."""
    return PLACE.pack(stream & (1 << 64) - 1, seq & (1 << 32) - 1)


@contextmanager
def _cursor(driver: Any, sqlite: bool) -> Iterator[Any]:
    """A cursor for long stretches; on SQLite it gives texts as the bytes that they are kept in."""
    cursor = driver.cursor() if sqlite else driver.cursor(name="verify")
    if sqlite:
        driver.text_factory = bytes
    try:
        yield cursor
    finally:
        if sqlite:
            driver.text_factory = str
        cursor.close()


def _patient(connection: Connection) -> None:
    """Whoever reads may be slow."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
