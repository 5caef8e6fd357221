"""The roots of the tree that a file's entries make, at every size that somebody signed."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from typing import BinaryIO

from orderloom.audit.verify_block import HASH, hashes_at
from orderloom.audit.verify_plan import PROOFS, ROW, TREE, Plan
from orderloom.audit.verify_rows import CHANGED, INSERTED, REORDERED, Problem
from orderloom.audit.verify_seal import Seal, read_proofs
from orderloom.audit.verify_tree import Roots, hashed, leaf, root_above, summed
from orderloom.audit.verify_workers import Workers
from orderloom.audit.verify_zip import Damaged, Part, stored

# A piece of the tree that is summed at once has 2^HEIGHT leaves.
HEIGHT = 13


@dataclass(frozen=True, slots=True)
class Sealed:
    """`count`: entries that are leaves of the tree. `roots`: size → root."""

    count: int
    roots: Mapping[int, bytes]
    problems: tuple[Problem, ...] = ()


def check_tree(
    file: BinaryIO, plan: Plan, seal: Seal, sizes: Collection[int], crew: Workers
) -> Sealed:
    """Raises `Damaged`."""
    for _ in stored(file, plan.hashes):
        pass
    if not seal.signed:
        return Sealed(0, {})
    if not plan.leaves:
        return _empty(seal)
    if not plan.whole:
        return _proven(file, plan, seal)
    wanted = {each.checkpoint.size for each in seal.signed} | set(sizes)
    roots = Roots(HEIGHT, sorted(size for size in wanted if size <= plan.leaves))
    count = -(-plan.leaves >> HEIGHT)
    pieces = crew.run(_piece, [(piece, roots.wanted(piece)) for piece in range(count)])
    for _ in stored(file, plan.parts[TREE]):
        pass
    placed = _placed(file, plan, seal)
    for piece, (top, edges) in enumerate(pieces):
        roots.take(piece, top, edges)
    problems, before = list[Problem](), 0
    for each in seal.signed:
        if roots.found.get(each.checkpoint.size) != each.checkpoint.root:
            between = f"checkpoint {each.no}, leaves {before} to {each.checkpoint.size}"
            problems.append(Problem(None, None, CHANGED, between))
            break  # Those behind it cannot fit either.
        before = each.checkpoint.size
    return Sealed(placed, roots.found, tuple(problems))


def _empty(seal: Seal) -> Sealed:
    """A tree without leaves has a root of its own (RFC 6962, section 2.1)."""
    root = sha256().digest()
    wrong = [each for each in seal.signed if each.checkpoint.root != root]
    problems = (Problem(None, None, CHANGED, f"checkpoint {each.no}") for each in wrong)
    return Sealed(0, {0: root}, tuple(problems))


def _proven(file: BinaryIO, plan: Plan, seal: Seal) -> Sealed:
    """Chosen orders: every entry with a proof of its own."""
    last = seal.signed[-1].checkpoint
    proven, problems = set[int](), list[Problem]()
    for row, index, proof in read_proofs(file, plan.parts[PROOFS]):
        if row in proven or row >= plan.entries:
            raise Damaged(PROOFS, INSERTED)
        proven.add(row)
        made = leaf(hashes_at(file, plan.hashes, row, 1))
        if root_above(made, index, last.size, proof) != last.root:
            problems.append(Problem(None, None, CHANGED, f"{PROOFS}, row {row}"))
    return Sealed(len(proven), {last.size: last.root}, tuple(problems))


def _piece(
    file: BinaryIO, shared: tuple[Plan, Seal], task: tuple[int, list[int]]
) -> tuple[bytes | None, list[tuple[int, list[bytes]]]]:
    """`summed` of a piece, over the hashes that the file states."""
    (plan, seal), (piece, sizes) = shared, task
    first, start, count = piece << HEIGHT, plan.hashes.start, plan.entries
    rows = _rows(file, plan.parts[TREE], first)
    with mmap(file.fileno(), 0, access=ACCESS_READ) as view:
        places = [start + row * HASH if row < count else len(view) for row in rows]
        leaves = hashed(b"\x00", (view[at : at + HASH] for at in places))
    odd = seal.apart or max(rows, default=0) >= count
    for index, row in enumerate(rows, first) if odd else ():
        if row >= count or index in seal.apart:
            leaves[index - first] = seal.apart.get(index, b"")
    return summed(leaves, HEIGHT, sizes)


def _placed(file: BinaryIO, plan: Plan, seal: Seal) -> int:
    """How many entries have a place in the tree; each must have one only."""
    seen = bytearray(plan.entries)
    placed = 0
    for first in range(0, plan.leaves, 1 << HEIGHT):
        for row in _rows(file, plan.parts[TREE], first):
            if row < plan.entries:
                seen[row] = 1
                placed += 1
    if placed + sum(1 for _ in seal.gone) != plan.leaves or seen.count(1) != placed:
        raise Damaged(TREE, REORDERED)
    return placed


def _rows(file: BinaryIO, tree: Part, first: int) -> array[int]:
    """The rows of leaves `first` and those behind it, as many as a piece has."""
    file.seek(tree.start + first * ROW)
    rows = array("Q")
    rows.frombytes(file.read(min(ROW << HEIGHT, max(0, tree.packed - first * ROW))))
    if array("H", [1]).tobytes()[0]:
        rows.byteswap()  # This machine has the least significant byte first.
    return rows
