"""Roots and proofs against the definitions of RFC 6962 section 2.1, written down naively."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.audit.merkle import (
    Frontier,
    consistency,
    inclusion,
    is_consistent,
    leaf_hash,
    root,
    root_at,
    root_by_inclusion,
)

MOST = 300
ENTRIES = [sha256(b"%d" % number).digest() for number in range(MOST)]
LEAVES = [sha256(b"\0" + entry).digest() for entry in ENTRIES]


def naive_root(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = split(len(leaves))
    return sha256(b"\1" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return [*naive_proof(old, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(old - k, leaves[k:], False), naive_root(leaves[:k])]


def split(size: int) -> int:
    return max(1 << bit for bit in range(10) if 1 << bit < size)


def stored(level: int, n: int) -> bytes:
    """A complete subtree; one that is not complete has been asked for in vain."""
    leaves = LEAVES[n << level : n + 1 << level]
    assert len(leaves) == 1 << level
    return naive_root(leaves)


def test_a_leaf_is_the_hash_of_an_entrys_hash() -> None:
    assert [leaf_hash(entry) for entry in ENTRIES] == LEAVES


def test_every_root_is_the_naive_one() -> None:
    edge = Frontier()
    for size in range(MOST + 1):
        expected = naive_root(LEAVES[:size])
        assert edge.size == size
        assert edge.root() == expected
        assert root(LEAVES[:size]) == expected
        assert root_at(size, stored) == expected
        assert Frontier.of(size, stored).root() == expected
        if size < MOST:
            edge.append(LEAVES[size])


sizes = st.integers(1, MOST)


@given(st.data())
def test_inclusion_is_proved(data: st.DataObject) -> None:
    size = data.draw(sizes)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(index, size, stored)
    top = naive_root(LEAVES[:size])
    assert proof == naive_path(index, LEAVES[:size])
    assert root_by_inclusion(LEAVES[index], index, size, proof) == top
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert root_by_inclusion(LEAVES[other], index, size, proof) != top
        assert root_by_inclusion(LEAVES[index], other, size, proof) != top
    assert root_by_inclusion(LEAVES[index], index, size, [*proof, top]) is None
    if proof:
        assert root_by_inclusion(LEAVES[index], index, size, proof[:-1]) is None


@given(st.data())
def test_consistency_is_proved(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(0, new))
    proof = consistency(old, new, stored)
    before, after = naive_root(LEAVES[:old]), naive_root(LEAVES[:new])
    assert proof == (naive_proof(old, LEAVES[:new]) if old else [])
    assert is_consistent(old, new, old_root=before, new_root=after, proof=proof)
    assert not is_consistent(old, new, old_root=before, new_root=bytes(32), proof=proof) or not old
    assert not is_consistent(old, new, old_root=bytes(32), new_root=after, proof=proof)
    assert not is_consistent(old, new, old_root=before, new_root=after, proof=[*proof, after])
    if proof:
        assert not is_consistent(old, new, old_root=before, new_root=after, proof=proof[:-1])


@given(sizes, st.integers(0, 8))
def test_whole_subtrees_can_be_taken_at_once(size: int, level: int) -> None:
    edge, taken = Frontier(), 0
    while taken + (1 << level) <= size:
        edge.append(stored(level, taken >> level), level)
        taken += 1 << level
    for leaf in LEAVES[taken:size]:
        edge.append(leaf)
    assert edge.root() == naive_root(LEAVES[:size])


def test_what_cannot_be_proved_is_told() -> None:
    with pytest.raises(ValueError, match="leaf 3"):
        inclusion(3, 3, stored)
    with pytest.raises(ValueError, match="does not continue"):
        consistency(3, 2, stored)
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(3, [LEAVES[0]])
    edge = Frontier(1, LEAVES[:1])
    with pytest.raises(ValueError, match="level 1 begins at 1"):
        edge.append(stored(1, 0), 1)
