"""What the seal keeps, as plain values: leaves, tiles, checkpoints."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from orderloom.audit.merkle import node_hash
from orderloom.platform.record import record
from orderloom.platform.store.feed_rows import FeedCursor

# Hashes in a tile, the levels of the tree that they stand for, bytes of a hash, a leaf's place.
WIDTH: Final = 256
HEIGHT: Final = 8
HASH: Final = 32
PLACE: Final = struct.Struct(">QI")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRow:
    """A tree's size and root at one moment. `note`: the signed text that says so, with its last
    line end. `cursor`, `era`, `floor`: how far the feed was sealed (`tables_seal`)."""

    no: int
    size: int
    root: bytes
    at: str
    note: str
    cursor: FeedCursor = field(default_factory=FeedCursor)
    era: str = ""
    floor: int = 0


@record
class Leaf:
    """Leaf `index` (0 …) of the tree. `hash`: the leaf's, SHA-256(0x00 ‖ the entry's hash).
    `name`: the number that an order got by this entry."""

    index: int
    stream: int
    seq: int
    hash: bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """Up to 256 hashes of one level (`tables_seal`). `names`: position → number of an order."""

    level: int
    n: int
    hashes: bytes = b""
    places: bytes = b""
    names: Mapping[int, str] = field(default_factory=dict)
    low_id: int = 0
    high_id: int = 0


class SealTables(Protocol):
    """The SQL of the seal (`store.seal`)."""

    def latest(self) -> CheckpointRow | None:
        """The newest checkpoint; None before the first."""

    def checkpoints(self, *, after: int = 0) -> Sequence[CheckpointRow]:
        """All checkpoints by ascending number; those behind number `after`."""

    def leaves(self, start: int, stop: int) -> Iterator[Leaf]:
        """Leaves `start` up to without `stop`, as far as there are such, in the tree's order."""

    def tiles(self, level: int, *, start: int = 0) -> Iterator[Tile]:
        """A level's tiles by ascending number, from number `start` on."""

    def tile(self, level: int, n: int) -> Tile | None:
        """One tile; None where there is none."""

    def index_of(self, stream: int, seq: int) -> int | None:
        """Which leaf an entry is; None where it is not sealed."""

    def subtree(self, level: int, n: int) -> bytes:
        """The hash of the complete subtree of 2^level leaves, the `n`th of its level. Raises
        `LookupError` where the tree does not reach so far."""

    def add(self, checkpoint: CheckpointRow, tiles: Sequence[Tile]) -> bool:
        """Writes a checkpoint and the tiles that it changed, whole or not at all. False: another
        sealer was first."""


def leaves_of(tile: Tile) -> Iterator[Leaf]:
    """The leaves of a tile of level 0."""
    first, hashes, names = tile.n * WIDTH, tile.hashes, tile.names
    for at, (stream, seq) in enumerate(PLACE.iter_unpack(tile.places)):
        hash_ = hashes[at * HASH : (at + 1) * HASH]
        yield Leaf(first + at, stream, seq, hash_, names.get(at))


def top(hashes: bytes) -> bytes:
    """The hash above a power of two of hashes."""
    row = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
