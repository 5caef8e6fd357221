"""A form with files that lies on disk (RFC 7578): its fields as text, its files as places in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import BinaryIO, Final

from orderloom.platform.problem import Rejection
from orderloom.platform.web.multipart import (
    LONGEST_HEAD,
    MOST_PARTS,
    disposition,
    malformed,
    parameter,
)

PIECE: Final = 262_144
# All the text of a form together.
LONGEST_TEXT: Final = 10_485_760
MOST_FIELDS: Final = 20_000
LONGEST_BOUNDARY: Final = 70


class Slice:
    """A part of a file, read as a file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file = file
        self._start = start
        self._length = length
        self._at = 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As a file's: from the beginning, from here, from the end."""
        around = (0, self._at, self._length)[whence]
        self._at = max(0, around + offset)
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """Up to so many bytes from where it stands; all that is left below 0."""
        left = max(0, self._length - self._at)
        self._file.seek(self._start + self._at)
        found = self._file.read(left if size < 0 else min(size, left))
        self._at += len(found)
        return found


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form. `name`: of its field; `filename`: as it was called there."""

    name: str
    filename: str
    source: Slice


Found = tuple[tuple[tuple[str, str], ...], tuple[Upload, ...]]


def read_spooled(file: BinaryIO, content_type: str) -> Found | Rejection:
    """Fields in the order they were sent, and the files that were chosen."""
    boundary = (parameter("content-type", content_type, "boundary") or "").encode()
    if not 0 < len(boundary) <= LONGEST_BOUNDARY:
        return malformed("there is no boundary")
    marks = list(islice(_marks(file, b"--" + boundary), MOST_FIELDS + MOST_PARTS))
    if len(marks) < 2 or not _ends(file, marks[-1] + 2 + len(boundary)):
        return malformed("the parts do not end, or are too many")
    pairs: list[tuple[str, str]] = []
    uploads: list[Upload] = []
    texts = 0
    for start, end in pairwise(marks):
        # The line break before a mark belongs to the mark.
        part = _part(file, start + 2 + len(boundary), end - 2)
        if isinstance(part, Rejection):
            return part
        name, filename, content = part
        if filename is not None:
            if filename or content.seek(0, 2):
                uploads.append(Upload(name, filename, content))
            continue
        texts += content.seek(0, 2)
        content.seek(0)
        if texts > LONGEST_TEXT:
            return malformed("the fields are too long")
        try:
            pairs.append((name, content.read().decode("utf-8")))
        except UnicodeDecodeError:
            return malformed(f"{name[:60]} is not UTF-8")
    if len(uploads) > MOST_PARTS:
        return malformed("there are too many files")
    return tuple(pairs), tuple(uploads)


def _part(file: BinaryIO, start: int, end: int) -> tuple[str, str | None, Slice] | Rejection:
    """Name, file name and content of what stands between two marks."""
    head, found, _ = Slice(file, start, end - start).read(LONGEST_HEAD + 4).partition(b"\r\n\r\n")
    told = disposition(head) if found else ""
    name = parameter("content-disposition", told, "name")
    if not name:
        return malformed("a part has no name")
    at = start + len(head) + 4
    return name, parameter("content-disposition", told, "filename"), Slice(file, at, end - at)


def _marks(file: BinaryIO, mark: bytes) -> Iterator[int]:
    """Where the lines begin that part the form."""
    line, at, before = b"\r\n" + mark, -2, b"\r\n"
    file.seek(0)
    while piece := file.read(PIECE):
        window = before + piece
        found = window.find(line)
        while found >= 0:
            yield at + found + 2
            found = window.find(line, found + 1)
        # A line that has begun here is found whole with what follows, and only then.
        before = window[-(len(line) - 1) :]
        at += len(window) - len(before)


def _ends(file: BinaryIO, at: int) -> bool:
    file.seek(at)
    return file.read(2) == b"--"
