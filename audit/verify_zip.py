"""The container of format 2: a zip in which every byte follows from its manifest.

Nothing is unpacked to disk, names come from a closed list, and what a part unpacks to is bounded
by what the manifest says, so a file of somebody hostile costs no more than an honest one.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from struct import Struct, error
from typing import Any, BinaryIO, NamedTuple

from orderloom.audit.verify_rows import CHANGED, CUT, INSERTED

DIRECTORY, MANIFEST, NOTE = "directory", "manifest.json", "manifest.note"
STORED, DEFLATED = 0, 8
MOST_PARTS = 200_000
MOST_DIRECTORY = 1 << 25
MOST_MANIFEST = 1 << 26
# What one part may unpack to; a part that is only stored is read piece by piece.
MOST_UNPACKED = 1 << 26
PIECE = 1 << 20
NAMES = re.compile(
    r"README\.txt|hashes\.bin|tree\.bin|proofs\.jsonl|apart\.jsonl|checkpoints\.jsonl|keys\.txt"
    r"|(?:streams|entries|kept)/[0-9]{6}\.jsonl|attachments\.jsonl|definitions\.jsonl"
    r"|(?:definitions/[0-9a-f]{64}\.json)|report-(?:en|pl|sk)\.(?:html|pdf)|verifier/[a-z0-9_]{1,40}\.py"
)
_LISTED = ("method", "crc", "packed", "size")
_LOCAL = Struct("<4s5H3I2H")
_CENTRAL = Struct("<4s6H3I5H2I")
_END = Struct("<4s4H2IH")
_END64 = Struct("<4sQ2H2I4Q")
_LOCATOR = Struct("<4sIQI")
_BIG, _MANY = 0xFFFFFFFF, 0xFFFF
# 1 January 1980, midnight: a file's age is no part of what it says.
_WHEN = (0, 0x21)


class Damaged(Exception):
    """A part of the file is not as it must be. `problem`: as of entries."""

    def __init__(self, part: str, problem: str = CHANGED) -> None:
        super().__init__(part, problem)
        self.part = part
        self.problem = problem


class Part(NamedTuple):
    """A file in the zip. `packed`, `size`: bytes as they stand and unpacked. `offset`: where its
    local header begins. `digest`: SHA-256 of the bytes as they stand; empty for the last two."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    digest: str = ""

    @property
    def header(self) -> bytes:
        """The local header, the only one possible."""
        name = self.name.encode()
        numbers = (self.crc, self.packed, self.size, len(name), 0)
        return _LOCAL.pack(b"PK\3\4", 20, 0, self.method, *_WHEN, *numbers) + name

    @property
    def record(self) -> bytes:
        """The record in the directory, the only one possible."""
        name, far = self.name.encode(), self.offset >= _BIG
        extra = Struct("<2HQ").pack(1, 8, self.offset) if far else b""
        return (
            _CENTRAL.pack(
                b"PK\1\2",
                (3 << 8) | 45,
                45 if far else 20,
                0,
                self.method,
                *_WHEN,
                self.crc,
                self.packed,
                self.size,
                len(name),
                len(extra),
                *(0, 0, 0),
                0o100644 << 16,
                _BIG if far else self.offset,
            )
            + name
            + extra
        )

    @property
    def start(self) -> int:
        """Where its bytes begin."""
        return self.offset + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        """Where the next part begins."""
        return self.start + self.packed


