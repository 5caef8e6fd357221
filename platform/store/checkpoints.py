"""Moves what was written ahead into SQLite's file, beside the writer (engine 10)."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

MEGABYTE: Final = 1 << 20
# Grown so much, the log is worth moving; so long, the writer itself makes it short again.
WORTH: Final = 4 * MEGABYTE
TOO_LONG: Final = 64 * MEGABYTE
# What is left of the log when it begins anew; the file says then how much was written since.
KEPT: Final = MEGABYTE
_PATIENCE_MS: Final = 50


class Checkpoints:
    """Watches the log of one file. Its thread begins with the first checkpoint that is worth it."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        # As text: a path is put together anew for each look.
        self._log = str(file.with_name(f"{file.name}-wal"))
        self._moved_at = 0
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def written(self, connection: Any) -> None:
        """Called by the writer after each commit, with the driver's connection."""
        size = self.size()
        self._moved_at = min(self._moved_at, size)
        if size - self._moved_at < WORTH:
            return
        self._moved_at = size
        if size >= TOO_LONG:
            _shorten(connection)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
            self._thread.start()
        self._wake.set()

    def size(self) -> int:
        """Bytes of the log."""
        try:
            return os.stat(self._log).st_size
        except FileNotFoundError:
            return 0

    def close(self) -> None:
        """Ends the thread; the last connection to be closed moves the rest."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._closed:
                return
            self._move()

    def _move(self) -> None:
        try:
            connection = self._engine.raw_connection()
        except SQLAlchemyError:
            # What hinders it hinders the writer too, who tells it.
            return
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except self._engine.dialect.loaded_dbapi.Error:
            return
        finally:
            connection.close()


def _shorten(connection: Any) -> None:
    """Waits a moment for readers of old pages; if they stay, the next 4 MB try again."""
    cursor = connection.cursor()
    before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    cursor.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    cursor.execute(f"PRAGMA busy_timeout={before}")
    cursor.close()
