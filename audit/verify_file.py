"""Checks a file, whichever format it has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orderloom.audit.verify_lines import verify_lines
from orderloom.audit.verify_rows import Report


def verify_file(path: Path, *, progress: Callable[[int], None] | None = None) -> Report:
    """Checks an export. Raises `OSError` if it cannot be read."""
    with path.open("rb") as lines:
        return verify_lines(lines, progress=progress)
