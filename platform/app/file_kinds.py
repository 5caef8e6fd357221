"""What a file is, by its content: a small table of kinds that orders take, and no others.

Nothing is unpacked, rendered or run; what is looked at is bounded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from orderloom.platform.app.zipped import Source, members
from orderloom.platform.store.attachment_rows import CHUNK

OOXML: Final = "application/vnd.openxmlformats-officedocument"
PNG_END: Final = b"\0\0\0\0IEND\xaeB`\x82"
# A picture of more points is not shown in place: it could take all the memory of a browser.
MOST_POINTS: Final = 50_000_000
_NAME: Final = re.compile(r"<([\w:.-]+)")
# What may stand before the first element of an XML document, and how it ends.
_BEFORE: Final = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"))
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
# What a browser would run.
_ACTIVE: Final = frozenset({"html", "svg", "script", "body", "head", "iframe"})


@dataclass(frozen=True, slots=True)
class Kind:
    """`media`: the type it is served as; `endings`: those a name may have, the first is given to
    one without. `shown`: how it is looked at: `image text` in place, `pdf` in a tab of its own, or
    not at all."""

    media: str
    endings: tuple[str, ...]
    shown: str = ""


PDF: Final = Kind("application/pdf", ("pdf",), "pdf")
PNG: Final = Kind("image/png", ("png",), "image")
JPEG: Final = Kind("image/jpeg", ("jpg", "jpeg"), "image")
GIF: Final = Kind("image/gif", ("gif",), "image")
WEBP: Final = Kind("image/webp", ("webp",), "image")
XLSX: Final = Kind(f"{OOXML}.spreadsheetml.sheet", ("xlsx",))
DOCX: Final = Kind(f"{OOXML}.wordprocessingml.document", ("docx",))
CSV: Final = Kind("text/csv", ("csv",), "text")
TEXT: Final = Kind("text/plain", ("txt", "text", "log", "md"), "text")
XML: Final = Kind("application/xml", ("xml",), "text")
KINDS: Final = {
    kind.media: kind for kind in (PDF, PNG, JPEG, GIF, WEBP, XLSX, DOCX, CSV, TEXT, XML)
}
_IN_ZIP: Final = {"xl/workbook.xml": XLSX, "word/document.xml": DOCX}


def kind_of(source: Source, size: int, ending: str) -> Kind | None:
    """The kind of a file of so many bytes; None for what orders do not take. `ending`: of its
    name, which tells texts apart."""
    source.seek(0)
    head = source.read(4096)
    for looks, judge in _BINARY:
        if looks(head):
            return judge(source, size)
    return _text(source, ending)


def points(source: Source, kind: Kind) -> tuple[int, int] | None:
    """Width and height of a picture, as its head says; None where it does not say."""
    source.seek(0)
    head = source.read(CHUNK)
    if kind is PNG:
        return _pair(head, 16, 4, "big")
    if kind is GIF:
        return _pair(head, 6, 2, "little")
    return _of_webp(head) if kind is WEBP else _of_jpeg(head)


def is_shown(source: Source, kind: Kind) -> bool:
    """Whether a page may show the picture in place."""
    found = points(source, kind)
    return found is not None and 0 < found[0] * found[1] <= MOST_POINTS


def _png(source: Source, size: int) -> Kind | None:
    source.seek(max(size - len(PNG_END), 0))
    return PNG if source.read(len(PNG_END)) == PNG_END else None


def _webp(source: Source, size: int) -> Kind | None:
    source.seek(4)
    said = int.from_bytes(source.read(4), "little") + 8
    return WEBP if said in (size, size - 1) else None


def _office(source: Source, size: int) -> Kind | None:
    names = members(source, size)
    if names is None or "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    found = [kind for member, kind in _IN_ZIP.items() if member in names]
    return found[0] if len(found) == 1 else None


def _text(source: Source, ending: str) -> Kind | None:
    """A text in UTF-8, or in the code page of older Windows programs in central Europe."""
    if not (_is_text(source, "utf-8") or _is_text(source, "cp1250")):
        return None
    source.seek(0)
    name = _root(source.read(4096).decode("utf-8", "replace").lstrip("\ufeff"))
    if ending in XML.endings:
        return XML if name and name not in _ACTIVE else None
    return CSV if ending in CSV.endings else TEXT


def _root(text: str) -> str:
    """The name of the first element, in lower case and without a prefix; empty where there is
    none."""
    text = text.lstrip()
    while opened := next((pair for pair in _BEFORE if text.startswith(pair[0])), None):
        _, _, text = text.partition(opened[1])
        text = text.lstrip()
    found = _NAME.match(text)
    return found[1].rpartition(":")[2].lower() if found else ""


def _is_text(source: Source, encoding: str) -> bool:
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        while piece := source.read(CHUNK):
            if _UNFIT.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _pair(head: bytes, at: int, width: int, order: str) -> tuple[int, int] | None:
    if len(head) < at + 2 * width:
        return None
    big = order == "big"
    first, second = (head[at + n * width : at + (n + 1) * width] for n in (0, 1))
    return _number(first, big=big), _number(second, big=big)


def _number(data: bytes, *, big: bool) -> int:
    return int.from_bytes(data, "big" if big else "little")


def _of_webp(head: bytes) -> tuple[int, int] | None:
    if head[12:16] == b"VP8X" and len(head) >= 30:
        return 1 + _number(head[24:27], big=False), 1 + _number(head[27:30], big=False)
    if head[12:16] == b"VP8 " and len(head) >= 30:
        low = 0x3FFF
        return _number(head[26:28], big=False) & low, _number(head[28:30], big=False) & low
    if head[12:16] == b"VP8L" and len(head) >= 25:
        bits = _number(head[21:25], big=False)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _of_jpeg(head: bytes) -> tuple[int, int] | None:
    """From the frame header (ITU T.81, B.2.2), over the segments before it."""
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _number(head[at + 7 : at + 9], big=True), _number(
                head[at + 5 : at + 7], big=True
            )
        at += 2 + _number(head[at + 2 : at + 4], big=True)
    return None


_BINARY: Final[tuple[tuple[Callable[[bytes], bool], Callable[[Source, int], Kind | None]], ...]] = (
    (lambda head: head.startswith(b"%PDF-"), lambda source, size: PDF),
    (lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda head: head.startswith(b"\xff\xd8\xff"), lambda source, size: JPEG),
    (lambda head: head.startswith((b"GIF87a", b"GIF89a")), lambda source, size: GIF),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", _webp),
    (lambda head: head.startswith(b"PK\x03\x04"), _office),
)
