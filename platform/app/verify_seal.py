"""What stands above the leaves verified: upper tiles, checkpoints with their signatures and keys,
the anchor's file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from orderloom.audit.chain import HASH
from orderloom.audit.checkpoint import VerifierKey, read_checkpoint, read_verifier_key, split_note
from orderloom.audit.merkle import root_at
from orderloom.audit.verify_rows import CHANGED, FORGED, MISSING, Problem
from orderloom.platform.app.anchor_file import told_in
from orderloom.platform.store import Store
from orderloom.platform.store.seal_rows import (
    HEIGHT,
    WIDTH,
    CheckpointRow,
    KeyRow,
    Tile,
    top,
)

# Tiles kept while checkpoints are looked at, most of which end in the same few.
_KEPT: Final = 64


def seal_problems(
    store: Store,
    last: CheckpointRow | None,
    tiles: Sequence[tuple[int, int]],
    *,
    verifier: str | None = None,
    kept: str | None = None,
    anchor: Path | None = None,
) -> Iterator[Problem]:
    """`tiles`: those of level 0 that are wrong. Each problem names its part: `tile 0/3`,
    `checkpoint 7`, `key 1`, `anchor 7`."""
    tile = lru_cache(_KEPT)(store.seal.tile)
    if last is not None:
        for level, n in sorted({*tiles, *_upper(last.size, tile)}):
            problem = MISSING if tile(level, n) is None else CHANGED
            yield _part(f"tile {level}/{n}", problem)
    rows = store.seal.checkpoints()
    keys = store.seal.signers()
    yield from _checkpoints(rows, keys, f"orderloom/{store.log}", _subtree(tile))
    if verifier is not None and keys and keys[-1].verifier != verifier:
        yield _part(f"key {keys[-1].no}", FORGED)
    if kept is not None:
        yield from _unvouched(kept, keys)
    if anchor is not None and anchor.exists():
        yield from _anchored(anchor, {row.no: row for row in rows}, _subtree(tile))


def _unvouched(kept: str, keys: Sequence[KeyRow]) -> Iterator[Problem]:
    """Keys that a kept one says nothing of: all, where it is none of the log's; else those that
    came after the one before was lost. That the others are vouched for their first checkpoints
    say, which are signed by two."""
    known = [each.verifier for each in keys]
    if kept not in known:
        # A key is made with the first checkpoint, so that a log without any is not the kept one's.
        yield _part(f"key {keys[-1].no}" if keys else "key", FORGED if keys else MISSING)
        return
    for each in keys[known.index(kept) + 1 :]:
        if each.alone:
            yield _part(f"key {each.no}", FORGED)


def _upper(size: int, tile: Callable[[int, int], Tile | None]) -> Iterator[tuple[int, int]]:
    """Tiles above level 0 that are missing, too short, or do not stand in the tile above."""
    level, count = 1, size // WIDTH
    while count:
        for n in range(-(-count // WIDTH)):
            found, length = tile(level, n), min(WIDTH, count - n * WIDTH)
            if found is None or len(found.hashes) < length * HASH:
                yield level, n
            elif length == WIDTH:
                above, at = tile(level + 1, n // WIDTH), n % WIDTH * HASH
                if above is not None and above.hashes[at : at + HASH] != top(found.hashes):
                    yield level, n
        level, count = level + 1, count // WIDTH


def _checkpoints(
    rows: Sequence[CheckpointRow],
    keys: Sequence[KeyRow],
    origin: str,
    subtree: Callable[[int, int], bytes],
) -> Iterator[Problem]:
    expected = 1
    for row in rows:
        if row.no != expected:
            yield _part(f"checkpoint {expected}", MISSING)
        expected = row.no + 1
        if not _is_signed(row, keys, origin):
            yield _part(f"checkpoint {row.no}", FORGED)
            continue
        try:
            root = root_at(row.size, subtree)
        except (LookupError, ValueError):
            root = b""
        if root != row.root:
            yield _part(f"checkpoint {row.no}", CHANGED)


def _is_signed(row: CheckpointRow, keys: Sequence[KeyRow], origin: str) -> bool:
    """Whether the note says what the row says, by the key that was in use; where a key begins, by
    the one before as well."""
    try:
        text, lines = split_note(row.note)
        told = read_checkpoint(text)
        if (told.origin, told.size, told.root) != (origin, row.size, row.root):
            return False
        for key in _in_use(row.no, keys):
            signed = [each for name, id_, each in lines if (name, id_) == (key.name, key.id)]
            if not signed or not all(key.holds(text, each) for each in signed):
                return False
    except ValueError:
        return False
    return bool(keys) and row.no >= keys[0].no


def _in_use(no: int, keys: Sequence[KeyRow]) -> list[VerifierKey]:
    known = [each for each in keys if each.no <= no]
    found = known[-1:]
    if len(known) > 1 and known[-1].no == no and not known[-1].alone:
        found = known[-2:]
    return [read_verifier_key(each.verifier) for each in found]


def _anchored(
    path: Path, rows: dict[int, CheckpointRow], subtree: Callable[[int, int], bytes]
) -> Iterator[Problem]:
    """Checkpoints that were told outside and are none of the tree."""
    for line, told in enumerate(told_in(path), 1):
        if told is None:
            yield _part(f"anchor, line {line}", CHANGED)
            continue
        row = rows.get(told.no)
        if row is not None and row.note == told.note:
            continue
        try:
            same = root_at(told.checkpoint.size, subtree) == told.checkpoint.root
        except (LookupError, ValueError):
            same = False
        if not same or row is None:
            yield _part(f"anchor {told.no}", MISSING if row is None else CHANGED)


def _subtree(tile: Callable[[int, int], Tile | None]) -> Callable[[int, int], bytes]:
    def subtree(level: int, n: int) -> bytes:
        height, above = divmod(level, HEIGHT)
        first, count = n << above, 1 << above
        found, at = tile(height, first // WIDTH), first % WIDTH * HASH
        hashes = b"" if found is None else found.hashes[at : at + count * HASH]
        if len(hashes) < count * HASH:
            raise LookupError(f"no subtree {n} of level {level}")
        return top(hashes)

    return subtree


def _part(name: str, problem: str) -> Problem:
    return Problem(None, None, problem, name)
