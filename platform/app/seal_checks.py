"""What entries must be like to be sealed: each continues its stream, each stream ends as its order
says (engine 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from orderloom.audit.chain import PLACE, genesis, link_at
from orderloom.audit.merkle import leaf_hashes
from orderloom.platform.app.tree import Leaves
from orderloom.platform.store.seal_rows import Behind, Head, Leaf

MISSING: Final = "missing"
CHANGED: Final = "changed"
HEAD: Final = "head"
# Numbers of streams and of entries in them are smaller.
_STREAMS: Final = 1 << 64
_ENTRIES: Final = 1 << 32


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
    places, pack = list[bytes](), PLACE.pack
    # Where each stream has come to: its last entry's number and hash. Most entries continue the
    # one just before them, `stream`'s entry `number` with the hash `last`.
    ends = dict[int, tuple[int, bytes]]()
    tops = dict[int, int]()
    stream, number, last = 0, _ENTRIES, b""
    rows = zip(behind.streams, behind.seqs, behind.hashes, behind.bodies, strict=True)
    for own, seq, hash_, body in rows:
        if own != stream or seq != number + 1 or seq >= _ENTRIES:
            if not (0 <= own < _STREAMS and 0 < seq < _ENTRIES):
                return Gap(own, seq, CHANGED)
            if last:
                ends[stream] = number, last
                tops[stream] = max(tops.get(stream, 0), number)
            before = _before(behind, log, own, seq, ends)
            if before is None:
                return Gap(own, seq - 1, MISSING)
            stream, last = own, before
        place = pack(own, seq)
        if link_at(last, place, body) != hash_:
            return Gap(own, seq, CHANGED)
        number, last = seq, hash_
        places.append(place)
    if last:
        tops[stream] = max(tops.get(stream, 0), number)
    for stream, top in tops.items():
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


def _before(
    behind: Behind, log: str, stream: int, seq: int, ends: Mapping[int, tuple[int, bytes]]
) -> bytes | None:
    """The hash that entry `seq` of a stream continues; None where that entry is not there."""
    if seq == 1:
        return genesis(log, stream)
    number, last = ends.get(stream, (0, b""))
    return last if number == seq - 1 else behind.befores.get((stream, seq - 1))


def _fits(head: Head, top: int) -> bool:
    return head.seq >= top and head.found == head.hash