def open_zip(file: BinaryIO) -> tuple[dict[str, Any], dict[str, Part], str, str]:
    """The manifest, the parts it lists, its digest, and the note about it. Raises `Damaged`.
    Afterwards only the parts themselves, each with its header, are left to be looked at."""
    length = file.seek(0, 2)
    directory, start = _directory(file, length)
    records = list(_records(directory))
    if len(records) < 2 or [each.name for each in records[-2:]] != [MANIFEST, NOTE]:
        raise Damaged(DIRECTORY)
    own, note = records[-2:]
    content = _small(file, own)
    manifest = _manifest(content)
    parts = _parts(manifest)
    at = sum(_LOCAL.size + len(each.name) + each.packed for each in parts)
    if own.offset != at or note.offset != own.end or note.end != start:
        raise Damaged(DIRECTORY)
    if b"".join(each.record for each in (*parts, own, note)) != directory:
        raise Damaged(DIRECTORY)
    listed = {each.name: each for each in parts}
    return manifest, listed, sha256(content).hexdigest(), _text(_small(file, note), NOTE)


def part_bytes(file: BinaryIO, part: Part) -> Iterator[bytes]:
    """A part's bytes as they stand, piece by piece. Raises `Damaged` at the end where they, or its
    header, are not those of the manifest."""
    file.seek(part.offset)
    fits = file.read(len(part.header)) == part.header
    digest, left = sha256(), part.packed
    while left:
        piece = file.read(min(left, PIECE))
        if not piece:
            raise Damaged(part.name, CUT)
        left -= len(piece)
        digest.update(piece)
        yield piece
    if not fits or digest.hexdigest() != part.digest:
        raise Damaged(part.name)


def stored(file: BinaryIO, part: Part) -> Iterator[bytes]:
    """The bytes of a part that is not packed, piece by piece. Raises `Damaged`."""
    if part.method != STORED or part.size != part.packed:
        raise Damaged(part.name)
    crc = 0
    for piece in part_bytes(file, part):
        crc = zlib.crc32(piece, crc)
        yield piece
    if crc != part.crc:
        raise Damaged(part.name)


def unpacked(file: BinaryIO, part: Part) -> tuple[bytes, bool]:
    """What a part unpacks to, and whether all of it is as the manifest says. Of a damaged part
    that which can still be read, so that the damage can be named."""
    if part.size > MOST_UNPACKED or part.packed > MOST_UNPACKED:
        return b"", False
    pieces, good = list[bytes](), True
    try:
        for piece in part_bytes(file, part):
            pieces.append(piece)
    except Damaged:
        good = False
    content = b"".join(pieces)
    if part.method == DEFLATED:
        content, ended = _inflated(content, part.size)
        good = good and ended
    return content, good and len(content) == part.size and zlib.crc32(content) == part.crc


def _inflated(packed: bytes, size: int) -> tuple[bytes, bool]:
    """As much as can be unpacked, at most `size` bytes; and whether that was all, exactly."""
    engine = zlib.decompressobj(-15)
    try:
        found = engine.decompress(packed, size + 1)
    except zlib.error:
        return _before_damage(packed, size), False
    return found[:size], engine.eof and not engine.unused_data and len(found) <= size


def _before_damage(packed: bytes, size: int) -> bytes:
    """What comes before the damage, by small steps."""
    engine, found = zlib.decompressobj(-15), bytearray()
    for at in range(0, len(packed), 64):
        try:
            found += engine.decompress(packed[at : at + 64], size + 1 - len(found))
        except zlib.error:
            break
        if engine.unconsumed_tail or engine.eof:
            break
    return bytes(found)


