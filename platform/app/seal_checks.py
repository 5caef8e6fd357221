"""What entries must be like to be sealed: each continues its stream, each stream ends as its order
says (engine 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orderloom.audit.chain import genesis, link
from orderloom.audit.merkle import leaf_hash
from orderloom.platform.app.tree import Fresh
from orderloom.platform.store.seal_feed import NUMBERED
from orderloom.platform.store.seal_rows import Behind, Head

MISSING: Final = "missing"
CHANGED: Final = "changed"
HEAD: Final = "head"


@dataclass(frozen=True, slots=True)
class Gap:
    """Why nothing more is sealed. `problem`: `missing`: the entry before it is gone; `changed`: it
    does not continue the one before; `head`: the stream's own row says otherwise."""

    stream: int
    seq: int
    problem: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name or self.stream}, entry {self.seq}: {self.problem}"


def leaves_to_seal(behind: Behind, log: str) -> list[Fresh] | Gap:
    """The entries as leaves, or the first thing that is wrong with them."""
    hashes, names = behind.hashes, behind.names
    found: list[Fresh] = []
    tops: dict[int, int] = {}
    for id_, stream, seq, type_, hash_, body in behind.entries:
        before = hashes.get((stream, seq - 1)) if seq > 1 else genesis(log, stream)
        if before is None:
            return Gap(stream, seq - 1, MISSING)
        if seq < 1 or link(before, stream, seq, body) != hash_:
            return Gap(stream, seq, CHANGED)
        if seq > tops.get(stream, 0):
            tops[stream] = seq
        name = names.get(stream) if seq == 1 or type_ in NUMBERED else None
        found.append(Fresh(id_, stream, seq, leaf_hash(hash_), name))
    for stream, top in tops.items():
        head = behind.heads.get(stream)
        if head is None or not _fits(head, top):
            return Gap(stream, top, HEAD)
    return found


def _fits(head: Head, top: int) -> bool:
    return head.seq >= top and head.found == head.hash
