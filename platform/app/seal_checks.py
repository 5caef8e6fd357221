"""What entries must be like to be sealed: each continues its stream, each stream ends as its order
says (engine 6)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from orderloom.audit.chain import ENTRY, PLACE, genesis
from orderloom.audit.merkle import leaf_hashes
from orderloom.platform.app.tree import Leaves
from orderloom.platform.store.seal_rows import Behind, Head, Leaf

MISSING: Final = "missing"
CHANGED: Final = "changed"
HEAD: Final = "head"
# Numbers of streams and of entries in them are smaller.
_STREAMS: Final = 1 << 64
_ENTRIES: Final = 1 << 32
# Of a stream of which nothing was looked at.
_NOWHERE: Final = (-1, b"")


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


def leaves_to_seal(behind: Behind, log: str) -> Leaves | Gap:
    """The entries as leaves, or the first thing that is wrong with them."""
    places: list[bytes] = []
    pack, sha256 = PLACE.pack, hashlib.sha256
    # Where each stream has come to: its last entry's number and hash; and how far it had come
    # before an entry that does not follow that.
    ends: dict[int, tuple[int, bytes]] = {}
    tops: dict[int, int] = {}
    rows = zip(behind.streams, behind.seqs, behind.hashes, behind.bodies, strict=True)
    for stream, seq, hash_, body in rows:
        number, before = ends.get(stream, _NOWHERE)
        if number != seq - 1 or seq >= _ENTRIES:
            if not (0 <= stream < _STREAMS and 0 < seq < _ENTRIES):
                return Gap(stream, seq, CHANGED)
            tops[stream] = max(tops.get(stream, 0), number)
            found = genesis(log, stream) if seq == 1 else behind.befores.get((stream, seq - 1))
            if found is None:
                return Gap(stream, seq - 1, MISSING)
            before = found
        place = pack(stream, seq)
        # `link_at`, for each of many entries.
        if sha256(ENTRY + before + place + body).digest() != hash_:
            return Gap(stream, seq, CHANGED)
        ends[stream] = seq, hash_
        places.append(place)
    for stream, (number, _) in ends.items():
        top = max(tops.get(stream, 0), number)
        head = behind.heads.get(stream)
        if head is None or not _fits(head, top):
            return Gap(stream, top, HEAD)
    return Leaves(behind.ids, places, leaf_hashes(behind.hashes), behind.names)


def lost(behind: Behind, last: Leaf) -> Gap | None:
    """What is wrong where the last entry that was sealed no longer stands where it stood: entries
    that came after it took its place, and would never be sealed."""
    if behind.covered == ():
        return None
    if behind.covered is None or behind.covered[:2] != (last.stream, last.seq):
        return Gap(last.stream, last.seq, MISSING)
    if leaf_hashes(behind.covered[2:]) != [last.hash]:
        return Gap(last.stream, last.seq, CHANGED)
    return None


def _fits(head: Head, top: int) -> bool:
    return head.seq >= top and head.found == head.hash
