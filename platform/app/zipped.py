"""The names inside a ZIP file (APPNOTE 4.3), read from its list alone: nothing is unpacked."""

from __future__ import annotations

import struct
from typing import Final, Protocol

END: Final = b"PK\x05\x06"
ENTRY: Final = b"PK\x01\x02"
END_BYTES: Final = 22
ENTRY_BYTES: Final = 46
LONGEST_COMMENT: Final = 1_024
LONGEST_LIST: Final = 1_048_576
MOST_MEMBERS: Final = 5_000
# What the members say they would take, unpacked: more is no document but a trap.
MOST_UNPACKED: Final = 1_073_741_824


class Source(Protocol):
    """A file to be read, from anywhere in it."""

    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, whence: int = 0, /) -> int: ...


def members(source: Source, size: int) -> frozenset[str] | None:
    """The names of the members; None for what is no plain ZIP, or would unpack to too much, or
    has names that lead out of it."""
    listed = _list(source, size)
    if listed is None:
        return None
    names, unpacked, at = set[str](), 0, 0
    while at + ENTRY_BYTES <= len(listed) and listed[at : at + 4] == ENTRY:
        unpacked += int.from_bytes(listed[at + 24 : at + 28], "little")
        lengths = struct.unpack_from("<HHH", listed, at + 28)
        name = listed[at + ENTRY_BYTES : at + ENTRY_BYTES + lengths[0]].decode("utf-8", "replace")
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            return None
        names.add(name)
        at += ENTRY_BYTES + sum(lengths)
    if at != len(listed) or unpacked > MOST_UNPACKED or len(names) > MOST_MEMBERS:
        return None
    return frozenset(names)


def _list(source: Source, size: int) -> bytes | None:
    """The central directory, where the file ends with it as it should."""
    start = max(size - END_BYTES - LONGEST_COMMENT, 0)
    source.seek(start)
    tail = source.read(END_BYTES + LONGEST_COMMENT)
    at = tail.rfind(END)
    if at < 0 or at + END_BYTES > len(tail):
        return None
    disks, count, length, offset, comment = struct.unpack_from("<4xI2xHIIH", tail, at)
    whole = at + END_BYTES + comment == len(tail) and offset + length == start + at
    if disks or not whole or not 0 < count <= MOST_MEMBERS or length > LONGEST_LIST:
        return None
    source.seek(offset)
    return source.read(length)
