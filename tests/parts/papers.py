"""A bundle whose orders have files, and small files of every kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

BUNDLE = """
bundle: papers
title: Papers
languages: [en, pl, sk]
zone: Europe/Warsaw
roles:
  sales: {en: Sales, pl: Sprzedaż, sk: Predaj}
  sales-manager: {en: Manager, pl: Kierownik, sk: Vedúci}
  finance: {en: Finance, pl: Finanse, sk: Financie}
  warehouse: {en: Warehouse, pl: Magazyn, sk: Sklad}
"""
PROCESS = """
kind: process
id: paper-order
title: {en: Purchase, pl: Zakup, sk: Nákup}
form: paper-order
number: "PA-{seq}"
start: {by: [sales], draft: true}
access: [finance, warehouse]
events:
  delivered: {title: {en: Delivered, pl: Dostarczono, sk: Doručené}, by: [warehouse], form: proof}
initial: approval
stages:
  approval:
    title: {en: Approval, pl: Zgoda, sk: Súhlas}
    do: [{approval: agreed}]
    on: {approval.approved.agreed: delivery, approval.rejected.agreed: closed}
  delivery:
    title: {en: Delivery, pl: Dostawa, sk: Dodanie}
    on: {delivered: closed}
  closed: {type: final, outcome: completed, title: {en: Closed, pl: Zamknięte, sk: Uzavreté}}
"""
FORM = """
kind: form
id: paper-order
title: {en: Purchase, pl: Zakup, sk: Nákup}
schema:
  type: object
  required: [subject]
  properties:
    subject: {type: string}
    offer: {type: object, x-attachment: true}
    papers: {type: array, items: {type: object, x-attachment: true}}
    signature: {type: object, x-signature: true}
edit: [{fields: [subject, offer, papers, signature], in: [draft, approval], by: [sales]}]
labels:
  subject: {en: Subject, pl: Temat, sk: Predmet}
  offer: {en: Offer, pl: Oferta, sk: Ponuka}
  papers: {en: Papers, pl: Dokumenty zakupu, sk: Doklady}
  signature: {en: Signature, pl: Podpis, sk: Podpis}
layout:
  - {section: {en: Purchase, pl: Zakup, sk: Nákup}, fields: [subject, offer, papers, signature]}
"""
PROOF = """
kind: form
id: proof
title: {en: Proof, pl: Dowód, sk: Doklad}
schema:
  type: object
  required: [note, receipt]
  properties: {note: {type: string}, receipt: {type: object}}
labels:
  note: {en: Delivery note, pl: Dowód dostawy, sk: Dodací list}
  receipt: {en: Received by, pl: Odbiorca, sk: Prevzal}
layout: [note, {field: receipt, widget: signature}]
"""
POLICY = """
kind: approval
id: agreed
title: {en: Agreed, pl: Uzgodniono, sk: Dohodnuté}
steps:
  - id: manager
    title: {en: Manager, pl: Kierownik, sk: Vedúci}
    approvers: {role: sales-manager}
material: [offer]
"""


def write_papers(folder: Path) -> Path:
    """The bundle in a folder."""
    folder.mkdir(parents=True)
    parts = {"bundle": BUNDLE, "process": PROCESS, "form": FORM, "proof": PROOF, "policy": POLICY}
    for name, text in parts.items():
        (folder / f"{name}.yaml").write_text(text.strip() + "\n", encoding="utf-8")
    return folder


def png(width: int = 40, height: int = 20) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x2f\x6f\x9f" * min(width, 4_000)) * min(height, 4_000)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(width: int = 40, height: int = 20) -> bytes:
    """The head of a picture, as far as anybody looks."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + frame + b"\xff\xd9"


def gif(width: int = 40, height: int = 20) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"


def webp(width: int = 40, height: int = 20) -> bytes:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0" * 4
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(text: str = "offer") -> bytes:
    return b"%PDF-1.4\n% " + text.encode() + b"\n%%EOF\n"


def office(*members: str) -> bytes:
    """A ZIP file with these members beside the one that every Office document has."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name in ("[Content_Types].xml", *members):
            zipped.writestr(name, "<x/>")
    return made.getvalue()


def xlsx() -> bytes:
    return office("xl/workbook.xml", "xl/worksheets/sheet1.xml")


def docx() -> bytes:
    return office("word/document.xml")
