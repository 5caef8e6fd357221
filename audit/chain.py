"""The hash chain of a stream: each entry's hash covers all entries before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from struct import Struct
from typing import Final

ENTRY: Final = b"orderloom/entry/1\n"
GENESIS: Final = b"orderloom/genesis/1\n"
# The number of a stream and that of an entry in it, as they are hashed.
PLACE: Final = Struct(">QI")
# Bytes of a hash.
HASH: Final = 32
# All that is hashed before a body: what it is, the hash before, the place.
_BEFORE: Final = Struct(f">{len(ENTRY)}s{HASH}sQI")


def link(previous: bytes, stream: int, seq: int, body: bytes) -> bytes:
    """The 32 bytes hash of entry `seq` (1, 2, …) of `stream`, whose predecessor has `previous`.

    `stream` is a number of 0 to 2^64 - 1, `seq` of 1 to 2^32 - 1; `body` is hashed as stored.
    """
    return link_at(previous, PLACE.pack(stream, seq), body)


def link_at(previous: bytes, place: bytes, body: bytes) -> bytes:
    """The same where stream and number are packed (`PLACE`) already."""
    return hashlib.sha256(ENTRY + previous + place + body).digest()


def extend(previous: bytes, stream: int, seq: int, bodies: Iterable[bytes]) -> list[bytes]:
    """The hashes of entries `seq + 1`, `seq + 2`, … after an entry with number `seq`. Raises
    `ValueError` where `previous` is no hash."""
    if len(previous) != HASH:
        raise ValueError(f"a hash has {HASH} bytes, not {len(previous)}")
    # Whoever writes comes by here for every entry: nothing is looked up twice, and a list of a
    # named type takes ten times as long to make.
    hashes: list[bytes] = []
    pack, sha256 = _BEFORE.pack, hashlib.sha256
    for number, body in enumerate(bodies, seq + 1):
        previous = sha256(pack(ENTRY, previous, stream, number) + body).digest()
        hashes.append(previous)
    return hashes


def genesis(log: str, stream: int) -> bytes:
    """What stands for the hash before a stream's first entry. `log`: the installation's log id."""
    return hashlib.sha256(GENESIS + log.encode() + stream.to_bytes(8, "big")).digest()
