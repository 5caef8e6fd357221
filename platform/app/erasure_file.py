"""Erasures kept apart from the database, one JSON object a line: a restored copy follows them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any, Final

from orderloom.platform.codec import dumps, loads
from orderloom.platform.engine.step import iso
from orderloom.platform.settings import Settings
from orderloom.platform.store.columns import moment
from orderloom.platform.store.erasure_rows import Erasure

# Beside the database, unless `ORDERLOOM_ERASURES` names another place.
# No line is longer: ids of people and records are bounded.
TAIL: Final = 8192
NAME: Final = "erasures.jsonl"


def erasure_file(settings: Settings) -> ErasureFile:
    """The file of an installation; a database in memory has none."""
    if settings.erasures is not None:
        return ErasureFile(settings.erasures)
    if settings.database.startswith("memory:"):
        return ErasureFile(None)
    return ErasureFile(settings.home / NAME)


class ErasureFile:
    """Appends; `path` None keeps nothing (a database in memory). It names people by their ids and
    holds none of their values."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()

    def add(self, erasure: Erasure) -> None:
        """Durable when this returns. Raises `OSError`."""
        if self._path is None:
            return
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, dumps(to_json(erasure)) + b"\n")
                os.fsync(file)
            finally:
                os.close(file)

    def last(self) -> Erasure | None:
        """The last one that was kept."""
        if self._path is None or not self._path.exists():
            return None
        with self._path.open("rb") as file:
            file.seek(max(0, self._path.stat().st_size - TAIL))
            lines = [line for line in file.read().split(b"\n")[:-1] if line.endswith(b"}")]
        return _of_json(loads(lines[-1])) if lines else None

    def all(self) -> Iterator[Erasure]:
        """Those that were kept, in their order; a line that was cut off is left out."""
        if self._path is None or not self._path.exists():
            return
        yield from read(self._path)


def read(path: Path) -> Iterator[Erasure]:
    """The erasures of a file."""
    with path.open("rb") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                yield _of_json(loads(line))


def to_json(erasure: Erasure) -> dict[str, Any]:
    """One line of the file."""
    return {
        "id": erasure.id,
        "organisation": erasure.organisation,
        "order": erasure.order,
        "collection": erasure.collection,
        "record": erasure.record,
        "person": erasure.person,
        "cause": erasure.cause,
        "by": erasure.by,
        "at": iso(erasure.at),
    }


def _of_json(value: dict[str, Any]) -> Erasure:
    return Erasure(
        id=value["id"],
        organisation=value["organisation"],
        order=value["order"],
        collection=value["collection"],
        record=value["record"],
        person=value["person"],
        cause=value["cause"],
        by=value["by"],
        at=moment(value["at"]),
    )
