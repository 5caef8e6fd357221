"""What a manifest of format 2 says: which blocks there are, what is sealed, what else is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from orderloom.audit.verify_block import HASH, Block
from orderloom.audit.verify_rows import bounded
from orderloom.audit.verify_zip import DEFLATED, MANIFEST, STORED, Damaged, Part, open_zip

FORMAT = "orderloom/export/2"
LOG, ORDERS = "log", "orders"
HASHES, TREE, PROOFS, APART = "hashes.bin", "tree.bin", "proofs.jsonl", "apart.jsonl"
CHECKPOINTS, KEYS = "checkpoints.jsonl", "keys.txt"
SEALING = (HASHES, TREE, PROOFS, APART, CHECKPOINTS, KEYS)
# Bytes of a leaf's row in `tree.bin`.
ROW = 8
_FACTS = {"at", "blocks", "content", "entries", "format", "leaves", "log", "parts", "personal"}
_BLOCK = re.compile(r"(streams|entries|kept)/([0-9]{6})\.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`content`: the whole log, or chosen orders with proofs. `leaves`: size of the tree that the
    last checkpoint is about. `digest`: the manifest's SHA-256; `note`: what was signed of it."""

    log: str
    content: str
    at: str
    personal: str
    entries: int
    leaves: int
    blocks: tuple[Block, ...]
    hashes: Part
    parts: Mapping[str, Part]
    digest: str
    note: str

    @property
    def extras(self) -> list[Part]:
        """Parts for people, and what entries name by digest."""
        return [part for name, part in self.parts.items() if _is_beside(name)]

    @property
    def signed(self) -> bool:
        """Whether there are checkpoints; of older files of empty logs there are none."""
        return CHECKPOINTS in self.parts

    @property
    def whole(self) -> bool:
        """Whether the file holds all of the log."""
        return self.content == LOG


def read_plan(file: BinaryIO) -> Plan:
    """Raises `Damaged`."""
    manifest, parts, digest, note = open_zip(file)
    try:
        return _plan(manifest, parts, digest, note)
    except (KeyError, TypeError, ValueError):
        raise Damaged(MANIFEST) from None


def _plan(manifest: dict[str, Any], parts: Mapping[str, Part], digest: str, note: str) -> Plan:
    if set(manifest) != _FACTS or manifest["format"] != FORMAT:
        raise ValueError("another format")
    content, personal = manifest["content"], manifest["personal"]
    if content not in (LOG, ORDERS) or personal not in ("included", "left out"):
        raise ValueError("unknown content")
    entries, leaves = bounded(manifest["entries"], 40), bounded(manifest["leaves"], 40)
    blocks = tuple(_blocks(manifest["blocks"], parts))
    if sum(block.rows for block in blocks) != entries:
        raise ValueError("the blocks hold another number of entries")
    sealed = TREE if content == LOG else PROOFS
    expected = {HASHES, *({sealed} if leaves else ())}
    if leaves or CHECKPOINTS in parts:
        # A log without entries may be signed for, too.
        expected |= {CHECKPOINTS, KEYS}
    known = expected | {APART} | {each for each in parts if _is_beside(each)}
    if not expected <= set(parts) or set(parts) - known - _of(blocks):
        raise ValueError("parts are missing, or there are others")
    hashes = parts[HASHES]
    if hashes.method != STORED or hashes.packed != entries * HASH or hashes.size != hashes.packed:
        raise ValueError("there are more or fewer hashes than entries")
    if TREE in parts and parts[TREE].packed != leaves * ROW:
        raise ValueError("there are more or fewer places than leaves")
    return Plan(
        log=str(manifest["log"]),
        content=content,
        at=str(manifest["at"]),
        personal=personal,
        entries=entries,
        leaves=leaves,
        blocks=blocks,
        hashes=hashes,
        parts=parts,
        digest=digest,
        note=note,
    )


def _blocks(sizes: list[int], parts: Mapping[str, Part]) -> list[Block]:
    found, first = list[Block](), 0
    for number, size in enumerate(sizes, 1):
        rows, name = bounded(size, 32), f"{number:06}.jsonl"
        streams, entries = parts[f"streams/{name}"], parts[f"entries/{name}"]
        if streams.method != DEFLATED or entries.method != DEFLATED:
            raise ValueError("a block is packed")
        found.append(Block(first, rows, streams, entries, parts.get(f"kept/{name}")))
        first += rows
    return found


def _of(blocks: tuple[Block, ...]) -> set[str]:
    return {
        part.name
        for block in blocks
        for part in (block.streams, block.entries, block.kept)
        if part is not None
    }


def _is_beside(name: str) -> bool:
    """What is there for people, and what entries name by digest."""
    return _BLOCK.fullmatch(name) is None and name not in SEALING
