"""The tree of the seal grows: leaves fill tiles of 256, full tiles become leaves a level above."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from orderloom.audit.chain import HASH, PLACE
from orderloom.audit.merkle import root_at
from orderloom.platform.store.seal_rows import HEIGHT, WIDTH, Tile, top


@dataclass(frozen=True, slots=True)
class Leaves:
    """Entries to be appended, each thing that is told of them a list of its own. `places`: stream
    and number, packed; `hashes`: their leaves'; `names`: position → the number that an order got by
    this entry."""

    ids: Sequence[int]
    places: Sequence[bytes]
    hashes: Sequence[bytes]
    names: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)


class Tree:
    """A stored tree of `size` leaves to which more are added. `tile(level, n)` reads what is
    stored; only the last tile of each level is asked for. Raises `LookupError` where it is not
    there as it must be."""

    def __init__(self, size: int, tile: Callable[[int, int], Tile | None]) -> None:
        self.size = size
        self._levels: list[_Edge] = []
        count = size
        while count:
            self._levels.append(_edge(len(self._levels), count, tile))
            count //= WIDTH

    def append(self, leaves: Leaves) -> None:
        """Takes the entries as the next leaves."""
        if not self._levels:
            self._levels.append(_Edge(0))
        edge, at = self._levels[0], 0
        while at < len(leaves):
            stop = at + WIDTH - len(edge.hashes) // HASH
            edge.take(leaves, at, stop)
            at = stop
            if len(edge.hashes) == WIDTH * HASH:
                self._raise(0)
        self.size += len(leaves)

    def root(self) -> bytes:
        """The root of all leaves."""
        return root_at(self.size, self._subtree)

    def changed(self) -> list[Tile]:
        """Every tile that is new or longer than it was."""
        return [
            tile
            for edge in self._levels
            for tile in (*edge.full, *([edge.tile()] if edge.changed else []))
        ]

    def _raise(self, level: int) -> None:
        """A tile is full: its top becomes a hash of the level above."""
        edge = self._levels[level]
        above = top(bytes(edge.hashes))
        edge.close()
        if level + 1 == len(self._levels):
            self._levels.append(_Edge(level + 1))
        higher = self._levels[level + 1]
        higher.hashes += above
        higher.changed = True
        if len(higher.hashes) == WIDTH * HASH:
            self._raise(level + 1)

    def _subtree(self, level: int, n: int) -> bytes:
        edge = self._levels[level // HEIGHT]
        count = 1 << level % HEIGHT
        first = (n * count - edge.n * WIDTH) * HASH
        return top(bytes(edge.hashes[first : first + count * HASH]))


@dataclass(slots=True)
class _Edge:
    """The last tile of a level, which still grows, and those that have become full."""

    level: int
    n: int = 0
    hashes: bytearray = field(default_factory=bytearray)
    places: bytearray = field(default_factory=bytearray)
    names: dict[int, str] = field(default_factory=dict)
    low: int = 0
    high: int = 0
    changed: bool = False
    full: list[Tile] = field(default_factory=list)

    def take(self, leaves: Leaves, start: int, stop: int) -> None:
        """As many as there is room for, column by column."""
        ids, before = leaves.ids[start:stop], len(self.hashes) // HASH
        if leaves.names:
            for at in range(start, start + len(ids)):
                if at in leaves.names:
                    self.names[before + at - start] = leaves.names[at]
        self.hashes += b"".join(leaves.hashes[start:stop])
        self.places += b"".join(leaves.places[start:stop])
        self.low = min(self.low or ids[0], *ids)
        self.high = max(self.high, *ids)
        self.changed = True

    def tile(self) -> Tile:
        return Tile(
            self.level,
            self.n,
            bytes(self.hashes),
            bytes(self.places),
            dict(self.names),
            self.low,
            self.high,
        )

    def close(self) -> None:
        self.full.append(self.tile())
        self.n += 1
        self.hashes.clear()
        self.places.clear()
        self.names.clear()
        self.low = self.high = 0
        self.changed = False


def _edge(level: int, count: int, tile: Callable[[int, int], Tile | None]) -> _Edge:
    n, within = divmod(count, WIDTH)
    if not within:
        return _Edge(level, n)
    found = tile(level, n)
    # Another sealer may have made it longer meanwhile; what is there never changes.
    if found is None or len(found.hashes) < within * HASH:
        raise LookupError(f"tile {n} of level {level} does not hold {within} hashes")
    if level == 0 and len(found.places) < within * PLACE.size:
        raise LookupError(f"tile {n} does not hold {within} places")
    return _Edge(
        level,
        n,
        bytearray(found.hashes[: within * HASH]),
        bytearray(found.places[: within * PLACE.size]),
        dict(found.names),
        found.low_id,
        found.high_id,
    )
