"""What the seal keeps, as plain values: leaves, tiles, checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple, Protocol

from orderloom.audit.chain import HASH, PLACE
from orderloom.platform.record import record
from orderloom.platform.store.feed_rows import FeedCursor

# Hashes in a tile, the levels of the tree that they stand for.
WIDTH: Final = 256
HEIGHT: Final = 8
_NODE: Final = sha256(b"\x01")
_TWO: Final = 2 * HASH


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


class Head(NamedTuple):
    """What a stream says of itself: its last entry's number and hash; and the hash that this entry
    has, None where it is not there."""

    seq: int
    hash: bytes
    found: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Entries behind a checkpoint, and what they must continue, of one moment. They are many: each
    thing that is told of them is a list of its own, in the order of the feed.

    `befores`: (stream, seq) → hash of the entry before one of these, where it is not the one of
    its stream that stands before it here. `names`: position → number of the order that got it by
    this entry. `cursor`, `era`, `floor`: those of the checkpoint that covers them. `held_since`:
    the instant of the earliest entry that an open transaction still holds back. `covered`: stream,
    number and hash of the last entry that the checkpoint before covers, as it stands there now;
    None where nothing does, `()` where nobody can ask by the id (PostgreSQL).
    """

    cursor: FeedCursor
    era: str = ""
    floor: int = 0
    ids: Sequence[int] = ()
    streams: Sequence[int] = ()
    seqs: Sequence[int] = ()
    hashes: Sequence[bytes] = ()
    bodies: Sequence[bytes] = ()
    befores: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    heads: Mapping[int, Head] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    held_since: str | None = None
    covered: tuple[int, int, bytes] | tuple[()] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """From checkpoint `no` on the log signs with this key. `verifier`: the key's public form.
    `alone`: the key before it was lost, and did not sign that checkpoint too."""

    no: int
    at: str
    verifier: str
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRow:
    """How sealing (`seal`) or an anchor fares (`tables_seal`)."""

    name: str
    no: int = 0
    at: str = ""
    fault: str = ""
    since: str = ""
    failures: int = 0


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

    def behind(self, last: CheckpointRow | None, limit: int) -> Behind:
        """Up to `limit` entries that the last checkpoint does not cover, each once, those of one
        command together or not; none that a transaction under way could still precede."""

    def waiting(self, last: CheckpointRow | None) -> int:
        """How many entries the checkpoint does not cover."""

    def is_waiting(self, stream: int, seq: int, last: CheckpointRow | None) -> bool:
        """Whether an entry is one of those."""

    def counted(self, last: CheckpointRow) -> int:
        """How many entries there are below the checkpoint's cursor."""

    def name_of(self, stream: int) -> str:
        """What people call a stream: the order's number; "" where nobody knows it."""

    def add(
        self, checkpoint: CheckpointRow, tiles: Sequence[Tile], key: KeyRow | None = None
    ) -> bool:
        """Writes a checkpoint, the tiles that it changed and the key that it is the first of,
        whole or not at all. False: another sealer was first."""

    def signers(self) -> Sequence[KeyRow]:
        """Every key with which the log was signed, in their order."""

    def watches(self) -> Mapping[str, WatchRow]:
        """How sealing and each anchor fare, by name."""

    def watched(self, row: WatchRow) -> None:
        """Keeps how one of them fares."""


def leaves_of(tile: Tile) -> Iterator[Leaf]:
    """The leaves of a tile of level 0."""
    first, hashes, names = tile.n * WIDTH, tile.hashes, tile.names
    for at, (stream, seq) in enumerate(PLACE.iter_unpack(tile.places)):
        hash_ = hashes[at * HASH : (at + 1) * HASH]
        yield Leaf(first + at, stream, seq, hash_, names.get(at))


def top(hashes: bytes) -> bytes:
    """The hash above a power of two of hashes."""
    # As `merkle.node_hash`, on both halves as they stand beside each other; a copy of what each
    # begins with is made sooner than a new one.
    begun = _NODE.copy
    while len(hashes) > HASH:
        above = list[bytes]()
        for at in range(0, len(hashes), _TWO):
            made = begun()
            made.update(hashes[at : at + _TWO])
            above.append(made.digest())
        hashes = b"".join(above)
    return hashes
