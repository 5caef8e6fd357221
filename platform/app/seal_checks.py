"""What entries must be like to be sealed: each continues its stream, each stream ends as its order
says (engine 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from orderloom.audit.chain import PLACE, extend, genesis
from orderloom.audit.merkle import leaf_hashes
from orderloom.platform.app.tree import Leaves
from orderloom.platform.store.seal_rows import Behind, Head

MISSING: Final = "missing"
CHANGED: Final = "changed"
HEAD: Final = "head"
# Numbers of streams and of entries in them are smaller.
_STREAMS: Final = 1 << 64
_ENTRIES: Final = 1 << 32
_NOWHERE: Final[tuple[int, bytes | None]] = (0, None)


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
    places = list[bytes]()
    # Where each stream has come to: its last entry's number and hash.
    ends: dict[int, tuple[int, bytes]] = {}
    tops: dict[int, int] = {}
    for stream, seq, start, stop in behind.runs:
        last = seq + stop - start - 1
        if not (0 <= stream < _STREAMS and 0 < seq <= last < _ENTRIES):
            return Gap(stream, seq, CHANGED)
        number, before = ends.get(stream, _NOWHERE)
        if seq == 1:
            before = genesis(log, stream)
        elif number != seq - 1:
            before = behind.befores.get((stream, seq - 1))
        if before is None:
            return Gap(stream, seq - 1, MISSING)
        hashes = behind.hashes[start:stop]
        made = extend(before, stream, seq - 1, behind.bodies[start:stop])
        if made != hashes:
            pairs = enumerate(zip(made, hashes, strict=True))
            wrong = next(at for at, (wanted, found) in pairs if wanted != found)
            return Gap(stream, seq + wrong, CHANGED)
        ends[stream] = last, hashes[-1]
        tops[stream] = max(tops.get(stream, 0), last)
        places += [PLACE.pack(stream, each) for each in range(seq, last + 1)]
    for stream, top in tops.items():
        head = behind.heads.get(stream)
        if head is None or not _fits(head, top):
            return Gap(stream, top, HEAD)
    return Leaves(behind.ids, places, leaf_hashes(behind.hashes), behind.names)


def _fits(head: Head, top: int) -> bool:
    return head.seq >= top and head.found == head.hash
