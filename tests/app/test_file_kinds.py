"""What a file is, by its content, and what it may be called."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.papers import docx, gif, jpeg, office, pdf, png, webp, xlsx

from orderloom.forms import compile_form
from orderloom.platform.app.file_kinds import is_shown, kind_of
from orderloom.platform.app.file_names import clean_name, ending
from orderloom.platform.app.zipped import members


def media(data: bytes, name_ending: str = "") -> str | None:
    kind = kind_of(io.BytesIO(data), len(data), name_ending)
    return None if kind is None else kind.media


OFFICE = "application/vnd.openxmlformats-officedocument"
SVG = b'<?xml version="1.0"?>\n<!-- a picture -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'
# what it is, its ending, what it is taken for
KINDS: dict[str, tuple[bytes, str, str | None]] = {
    "pdf": (pdf(), "pdf", "application/pdf"),
    "png": (png(), "png", "image/png"),
    "jpeg": (jpeg(), "jpg", "image/jpeg"),
    "gif": (gif(), "gif", "image/gif"),
    "webp": (webp(), "webp", "image/webp"),
    "xlsx": (xlsx(), "xlsx", f"{OFFICE}.spreadsheetml.sheet"),
    "docx": (docx(), "docx", f"{OFFICE}.wordprocessingml.document"),
    "csv": ("sku;qty\nŻ-1;2\n".encode(), "csv", "text/csv"),
    "csv of an old program": ("sku;qty\nŻ-1;2\n".encode("cp1250"), "csv", "text/csv"),
    "text": (b"hello", "txt", "text/plain"),
    "text without an ending": (b"hello", "", "text/plain"),
    "html as text is text": (b"<html><script>alert(1)</script>", "txt", "text/plain"),
    "xml": (b'<?xml version="1.0"?><Invoice/>', "xml", "application/xml"),
    "xml with a prefix": (b"\xef\xbb\xbf<!DOCTYPE a><a:Invoice/>", "xml", "application/xml"),
    "html": (b"<!doctype html><html><body>", "xml", None),
    "xhtml": (b"<h:html/>", "xml", None),
    "svg": (SVG, "xml", None),
    "no xml": (b"hello", "xml", None),
    "a program": (b"\x7fELF\x02\x01\x01\0\0", "pdf", None),
    "a program of Windows": (b"MZ\x90\0\x03", "exe", None),
    "bytes": (bytes(range(256)), "txt", None),
    "text with a NUL": (b"hello\0there", "txt", None),
    "half a pdf head": (b"%PD", "pdf", "text/plain"),
    "a zip of anything": (office("a.txt"), "xlsx", None),
    "a zip of both": (office("xl/workbook.xml", "word/document.xml"), "xlsx", None),
    "with macros": (office("xl/workbook.xml", "xl/vbaProject.bin"), "xlsx", None),
    "a way out": (office("xl/workbook.xml", "../../evil"), "xlsx", None),
    "an absolute way": (office("xl/workbook.xml", "/etc/passwd"), "xlsx", None),
    "something behind a zip": (xlsx() + b"<script>", "xlsx", None),
    "something before a zip": (b"PK\x03\x04<script>" + xlsx(), "xlsx", None),
    "half a zip": (xlsx()[:-9], "xlsx", None),
    "something behind a picture": (png() + b"<script>alert(1)</script>", "png", None),
    "a cut picture": (png()[:-1], "png", None),
    "webp that lies about its length": (webp() + b"12345", "webp", None),
}


@pytest.mark.parametrize("what", KINDS)
def test_kinds(what: str) -> None:
    data, name_ending, expected = KINDS[what]
    assert media(data, name_ending) == expected


def test_a_zip_that_would_unpack_to_too_much_is_none() -> None:
    whole = bytearray(xlsx())
    at = whole.find(b"PK\x01\x02")
    whole[at + 24 : at + 28] = struct.pack("<I", 2_000_000_000)
    assert members(io.BytesIO(bytes(whole)), len(whole)) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF"):
        kind = kind_of(io.BytesIO(start + data), len(start + data), "xml")
        if kind is not None and kind.shown == "image":
            is_shown(io.BytesIO(start + data), kind)


SHOWN = {
    "png": (png(40, 20), True),
    "jpeg": (jpeg(40, 20), True),
    "gif": (gif(40, 20), True),
    "webp": (webp(40, 20), True),
    "a huge png": (png(60_000, 60_000), False),
    "a huge jpeg": (jpeg(60_000, 60_000), False),
    "a huge webp": (webp(16_000, 16_000), False),
    "no height": (gif(40, 0), False),
}


@pytest.mark.parametrize("what", SHOWN)
def test_pictures_have_bounded_dimensions(what: str) -> None:
    data, expected = SHOWN[what]
    kind = kind_of(io.BytesIO(data), len(data), "")
    assert kind is not None
    assert is_shown(io.BytesIO(data), kind) is expected


NAMES = {
    "offer.pdf": "offer.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\bob\\offer.pdf": "offer.pdf",
    "  a   b \n c.pdf ": "a b c.pdf",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "a\u200b\ufeff\u00adb.pdf": "ab.pdf",
    "nul\0byte.pdf": "nulbyte.pdf",
    "e\u0301.pdf": "é.pdf",
    "CON.pdf": "_CON.pdf",
    "lpt1": "_lpt1",
    "a:b.pdf": "a_b.pdf",
    "...": "",
    "/": "",
    "": "",
    "\ud800.pdf": "pdf",
    "a" * 300 + ".pdf": "a" * 146 + ".pdf",
    "zażółć gęślą.csv": "zażółć gęślą.csv",
}


@pytest.mark.parametrize("given_name", NAMES)
def test_names_are_cleaned(given_name: str) -> None:
    assert clean_name(given_name) == NAMES[given_name]


@given(st.text(max_size=400))
def test_a_clean_name_fits_a_form_and_stays(name: str) -> None:
    cleaned = clean_name(name)
    assert clean_name(cleaned) == cleaned
    value = {"name": cleaned, "size": 1, "type": "text/plain", "sha256": "0" * 64}
    problems = FORM.validate({"file": value})
    assert [each.path for each in problems] == ([] if cleaned else ["file.name"])


FORM = compile_form(
    {"schema": {"type": "object", "properties": {"file": {"type": "object", "x-attachment": True}}}}
)


def test_endings() -> None:
    names = ("a.PDF", "a.b.xlsx", "report v1.2", "no ending", ".hidden", "a.toolongending")
    assert [ending(name) for name in names] == ["pdf", "xlsx", "", "", "", ""]
