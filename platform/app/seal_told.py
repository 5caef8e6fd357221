"""Checkpoints and keys as the command line and the API tell them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from orderloom.platform.store.seal_rows import CheckpointRow, SealTables


def checkpoint_json(row: CheckpointRow) -> dict[str, Any]:
    """`{no, size, root, at, note}`; `root` as base64."""
    root = b64encode(row.root).decode()
    return {"no": row.no, "size": row.size, "root": root, "at": row.at, "note": row.note}


def seal_faults(tables: SealTables) -> Iterator[str]:
    """Why nothing is sealed, what could not be told outside, entries and leaves that differ."""
    for name, watch in tables.watches().items():
        if watch.fault:
            yield f"{name}: {watch.fault} (since {watch.since})"
    last = tables.latest()
    if last is not None and (counted := tables.counted(last)) != last.size:
        yield f"{counted} entries below the last checkpoint, {last.size} leaves"
