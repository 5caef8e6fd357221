"""Checkpoints and keys as the command line and the API tell them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from orderloom.platform.store.seal_rows import CheckpointRow


def checkpoint_json(row: CheckpointRow) -> dict[str, Any]:
    """`{no, size, root, at, note}`; `root` as base64."""
    root = b64encode(row.root).decode()
    return {"no": row.no, "size": row.size, "root": root, "at": row.at, "note": row.note}
