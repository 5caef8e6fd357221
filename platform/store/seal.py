"""The SQL of the seal: `SealTables`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import Connection, text

from orderloom.audit.chain import HASH, PLACE
from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.database import Database, only_one
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.seal_feed import behind, unpacked
from orderloom.platform.store.seal_rows import (
    HEIGHT,
    WIDTH,
    Behind,
    CheckpointRow,
    KeyRow,
    Leaf,
    Tile,
    WatchRow,
    leaves_of,
    top,
)

_CHECKPOINT: Final = (
    "SELECT no, size, root, at, note, cursor, era, floor FROM audit_checkpoint"
    " WHERE no > ? ORDER BY no"
)
_LATEST: Final = _CHECKPOINT + " DESC LIMIT 1"
_TILE: Final = (
    "SELECT level, n, hashes, places, names, low_id, high_id FROM audit_tile"
    " WHERE level = ? AND n >= ? ORDER BY n LIMIT ?"
)
_ID: Final = "SELECT id FROM audit_entry WHERE stream = ? AND seq = ?"
_AROUND: Final = (
    "SELECT n, places FROM audit_tile WHERE high_id >= ? AND low_id <= ? AND level = 0"
    " ORDER BY high_id, low_id, n"
)
_KEEP_TILE: Final = text(
    "INSERT INTO audit_tile (level, n, hashes, places, names, low_id, high_id)"
    " VALUES (:level, :n, :hashes, :places, :names, :low, :high)"
    " ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes, places = excluded.places,"
    " names = excluded.names, low_id = excluded.low_id, high_id = excluded.high_id"
)
_KEEP: Final = text(
    "INSERT INTO audit_checkpoint (no, size, root, at, note, cursor, era, floor)"
    " VALUES (:no, :size, :root, :at, :note, :cursor, :era, :floor)"
)
_NAME: Final = (
    "SELECT value FROM order_reference WHERE order_id = ? AND process = '' AND key = 'number'"
    " UNION ALL SELECT name FROM audit_stream WHERE stream = ?"
)
_KEYS: Final = "SELECT no, at, verifier, alone FROM audit_key ORDER BY no"
_KEEP_KEY: Final = text(
    "INSERT INTO audit_key (no, at, verifier, alone) VALUES (:no, :at, :verifier, :alone)"
)
_WATCHES: Final = "SELECT name, no, at, fault, since, failures FROM audit_watch ORDER BY name"
_WATCH: Final = text(
    "INSERT INTO audit_watch (name, no, at, fault, since, failures)"
    " VALUES (:name, :no, :at, :fault, :since, :failures) ON CONFLICT (name) DO UPDATE SET"
    " no = excluded.no, at = excluded.at, fault = excluded.fault, since = excluded.since,"
    " failures = excluded.failures"
)
_WAITING_BY_ID: Final = "SELECT COUNT(*) FROM audit_entry WHERE id > :after"
_WAITING: Final = (
    "SELECT COUNT(*) FROM audit_entry WHERE id > :floor"
    " AND xid >= CAST(CAST(:low AS TEXT) AS xid8)"
    " AND (id > :after OR xid >= CAST(CAST(:high AS TEXT) AS xid8))"
)
# Tiles read at a time.
_AT_ONCE: Final = 64


class SqlSeal:
    """Fulfils `SealTables`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader = database.reader

    def latest(self) -> CheckpointRow | None:
        row = self._reader.first(_LATEST, (0,))
        return None if row is None else _checkpoint(row)

    def checkpoints(self, *, after: int = 0) -> Sequence[CheckpointRow]:
        return [_checkpoint(row) for row in self._reader.rows(_CHECKPOINT, (after,))]

    def leaves(self, start: int, stop: int) -> Iterator[Leaf]:
        if start >= stop:
            return
        for tile in self.tiles(0, start=start // WIDTH):
            for leaf in leaves_of(tile):
                if leaf.index >= stop:
                    return
                if leaf.index >= start:
                    yield leaf

    def tiles(self, level: int, *, start: int = 0) -> Iterator[Tile]:
        while rows := self._reader.rows(_TILE, (level, start, _AT_ONCE)):
            for row in rows:
                yield _tile(row)
            start = rows[-1][1] + 1

    def tile(self, level: int, n: int) -> Tile | None:
        row = self._reader.first(_TILE, (level, n, 1))
        return _tile(row) if row is not None and row[1] == n else None

    def index_of(self, stream: int, seq: int) -> int | None:
        place = PLACE.pack(stream, seq)
        found = self._reader.first(_ID, (stream, seq))
        if found is not None:
            for n, places in self._reader.rows(_AROUND, (found[0], found[0])):
                if (at := _position(place, bytes(places))) is not None:
                    return int(n) * WIDTH + at
        # An entry that is gone or that got another id: its place in the tree is still told.
        for tile in self.tiles(0):
            if (at := _position(place, tile.places)) is not None:
                return tile.n * WIDTH + at
        return None

    def subtree(self, level: int, n: int) -> bytes:
        tile, above = divmod(level, HEIGHT)
        first, count = n << above, 1 << above
        found = self.tile(tile, first // WIDTH)
        at = first % WIDTH * HASH
        hashes = b"" if found is None else found.hashes[at : at + count * HASH]
        if len(hashes) < count * HASH:
            raise LookupError(f"the tree has no subtree {n} of level {level}")
        return top(hashes)

    def behind(self, last: CheckpointRow | None, limit: int) -> Behind:
        return behind(self._database, last, limit)

    def waiting(self, last: CheckpointRow | None) -> int:
        with self._database.reading() as connection:
            return _waiting(connection, last)

    def is_waiting(self, stream: int, seq: int, last: CheckpointRow | None) -> bool:
        with self._database.reading() as connection:
            return _waiting(connection, last, (stream, seq)) > 0

    def counted(self, last: CheckpointRow) -> int:
        with self._database.reading() as connection:
            every = connection.execute(text("SELECT COUNT(*) FROM audit_entry")).scalar_one()
            return int(every) - _waiting(connection, last)

    def name_of(self, stream: int) -> str:
        found = self._reader.first(_NAME, (stream, stream))
        return "" if found is None else str(found[0])

    def signers(self) -> Sequence[KeyRow]:
        return [
            KeyRow(no=no, at=at, verifier=verifier, alone=bool(alone))
            for no, at, verifier, alone in self._reader.rows(_KEYS, ())
        ]

    def watches(self) -> Mapping[str, WatchRow]:
        return {
            row[0]: WatchRow(
                name=row[0], no=row[1], at=row[2], fault=row[3], since=row[4], failures=row[5]
            )
            for row in self._reader.rows(_WATCHES, ())
        }

    def watched(self, row: WatchRow) -> None:
        with self._database.writing() as connection:
            connection.execute(_WATCH, asdict(row))

    def add(
        self, checkpoint: CheckpointRow, tiles: Sequence[Tile], key: KeyRow | None = None
    ) -> bool:
        with self._database.writing() as connection:
            only_one(connection, "seal")
            newest = connection.execute(
                text("SELECT COALESCE(MAX(no), 0) FROM audit_checkpoint")
            ).scalar_one()
            if newest != checkpoint.no - 1:
                return False
            if tiles:
                connection.execute(_KEEP_TILE, [_row(tile) for tile in tiles])
            connection.execute(
                _KEEP,
                {
                    "no": checkpoint.no,
                    "size": checkpoint.size,
                    "root": b64encode(checkpoint.root).decode(),
                    "at": checkpoint.at,
                    "note": checkpoint.note,
                    "cursor": str(checkpoint.cursor),
                    "era": checkpoint.era,
                    "floor": checkpoint.floor,
                },
            )
            if key is not None:
                connection.execute(_KEEP_KEY, asdict(key))
        return True


def _waiting(
    connection: Connection, last: CheckpointRow | None, place: tuple[int, int] | None = None
) -> int:
    """How many entries the checkpoint does not cover; of the one at `place` alone, if given."""
    cursor, floor = (FeedCursor(), 0) if last is None else (last.cursor, last.floor)
    sqlite = connection.dialect.name == "sqlite"
    sql, values = (_WAITING_BY_ID if sqlite else _WAITING), dict[str, Any]()
    values["after"] = cursor.after if cursor.high or sqlite else 0
    if not sqlite:
        values |= {"floor": floor, "low": str(cursor.low), "high": str(cursor.high)}
    if place is not None:
        sql += " AND stream = :stream AND seq = :seq"
        values |= {"stream": place[0], "seq": place[1]}
    return int(connection.execute(text(sql), values).scalar_one())


def _position(place: bytes, places: bytes) -> int | None:
    at = places.find(place)
    while at % PLACE.size and at >= 0:
        at = places.find(place, at + 1)
    return None if at < 0 else at // PLACE.size


def _checkpoint(row: Sequence[Any]) -> CheckpointRow:
    no, size, root, at, note, cursor, era, floor = row
    return CheckpointRow(
        no=no,
        size=size,
        root=unpacked(root),
        at=at,
        note=note,
        cursor=FeedCursor.of(cursor),
        era=era,
        floor=floor,
    )


def _tile(row: Sequence[Any]) -> Tile:
    level, n, hashes, places, names, low, high = row
    named = {int(at): name for at, name in loads(names).items()} if names else {}
    return Tile(level, n, bytes(hashes), bytes(places), named, low, high)


def _row(tile: Tile) -> dict[str, Any]:
    return {
        "level": tile.level,
        "n": tile.n,
        "hashes": tile.hashes,
        "places": tile.places,
        "names": dumps({str(at): name for at, name in tile.names.items()}).decode(),
        "low": tile.low_id,
        "high": tile.high_id,
    }
