"""What processes tell each other about changes: by NOTIFY on PostgreSQL, by looking on SQLite.

Hints carry no content and may be lost; whoever hears one reads by ordinary means. Each side has a
connection of its own, outside of every transaction (engine 10).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic, sleep
from typing import Any, Final

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from orderloom.platform.store.database import Database
from orderloom.platform.store.faults import explained

CHANNEL: Final = "orderloom_live"
# A connection that says nothing may be dead: it is asked.
SILENCE: Final = 15.0
# More entries at once are not looked at one by one.
MOST_ENTRIES: Final = 500
# What belongs to no order is no hint for pages.
_ENTRIES: Final = (
    "SELECT e.id, e.organisation_id, e.stream, e.seq, e.type FROM audit_entry e WHERE e.id > ?"
    " AND NOT EXISTS (SELECT 1 FROM audit_stream s WHERE s.stream = e.stream)"
    " ORDER BY e.id LIMIT ?"
)
_LAST: Final = "SELECT COALESCE(MAX(id), 0) FROM audit_entry"
_FAULTS: Final = (psycopg.Error, sqlite3.Error, SQLAlchemyError, OSError)


class Announcing:
    """Tells other processes (PostgreSQL). Safe to use from many threads: they take turns."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._connection: Any = None

    def tell(self, text: str) -> None:
        """Sends a text of less than 8,000 bytes. Raises `StoreError` where nobody was told."""
        with self._turn:
            try:
                if self._connection is None:
                    self._connection = _own_connection(self._database)
                self._connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL, text))
            except _FAULTS as error:
                self._drop()
                raise explained(error) from error

    def close(self) -> None:
        with self._turn:
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


class Listening:
    """Hears what other processes tell (PostgreSQL). For one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._heard = monotonic()

    def wait(self, seconds: float) -> Sequence[str] | None:
        """The texts that came within so many seconds, at once when some came. None: it began to
        listen just now, and may have missed some. Raises `StoreError`; the next call tries anew."""
        try:
            if self._connection is None:
                self._connection = _own_connection(self._database)
                self._connection.execute(f"LISTEN {CHANNEL}")
                return None
            found = [
                one.payload for one in self._connection.notifies(timeout=seconds, stop_after=1)
            ]
            if found:
                self._heard = monotonic()
            elif monotonic() - self._heard > SILENCE:
                self._connection.execute("SELECT 1")
                self._heard = monotonic()
            return found
        except _FAULTS as error:
            self.close()
            raise explained(error) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()


class Watching:
    """Sees that others wrote (SQLite): one cheap question while nothing happens. For one thread.
    `moved`: whether anything at all was written before the last answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._version: int | None = None
        self._last = 0
        self.moved = False

    def wait(self, seconds: float) -> Sequence[tuple[int, int, int, str]] | None:
        """After so many seconds the entries of orders since the last call, as (organisation,
        order, number in its stream, type). None: too many, or it looks for the first time. Raises
        `StoreError`; the next call tries anew."""
        try:
            if self._connection is None:
                self._connection = _own_connection(self._database)
                self._version = self._value("PRAGMA data_version")
                self._last = self._value(_LAST)
                return None
            sleep(seconds)
            version = self._value("PRAGMA data_version")
            self.moved = version != self._version
            if not self.moved:
                return ()
            self._version = version
            return self._entries()
        except _FAULTS as error:
            self.close()
            raise explained(error) from error

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _entries(self) -> Sequence[tuple[int, int, int, str]] | None:
        rows = self._connection.execute(_ENTRIES, (self._last, MOST_ENTRIES)).fetchall()
        if len(rows) == MOST_ENTRIES:
            self._last = self._value(_LAST)
            return None
        if rows:
            self._last = rows[-1][0]
        return [(row[1], row[2], row[3], row[4]) for row in rows]

    def _value(self, sql: str) -> int:
        return int(self._connection.execute(sql).fetchone()[0])


def _own_connection(database: Database) -> Any:
    """A connection of the database's kind that begins no transaction by itself."""
    lent = database.engine.raw_connection()
    connection: Any = lent.driver_connection
    lent.detach()
    if not database.sqlite:
        connection.autocommit = True
    return connection
