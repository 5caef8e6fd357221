"""The tree over all entries: roots and proofs as RFC 6962 section 2.1 has them.

A leaf's input is an entry's hash. A complete subtree of 2^level leaves, the `n`th of its level, is
asked for by `subtree(level, n)`; level 0 are the leaves themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

EMPTY: Final = hashlib.sha256().digest()

Subtree = Callable[[int, int], bytes]


def leaf_hash(entry_hash: bytes) -> bytes:
    """The leaf of an entry: SHA-256(0x00 ‖ hash)."""
    return leaf_hashes((entry_hash,))[0]


def leaf_hashes(entry_hashes: Iterable[bytes]) -> list[bytes]:
    """The leaves of many entries."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + each).digest() for each in entry_hashes]


def node_hash(left: bytes, right: bytes) -> bytes:
    """What stands above two subtrees: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the complete subtrees that its size is the sum of."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """`peaks`: largest first, one for each 1 among the binary digits of `size`."""
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} has {size.bit_count()} complete subtrees")

    @staticmethod
    def of(size: int, subtree: Subtree) -> Frontier:
        """The right edge of a tree that is stored."""
        return Frontier(size, _cover(0, size, subtree))

    def append(self, leaf: bytes, level: int = 0) -> None:
        """Takes one more leaf, or at once a complete subtree of 2^level leaves where one fits."""
        if self.size % (1 << level):
            raise ValueError(f"no subtree of level {level} begins at {self.size}")
        size, peaks = self.size >> level, self._peaks
        while size & 1:
            leaf = node_hash(peaks.pop(), leaf)
            size >>= 1
        peaks.append(leaf)
        self.size += 1 << level

    def root(self) -> bytes:
        """The root of all that was taken."""
        return _fold(self._peaks)


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree with these leaves; of none: the hash of nothing."""
    edge = Frontier()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root()


def root_at(size: int, subtree: Subtree) -> bytes:
    """The root that a stored tree had when it was of this size."""
    return _fold(_cover(0, size, subtree))


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that leaf `index` (0 …) is in the tree of `size`; section 2.1.1. Raises
    `ValueError` where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    proof, start, stop = list[bytes](), 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(_fold(_cover(middle, stop, subtree)))
            stop = middle
        else:
            proof.append(_fold(_cover(start, middle, subtree)))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree of size `new` continues the one of size `old`; section 2.1.2. Empty
    where both are the same or `old` is 0. Raises `ValueError` where `new` is smaller."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue one of {old}")
    if old in (0, new):
        return []
    proof, start, stop, whole = list[bytes](), 0, new, True
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(_fold(_cover(middle, stop, subtree)))
            stop = middle
        else:
            proof.append(_fold(_cover(start, middle, subtree)))
            start, whole = middle, False
    if not whole:
        proof.append(_fold(_cover(start, stop, subtree)))
    return proof[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to; None where it has another length than such a proof."""
    if not 0 <= index < size:
        return None
    found, last, rest = leaf, size - 1, list(proof)
    while last:
        if index & 1 or index == last:
            while not index & 1:
                index, last = index >> 1, last >> 1
            if not rest:
                return None
            found = node_hash(rest.pop(0), found)
        else:
            if not rest:
                return None
            found = node_hash(found, rest.pop(0))
        index, last = index >> 1, last >> 1
    return None if rest else found


def is_consistent(
    old: int, new: int, *, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the new tree continues the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in (0, new):
        return not proof and (old_root == new_root if old else old_root == EMPTY)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not path:
        return False
    first = second = path[0]
    for each in path[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            first, second = node_hash(each, first), node_hash(each, second)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, each)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two that is smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _cover(start: int, stop: int, subtree: Subtree) -> list[bytes]:
    """The complete subtrees that leaves `start` up to `stop` are made of, largest first."""
    found = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        found.append(subtree(level, start >> level))
        start += 1 << level
    return found


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY
    found = peaks[-1]
    for peak in reversed(peaks[:-1]):
        found = node_hash(peak, found)
    return found