def _directory(file: BinaryIO, length: int) -> tuple[bytes, int]:
    """The directory's bytes and where they begin, as the end of the file says."""
    file.seek(max(0, length - _END.size - _LOCATOR.size - _END64.size))
    tail = file.read()
    try:
        end = _END.unpack(tail[-_END.size :])
        if end[0] != b"PK\5\6":
            raise Damaged(DIRECTORY, _how(file, length))
        count, size, start = end[4], end[5], end[6]
        below = b""
        if _BIG in (size, start) or count == _MANY:
            _, _, _, _, _, _, _, count, size, start = _END64.unpack(tail[: _END64.size])
            below = _END64.pack(b"PK\6\6", 44, (3 << 8) | 45, 45, 0, 0, count, count, size, start)
            below += _LOCATOR.pack(b"PK\6\7", 0, start + size, 1)
    except error:
        raise Damaged(DIRECTORY, CUT) from None
    numbers = (min(count, _MANY), min(count, _MANY), min(size, _BIG), min(start, _BIG), 0)
    expected = below + _END.pack(b"PK\5\6", 0, 0, *numbers)
    if not tail.endswith(expected) or (below == b"") != (start < _BIG and count < _MANY):
        raise Damaged(DIRECTORY)
    if start + size + len(expected) != length:
        raise Damaged(DIRECTORY, INSERTED if start + size + len(expected) < length else CUT)
    if size > MOST_DIRECTORY or count > MOST_PARTS:
        raise Damaged(DIRECTORY)
    file.seek(start)
    return file.read(size), start


def _how(file: BinaryIO, length: int) -> str:
    """Why there is no end where one must be: something follows it, or it is gone."""
    file.seek(max(0, length - (1 << 16)))
    return INSERTED if b"PK\5\6" in file.read() else CUT


def _records(directory: bytes) -> Iterator[Part]:
    at = 0
    while at < len(directory):
        try:
            record = _CENTRAL.unpack_from(directory, at)
        except error:
            raise Damaged(DIRECTORY) from None
        names, extras = record[10], record[11]
        name = directory[at + _CENTRAL.size :][:names].decode("ascii", "replace")
        extra = directory[at + _CENTRAL.size + names :][:extras]
        offset = record[16] if len(extra) != 12 else int.from_bytes(extra[4:], "little")
        part = Part(name, record[4], record[7], record[8], record[9], offset)
        if part.record != directory[at : at + len(part.record)]:
            raise Damaged(DIRECTORY)
        yield part
        at += len(part.record)


def _small(file: BinaryIO, part: Part) -> bytes:
    """One of the last two parts, which no manifest vouches for."""
    if part.method != STORED or part.size != part.packed or part.size > MOST_MANIFEST:
        raise Damaged(part.name)
    file.seek(part.offset)
    whole = file.read(part.end - part.offset)
    content = whole[len(part.header) :]
    if whole[: len(part.header)] != part.header or zlib.crc32(content) != part.crc:
        raise Damaged(part.name)
    return content


def _manifest(content: bytes) -> dict[str, Any]:
    """A manifest is written in one way only."""
    try:
        found = json.loads(content)
        again = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except (ValueError, RecursionError):
        raise Damaged(MANIFEST) from None
    if not isinstance(found, dict) or again.encode("utf-8", "replace") != content:
        raise Damaged(MANIFEST)
    return found


def _parts(manifest: dict[str, Any]) -> Sequence[Part]:
    listed = manifest.get("parts")
    if not isinstance(listed, list):
        raise Damaged(MANIFEST)
    parts, at, seen = list[Part](), 0, set[str]()
    for each in listed:
        part = _part(each, at)
        if part.name in seen:
            raise Damaged(MANIFEST)
        seen.add(part.name)
        parts.append(part)
        at = part.end
    return parts


def _part(each: Any, at: int) -> Part:
    if not isinstance(each, dict) or set(each) != {
        "crc",
        "method",
        "name",
        "packed",
        "sha",
        "size",
    }:
        raise Damaged(MANIFEST)
    numbers = [each[name] for name in _LISTED]
    if any(type(number) is not int or not 0 <= number < _BIG for number in numbers):
        raise Damaged(MANIFEST)
    name, digest = each["name"], each["sha"]
    if not isinstance(name, str) or not NAMES.fullmatch(name):
        raise Damaged(MANIFEST)
    if not isinstance(digest, str) or numbers[0] not in (STORED, DEFLATED):
        raise Damaged(MANIFEST)
    method, crc, packed, size = numbers
    return Part(name, method, crc, packed, size, at, digest)


def _text(content: bytes, part: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Damaged(part) from None
