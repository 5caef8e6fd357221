"""Checks a file, whichever format it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from orderloom.audit.verify_beside import Kept
from orderloom.audit.verify_export import verify_export
from orderloom.audit.verify_lines import verify_lines
from orderloom.audit.verify_notes import Key
from orderloom.audit.verify_rows import Report


def verify_file(
    path: Path,
    *,
    progress: Callable[[int], None] | None = None,
    keys: Iterable[Key] = (),
    kept: Kept | None = None,
    unsigned: bool = False,
    processes: int | None = None,
) -> Report:
    """Checks an export: JSON lines (format 1) or a zip (format 2). Lines have no checkpoints: of
    what was kept elsewhere only receipts say something about them. Raises `OSError`."""
    with path.open("rb") as file:
        if file.read(1) == b"{" or path.stat().st_size == 0:
            file.seek(0)
            receipts = kept.receipts if kept else ()
            told = {(each.stream, each.seq): each.hash for each in receipts}
            return verify_lines(file, progress=progress, receipts=told)
    return verify_export(
        path, progress=progress, keys=keys, kept=kept, unsigned=unsigned, processes=processes
    )
