"""`SealTables`: the tree as it is stored, on each kind of database."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from parts.store_rows import add, entry
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orderloom.audit.chain import PLACE
from orderloom.audit.merkle import inclusion, leaf_hash, root, root_at, root_by_inclusion
from orderloom.platform.app.tree import Leaves, Tree
from orderloom.platform.store import Store
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.seal_rows import CheckpointRow, Leaf

HASHES = [leaf_hash(sha256(b"%d" % number).digest()) for number in range(70_000)]
ROW = CheckpointRow(
    no=1, size=0, root=b"", at="2026-03-06", note="n\n", cursor=FeedCursor(1, 2, 3), era="7"
)


def grown(store: Store, size: int) -> CheckpointRow:
    """Adds leaves up to `size` and a checkpoint."""
    before = store.seal.latest() or replace(ROW, no=0)
    tree = Tree(before.size, store.seal.tile)
    new = range(before.size, size)
    tree.append(
        Leaves(
            ids=[n + 1 for n in new],
            places=[PLACE.pack(10 + n % 7, n // 7 + 1) for n in new],
            hashes=[HASHES[n] for n in new],
            names={at: f"SO-{n}" for at, n in enumerate(new) if n < 7},
        )
    )
    row = replace(ROW, no=before.no + 1, size=size, root=tree.root(), floor=size)
    assert store.seal.add(row, tree.changed())
    return row


def test_leaves_subtrees_and_roots_come_back(store: Store) -> None:
    assert store.seal.latest() is None
    assert list(store.seal.leaves(0, 9)) == []
    rows = [grown(store, size) for size in (1, 5, 256, 257, 1000, 1000)]
    assert store.seal.checkpoints() == rows
    assert store.seal.checkpoints(after=4) == rows[4:]
    assert store.seal.latest() == rows[-1]
    assert [row.root for row in rows] == [root(HASHES[: row.size]) for row in rows]
    expected = [
        Leaf(n, 10 + n % 7, n // 7 + 1, HASHES[n], f"SO-{n}" if n < 7 else None)
        for n in range(1000)
    ]
    assert list(store.seal.leaves(0, 5000)) == expected
    assert list(store.seal.leaves(250, 600)) == expected[250:600]
    for index in (0, 255, 256, 999):
        proof = inclusion(index, 1000, store.seal.subtree)
        assert root_by_inclusion(HASHES[index], index, 1000, proof) == rows[-1].root
    for level, n in ((0, 1000), (8, 3), (9, 1), (16, 0)):
        with pytest.raises(LookupError):
            store.seal.subtree(level, n)


def test_the_third_level_of_tiles_is_reached(store: Store) -> None:
    for size in (65_535, 65_536, 70_000):
        assert grown(store, size).root == root(HASHES[:size])
    assert root_at(70_000, store.seal.subtree) == root(HASHES)
    assert [len(tile.hashes) // 32 for tile in store.seal.tiles(1)] == [256, 17]
    assert [len(tile.hashes) // 32 for tile in store.seal.tiles(2)] == [1]
    assert [tile.n for tile in store.seal.tiles(0, start=270)] == [270, 271, 272, 273]


def test_an_entry_finds_its_leaf(store: Store) -> None:
    add(store, *(entry(10 + n % 7, n // 7 + 1) for n in range(600)))
    grown(store, 520)
    assert [store.seal.index_of(10 + n % 7, n // 7 + 1) for n in (0, 255, 256, 519)] == [
        *(0, 255, 256, 519)
    ]
    assert store.seal.index_of(10 + 520 % 7, 520 // 7 + 1) is None
    assert store.seal.index_of(99, 1) is None


def test_the_second_sealer_loses(store: Store) -> None:
    row = grown(store, 5)
    tree = Tree(5, store.seal.tile)
    tree.append(Leaves([6], [PLACE.pack(99, 1)], [HASHES[7]]))
    assert not store.seal.add(replace(row, size=6), tree.changed())
    assert [leaf.index for leaf in store.seal.leaves(0, 9)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM audit_tile",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_checkpoint SET size = 3",
        "UPDATE audit_checkpoint SET note = ''",
        "UPDATE audit_tile SET n = 5",
        "UPDATE audit_tile SET level = 5",
        "UPDATE audit_tile SET hashes = substr(hashes, 2)",
        "UPDATE audit_tile SET places = substr(places, 1, 12)",
    ],
)
def test_what_was_sealed_cannot_be_changed(store: Store, sql: str) -> None:
    grown(store, 5)
    with (
        pytest.raises(DBAPIError, match="keeps what it has"),
        store.database.writing() as connection,
    ):
        connection.execute(text(sql))
    assert grown(store, 6).root == root(HASHES[:6])


def test_a_tree_says_when_its_edge_is_gone(store: Store) -> None:
    grown(store, 5)
    with pytest.raises(LookupError, match="does not hold 6 hashes"):
        Tree(6, store.seal.tile)
