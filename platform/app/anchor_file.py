"""The append-only file of checkpoints: one JSON object a line, `{"no", "at", "note"}`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from orderloom.audit.checkpoint import Checkpoint, read_checkpoint, split_note
from orderloom.platform.app.anchoring import AnchorFault, agrees
from orderloom.platform.codec import dumps, loads
from orderloom.platform.store.seal_rows import CheckpointRow, SealTables

# A line is shorter; so much of the end is read to find the last one.
_TAIL: Final = 16_384


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the file. Raises nothing: one that cannot be read is none."""

    no: int
    at: str
    note: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class FileAnchor:
    """Appends every checkpoint that the file does not have yet, once its last one still holds."""

    path: Path
    name: str = "file"
    every: timedelta = timedelta()

    def __call__(self, last: CheckpointRow, tables: SealTables, /) -> None:
        """Raises `AnchorFault`."""
        try:
            before = self._last()
            if before is not None and not agrees(
                before.checkpoint.size, before.checkpoint.root, last, tables
            ):
                raise AnchorFault(
                    "anchor.differs",
                    f"checkpoint {before.no} in {self.path} is not one of the database's tree",
                )
            after = before.no if before is not None else 0
            fresh = tables.checkpoints(after=after) if after < last.no else ()
            if fresh:
                self._append(b"".join(_line(row) for row in fresh))
        except OSError as error:
            raise AnchorFault("anchor.file", f"{self.path}: {error.strerror or error}") from error

    def _last(self) -> Told | None:
        try:
            with self.path.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(0, end - _TAIL))
                content = file.read()
        except FileNotFoundError:
            return None
        if not content:
            return None
        told = _read(content.rstrip(b"\n").rpartition(b"\n")[2])
        if told is None or not content.endswith(b"\n"):
            raise AnchorFault("anchor.unreadable", f"the last line of {self.path} is none of ours")
        return told

    def _append(self, lines: bytes) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            while lines:
                lines = lines[os.write(handle, lines) :]
            os.fsync(handle)
        finally:
            os.close(handle)


def told_in(path: Path) -> Iterator[Told | None]:
    """The checkpoints that a file holds, None for a line that cannot be read. Raises `OSError`."""
    with path.open("rb") as lines:
        for line in lines:
            yield _read(line.rstrip(b"\n"))


def _line(row: CheckpointRow) -> bytes:
    return dumps({"no": row.no, "at": row.at, "note": row.note}) + b"\n"


def _read(line: bytes) -> Told | None:
    try:
        value = loads(line)
        checkpoint = read_checkpoint(split_note(value["note"])[0])
        return Told(int(value["no"]), str(value["at"]), value["note"], checkpoint)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
