"""Connections to SQLite."""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event

from orderloom.platform.store.checkpoints import KEPT
from orderloom.platform.store.plain_text import keep_text_plain

SYNCHRONOUS: Final = ("FULL", "NORMAL")
BUSY_SECONDS: Final = 10
STATEMENTS: Final = 512
_PAUSE: Final = 0.02


def sqlite_engine(url: str, synchronous: str, connections: int) -> Engine:
    """The engine of a file. Each connection is prepared when it is made."""
    options = {
        "check_same_thread": False,
        "timeout": BUSY_SECONDS,
        # A batch's statements differ by their numbers of rows: more than the driver's own 128.
        "cached_statements": STATEMENTS,
    }
    engine = create_engine(
        url, connect_args=options, pool_size=connections, max_overflow=2 * connections
    )
    keep_text_plain(engine)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        # The driver must not begin transactions by itself: `begin` below says which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        # Without it REPLACE would pass by the triggers that keep the audit.
        cursor.execute("PRAGMA recursive_triggers=ON")
        # `checkpoints` does it, beside the writer.
        cursor.execute("PRAGMA wal_autocheckpoint=0")
        cursor.execute(f"PRAGMA journal_size_limit={KEPT}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turns the write-ahead log on. Two programs that do it to a new file at the same time do not
    wait for each other as they do otherwise."""
    for attempt in range(int(BUSY_SECONDS / _PAUSE), -1, -1):
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if attempt == 0 or "locked" not in str(error):
                raise
            time.sleep(_PAUSE)
