"""The tree over all entries (RFC 6962 section 2.1), as a verifier rebuilds it: level by level."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import add

EMPTY = sha256().digest()


class Roots:
    """Takes leaves piece by piece and tells the root at every size that is asked for.

    `height`: pieces have 2^height leaves, but the last. `sizes`: ascending.
    """

    def __init__(self, height: int, sizes: Sequence[int]) -> None:
        self.found: dict[int, bytes] = {0: EMPTY}
        self._height = height
        self._sizes = sizes
        self._edge: list[tuple[int, bytes]] = []

    def wanted(self, piece: int) -> list[int]:
        """Sizes within a piece, counted from its beginning; its end is the next piece's."""
        first = piece << self._height
        start = bisect_right(self._sizes, first)
        stop = bisect_left(self._sizes, first + (1 << self._height))
        return [size - first for size in self._sizes[start:stop]]

    def take(self, piece: int, top: bytes | None, edges: Iterable[tuple[int, list[bytes]]]) -> None:
        """What `summed` found of the next piece."""
        first = piece << self._height
        for size, peaks in edges:
            self.found[first + size] = _folded([*(peak for _, peak in self._edge), *peaks])
        if top is None:
            return
        level = 0
        while self._edge and self._edge[-1][0] == level:
            top = node(self._edge.pop()[1], top)
            level += 1
        self._edge.append((level, top))
        end = (piece + 1) << self._height
        self.found[end] = _folded([peak for _, peak in self._edge])


def summed(
    leaves: Sequence[bytes], height: int, sizes: Iterable[int]
) -> tuple[bytes | None, list[tuple[int, list[bytes]]]]:
    """Of a piece: what stands above all of it (None where it is not full), and for each size in it
    the complete subtrees that so many leaves are made of, largest first."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        row = levels[-1]
        levels.append(hashed(b"\x01", map(add, row[::2], row[1::2])))
    full = len(leaves) == 1 << height
    return levels[height][0] if full else None, [(size, _peaks(levels, size)) for size in sizes]


def hashed(sign: bytes, contents: Iterable[bytes]) -> list[bytes]:
    """The hash of each behind the sign, of which a copy is made sooner than another one."""
    begun, found = sha256(sign).copy, list[bytes]()
    for content in contents:
        made = begun()
        made.update(content)
        found.append(made.digest())
    return found


def leaf(entry_hash: bytes) -> bytes:
    """The leaf of an entry with this hash."""
    return sha256(b"\x00" + entry_hash).digest()


def node(left: bytes, right: bytes) -> bytes:
    """What stands above two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_above(leaf_: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2); None where it is not
    as long as the proof of that leaf is."""
    if not 0 <= index < size:
        return None
    found, last = leaf_, size - 1
    for each in proof:
        if not last:
            return None
        if index & 1 or index == last:
            found = node(each, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, each)
        index, last = index >> 1, last >> 1
    return None if last else found


def _peaks(levels: Sequence[Sequence[bytes]], size: int) -> list[bytes]:
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append(levels[level][start >> level])
            start += 1 << level
    return found


def _folded(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node(peak, found)
    return found
