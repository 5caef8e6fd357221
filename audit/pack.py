"""Writes the container of format 2: a zip that holds nothing but what its manifest says.

Every byte outside the parts follows from the manifest (`docs/audit-format.md`, section 8), so
parts have no dates, comments or attributes of their own. The file need not be seekable.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any, Final

import msgspec

MANIFEST: Final = "manifest.json"
NOTE: Final = "manifest.note"
STORED, DEFLATED = 0, 8
# Fast, and not much larger than what takes three times as long.
LEVEL: Final = 4
_BIG, _MANY = 0xFFFFFFFF, 0xFFFF
_EPOCH: Final = (0, 0x21)
_ENCODER = msgspec.json.Encoder(order="sorted")


@dataclass(slots=True)
class _Listed:
    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    sha: str

    def to_json(self) -> dict[str, Any]:
        return {
            "crc": self.crc,
            "method": self.method,
            "name": self.name,
            "packed": self.packed,
            "sha": self.sha,
            "size": self.size,
        }


@dataclass(slots=True)
class Pack:
    """`add` the parts in their order, then `close`."""

    out: IO[bytes]
    _parts: list[_Listed] = field(default_factory=list)
    _at: int = 0

    def add(self, name: str, content: bytes, *, deflate: bool = True) -> None:
        """A part that fits into memory."""
        packed = _deflated(content) if deflate else content
        method = DEFLATED if deflate else STORED
        self._begin(name, method, zlib.crc32(content), len(packed), len(content))
        self._write(packed)
        self._parts[-1].sha = hashlib.sha256(packed).hexdigest()

    def copy(self, name: str, source: IO[bytes]) -> None:
        """A part from a file, as it stands; read twice from its beginning."""
        crc, size, digest = 0, 0, hashlib.sha256()
        for piece in _pieces(source):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            digest.update(piece)
        self._begin(name, STORED, crc, size, size)
        for piece in _pieces(source):
            self._write(piece)
        self._parts[-1].sha = digest.hexdigest()

    def close(self, facts: dict[str, Any], note: Callable[[str], str]) -> str:
        """Writes the manifest with `facts`, what `note` makes of its digest, and the directory.
        Answers the digest: hexadecimal SHA-256 of the manifest, which stands for all of it."""
        listed = [each.to_json() for each in self._parts]
        manifest = _ENCODER.encode({**facts, "parts": listed})
        digest = hashlib.sha256(manifest).hexdigest()
        self.add(MANIFEST, manifest, deflate=False)
        self.add(NOTE, note(digest).encode(), deflate=False)
        start = self._at
        for each in self._parts:
            self._write(_record(each))
        self._write(_end(len(self._parts), self._at - start, start))
        return digest

    def _begin(self, name: str, method: int, crc: int, packed: int, size: int) -> None:
        if max(packed, size) >= _BIG:
            raise ValueError(f"{name} is too large for a part")
        self._parts.append(_Listed(name, method, crc, packed, size, self._at, ""))
        numbers = (crc, packed, size, len(name), 0)
        head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, *_EPOCH, *numbers)
        self._write(head + name.encode("ascii"))

    def _write(self, data: bytes) -> None:
        self.out.write(data)
        self._at += len(data)


def _record(part: _Listed) -> bytes:
    """A part's record in the directory; only those far behind need the longer form."""
    far = part.offset >= _BIG
    extra = struct.pack("<HHQ", 1, 8, part.offset) if far else b""
    record = struct.pack(
        "<4s6H3I5H2I",
        b"PK\1\2",
        (3 << 8) | 45,
        45 if far else 20,
        0,
        part.method,
        *_EPOCH,
        part.crc,
        part.packed,
        part.size,
        len(part.name),
        len(extra),
        0,
        0,
        0,
        0o100644 << 16,
        _BIG if far else part.offset,
    )
    return record + part.name.encode("ascii") + extra


def _end(count: int, size: int, start: int) -> bytes:
    long = b""
    if start >= _BIG or count >= _MANY:
        numbers = (44, (3 << 8) | 45, 45, 0, 0, count, count, size, start)
        long = struct.pack("<4sQ2H2I4Q", b"PK\6\6", *numbers)
        long += struct.pack("<4sIQI", b"PK\6\7", 0, start + size, 1)
    count, start = min(count, _MANY), min(start, _BIG)
    return long + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, start, 0)


def _deflated(content: bytes) -> bytes:
    engine = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return engine.compress(content) + engine.flush()


def _pieces(source: IO[bytes]) -> Iterable[bytes]:
    source.seek(0)
    while piece := source.read(1 << 20):
        yield piece
