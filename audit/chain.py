"""The hash chain of a stream: each entry's hash covers all entries before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

ENTRY: Final = b"orderloom/entry/1\n"
GENESIS: Final = b"orderloom/genesis/1\n"


def link(previous: bytes, stream: int, seq: int, body: bytes) -> bytes:
    """The 32 bytes hash of entry `seq` (1, 2, …) of `stream`, whose predecessor has `previous`.

    `stream` is a number of 0 to 2^64 - 1, `seq` of 1 to 2^32 - 1; `body` is hashed as stored.
    """
    place = stream.to_bytes(8, "big") + seq.to_bytes(4, "big")
    return hashlib.sha256(ENTRY + previous + place + body).digest()


def genesis(log: str, stream: int) -> bytes:
    """What stands for the hash before a stream's first entry. `log`: the installation's log id."""
    return hashlib.sha256(GENESIS + log.encode() + stream.to_bytes(8, "big")).digest()


def extend(previous: bytes, stream: int, seq: int, bodies: Iterable[bytes]) -> list[bytes]:
    """The hashes of entries `seq + 1`, `seq + 2`, … after an entry with number `seq`."""
    hashes = []
    for number, body in enumerate(bodies, seq + 1):
        previous = link(previous, stream, number, body)
        hashes.append(previous)
    return hashes
