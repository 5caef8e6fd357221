"""What an evidence pack has of the texts that entries name by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from orderloom.platform.app.reading import Seen
from orderloom.platform.codec import canonical, dumps, loads
from orderloom.platform.store.definition_rows import DefinitionTables
from orderloom.platform.store.read_rows import StoredOrder


def definitions(tables: DefinitionTables, orders: Iterable[StoredOrder]) -> dict[str, bytes]:
    """The releases that orders run by and all definitions that these pin, as `definitions/<SHA-256
    of the text>.json`. The entries name the release's digest, its text those of the definitions."""
    found: dict[str, bytes] = {}
    for number, organisation in sorted({(each.release, each.organisation) for each in orders}):
        row = tables.release(number)
        if row is None:
            continue
        _keep(found, row.digest, canonical([list(each) for each in row.versions]))
        for kind, _, id_, version, digest in row.versions:
            kept = tables.version(organisation, kind, id_, version)
            if kept is not None:
                _keep(found, digest, canonical(loads(kept.body)))
    return found


def attachments(orders: Iterable[Seen], *, personal: bool) -> bytes:
    """A line for each file that an order names. Names of files may be personal."""
    lines = []
    for seen in orders:
        for n, file in seen.state.attachments.items():
            line: dict[str, Any] = {"order": seen.number, "n": n}
            line |= {name: file[name] for name in ("sha256", "size", "type") if name in file}
            if personal and "name" in file:
                line["name"] = file["name"]
            lines.append(dumps(line) + b"\n")
    return b"".join(lines)


def _keep(found: dict[str, bytes], digest: str, content: bytes) -> None:
    """Only what the digest says; a text that was changed in the database is not evidence."""
    if hashlib.sha256(content).hexdigest() == digest:
        found[f"definitions/{digest}.json"] = content
