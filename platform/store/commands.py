"""The SQL of a command's transaction: orders loaded and locked, everything written in one flush.

Statements are plain text on the driver's own cursor: several rows by one statement, so that a
thread that writes hands the interpreter over seldom (engine 10).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from orderloom.audit.entry import decode
from orderloom.audit.personal import disclose
from orderloom.platform.codec import dumps, loads
from orderloom.platform.engine.outcome import Event
from orderloom.platform.store import writing
from orderloom.platform.store.administration import is_taken
from orderloom.platform.store.administration_rows import Kept
from orderloom.platform.store.attachments import namable
from orderloom.platform.store.balance_rows import BalanceRecord
from orderloom.platform.store.balance_writing import balance_record, held_as, leads_to, reserved_of
from orderloom.platform.store.collection_rows import RecordState
from orderloom.platform.store.columns import stamp
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.database import Database
from orderloom.platform.store.driver import Driver
from orderloom.platform.store.encoding import from_base64
from orderloom.platform.store.erasing import Erasing
from orderloom.platform.store.faults import explained
from orderloom.platform.store.loaded_orders import loaded_order
from orderloom.platform.store.order_rows import (
    Answered,
    Changes,
    Conflict,
    LoadedOrder,
    Projection,
    TaskWrite,
)
from orderloom.platform.store.pipelined import Pipelined
from orderloom.platform.store.plain_text import bounded
from orderloom.platform.store.record_writing import states
from orderloom.platform.store.substitution_rows import Substitution
from orderloom.platform.store.substitutions import COLUMNS, substitution

_ORDER: Final = (
    "SELECT id, organisation_id, release_no, revision, chain_seq, commands, chain_head, state, data"
    " FROM order_row WHERE id IN ({marks}) ORDER BY id"
)
_HEADS: Final = "SELECT id, revision, chain_seq FROM order_row WHERE id IN ({marks}) ORDER BY id"
_SEQUENCE: Final = "SELECT value FROM sequence WHERE organisation_id = ? AND name = ?"
_ENTRIES: Final = (
    "SELECT e.seq, e.body, p.slot, p.value FROM audit_entry e LEFT JOIN audit_personal p"
    " ON p.stream = e.stream AND p.seq = e.seq WHERE e.stream = ? AND e.seq > ? AND e.seq <= ?"
    " ORDER BY e.seq"
)


# What stands with each to whom a task is offered.
_OFFERED: Final = ("process", "opened", "amount", "stopped")
DRIVER_ERRORS: Final = (sqlite3.Error, psycopg.Error)
# A lock's number that nothing else takes.
_APPOINTING: Final = 7_340_000_000
# Serialization failure, deadlock, a row that `gathered` missed (it divides by zero): the other
# transaction went on, this one may try again.
_AGAIN: Final = ("40001", "40P01", "22012")


class SqlCommands:
    """Transactions of commands. `log`: the installation's log id."""

    def __init__(self, database: Database, log: str) -> None:
        self._database = database
        self._driver = Driver(database) if database.sqlite else Pipelined(database)
        self.log = log

    def close(self) -> None:
        """Lets go of the connection that transactions are made on."""
        self._driver.close()

    def watch(self, watcher: Callable[[Any], Any]) -> None:
        """Lets `watcher` stand between transactions and the driver's connection."""
        self._driver.watch(watcher)

    @property
    def one_writer(self) -> bool:
        """Whether the database itself lets only one transaction write (SQLite): then numbers are
        drawn inside it, without gaps and without waiting."""
        return self._database.sqlite

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Committed at the end, undone by an exception. Raises `Conflict` where another
        transaction was faster, `StoreError` where the database fails."""
        try:
            with self._driver.transaction() as cursor:
                yield Transaction(cursor)
        except SQLAlchemyError as error:
            raise _told(getattr(error, "orig", None) or error) from error
        except DRIVER_ERRORS as error:
            raise _told(error) from error

    def block(self, organisation: int, name: str, size: int) -> int:
        """Takes `size` numbers of a series for this process, in a transaction of its own; the first
        of them."""
        with self._database.writing() as connection:
            value = connection.execute(
                text(
                    "INSERT INTO sequence (organisation_id, name, value)"
                    " VALUES (:organisation, :name, :size)"
                    " ON CONFLICT (organisation_id, name)"
                    " DO UPDATE SET value = sequence.value + :size RETURNING value"
                ),
                {"organisation": organisation, "name": name, "size": size},
            ).scalar_one()
        return int(value) - size + 1

    def runtime(self, versions: Mapping[str, str]) -> int:
        """The number under which entries name these versions of engine, zone data, libraries."""
        wanted = dumps(dict(sorted(versions.items()))).decode()
        with self._database.writing() as connection:
            rows = _runtimes(connection)
            for number, value in rows.items():
                if value == wanted:
                    return number
            number = max(rows, default=0) + 1
            connection.execute(
                text("INSERT INTO installation (name, value) VALUES (:name, :value)"),
                {"name": f"runtime.{number}", "value": wanted},
            )
        return number


class Transaction:
    """What a batch of commands reads and writes. Reads see what was flushed before."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def heads(self, ids: Collection[int]) -> dict[int, tuple[int, int]]:
        """(revision, seq) of the orders that exist, locked until the end, ascending."""
        if not ids:
            return {}
        sql = _select(_HEADS, len(ids), locks=not self._cursor.sqlite)
        return {row[0]: (row[1], row[2]) for row in self._cursor.rows(sql, sorted(ids))}

    def load(self, ids: Collection[int]) -> list[LoadedOrder]:
        """The orders that exist, locked until the end, ascending."""
        if not ids:
            return []
        sql = _select(_ORDER, len(ids), locks=not self._cursor.sqlite)
        return [loaded_order(row) for row in self._cursor.rows(sql, sorted(ids))]

    def look_at(self, ids: Collection[int]) -> list[LoadedOrder]:
        """The orders that exist, as they are committed or flushed; none is locked."""
        if not ids:
            return []
        sql = _select(_ORDER, len(ids), locks=False)
        return [loaded_order(row) for row in self._cursor.rows(sql, [*ids])]

    def answered(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Answered]:
        """Requests that were answered before, by (scope, key)."""
        found = {}
        for scope, key in sorted(keys):
            for row in self._cursor.rows(
                "SELECT organisation_id, request_digest, stream, seq, revision, at, refused"
                " FROM idempotency WHERE scope = ? AND key = ?",
                (scope, key),
            ):
                found[scope, key] = Answered(
                    scope=scope,
                    key=key,
                    organisation=row[0],
                    digest=row[1],
                    stream=row[2],
                    seq=row[3],
                    revision=row[4],
                    at=row[5],
                    refused=bool(row[6]),
                )
        return found

    def events(self, stream: int, *, after: int = 0, upto: int) -> list[tuple[int, Event]]:
        """What entries `after + 1` … `upto` of a stream tell, each event with its entry's number,
        personal values put back as far as they are kept."""
        bodies: dict[int, bytes | str] = {}
        kept: dict[int, dict[int, bytes]] = {}
        for seq, body, slot, value in self._cursor.rows(_ENTRIES, (stream, after, upto)):
            bodies[seq] = body
            if slot is not None and value:
                kept.setdefault(seq, {})[slot] = value.encode()
        return [
            (seq, event)
            for seq, body in bodies.items()
            for event in _events(body, kept.get(seq, {}))
        ]

    def hash_of(self, stream: int, seq: int) -> bytes:
        """The hash of an entry, 32 bytes; none where there is no such entry."""
        rows = self._cursor.rows(
            "SELECT hash FROM audit_entry WHERE stream = ? AND seq = ?", (stream, seq)
        )
        return from_base64(rows[0][0]) if rows else b""

    def by_numbers(self, organisation: int, numbers: Sequence[str]) -> list[int]:
        """Ids of the orders with these numbers, in the order given."""
        found = [self.owner(organisation, "", "number", number) for number in numbers]
        return [order for order in found if order is not None]

    def owner(self, organisation: int, process: str, key: str, value: str) -> int | None:
        """The order that holds a reference: a number, or an open order's key."""
        rows = self._cursor.rows(
            "SELECT order_id FROM order_reference WHERE organisation_id = ? AND process = ?"
            " AND key = ? AND value = ?",
            (organisation, process, key, bounded(value)),
        )
        return rows[0][0] if rows else None

    def data_of(self, organisation: int, number: str) -> dict[str, Any] | None:
        """The data of the order with a number."""
        order = self.owner(organisation, "", "number", number)
        if order is None:
            return None
        rows = self._cursor.rows("SELECT data FROM order_row WHERE id = ?", (order,))
        return loads(rows[0][0]) if rows else None

    def ids_after(self, after: int, limit: int) -> list[int]:
        """The next orders by id."""
        rows = self._cursor.rows(
            "SELECT id FROM order_row WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
        )
        return [row[0] for row in rows]

    def projection(self, order: int) -> Projection:
        """What the tables say of an order beside its row."""
        keys = self._cursor.rows(
            "SELECT slot, sort_key FROM order_key WHERE order_id = ?", (order,)
        )
        references = self._cursor.rows(
            "SELECT process, key, value FROM order_reference WHERE order_id = ?", (order,)
        )
        tasks = self._cursor.rows(
            "SELECT n, kind, definition, due_at, assignee FROM task WHERE order_id = ?", (order,)
        )
        offered: dict[int, list[str]] = {}
        shown: dict[int, dict[str, Any]] = {}
        for n, principal, *more in self._cursor.rows(
            "SELECT n, principal, process, opened, amount, stopped FROM task_candidate"
            " WHERE order_id = ? ORDER BY principal",
            (order,),
        ):
            offered.setdefault(n, []).append(principal)
            shown[n] = dict(zip(_OFFERED, (*more[:3], bool(more[3])), strict=True))
        return Projection(
            keys=frozenset((row[0], row[1]) for row in keys),
            references=frozenset((row[0], row[1], row[2]) for row in references),
            tasks=frozenset(
                TaskWrite(
                    n=n,
                    kind=kind,
                    definition=definition,
                    due=due,
                    assignee=assignee,
                    principals=tuple(offered.get(n, ())),
                    **shown.get(n, {}),
                )
                for n, kind, definition, due, assignee in tasks
            ),
        )

    def wake_at(self, order: int) -> str | None:
        """The moment of an order's next clock, as its row has it."""
        rows = self._cursor.rows("SELECT wake_at FROM order_row WHERE id = ?", (order,))
        return rows[0][0] if rows else None

    def substitutions(self, organisation: int, after: datetime) -> list[Substitution]:
        """Those that are or come into force after a moment, by id. Of two who appoint at once the
        second waits, and sees what the first did."""
        if not self._cursor.sqlite:
            self._cursor.rows("SELECT pg_advisory_xact_lock(?)", (_APPOINTING + organisation,))
        rows = self._cursor.rows(
            f"SELECT {COLUMNS} FROM substitution WHERE organisation_id = ? AND ends > ?"
            " AND ended IS NULL ORDER BY id",
            (organisation, stamp(after)),
        )
        return [substitution(row) for row in rows]

    def is_taken(self, kept: Kept) -> bool:
        """Whether somebody else was first with what is to be kept."""
        return is_taken(self._cursor, kept)

    def records(
        self, organisation: int, collection: str, keys: Collection[str]
    ) -> dict[str, RecordState]:
        """Records of a collection, which nobody else changes until the end."""
        return states(self._cursor, organisation, collection, keys)

    def namable(
        self, organisation: int, digests: Collection[str], *, person: str, order: int, since: str
    ) -> dict[str, dict[str, Any]]:
        """Size and type of the files that a command of `person` may name in the order."""
        return namable(self._cursor, organisation, digests, person, order, since)

    def leads_to(self, organisation: int, collection: str, key: str) -> str:
        """The key of the record that a key leads to, over those that were merged."""
        return leads_to(self._cursor, organisation, collection, key)

    def balance_record(
        self, organisation: int, collection: str, key: str, *, locks: bool = True
    ) -> BalanceRecord | None:
        """A record with what is reserved of it, nobody else's until the end (`locks`)."""
        return balance_record(self._cursor, organisation, collection, key, locks=locks)

    def reserved(
        self, organisation: int, collection: str, keys: Collection[str]
    ) -> dict[str, dict[str, Decimal]]:
        """What is reserved of records, by key and field."""
        return reserved_of(self._cursor, organisation, collection, keys)

    def held_as(self, organisation: int, collection: str, key: str) -> bool:
        """Whether an order holds amounts by a key that leads to another record."""
        return held_as(self._cursor, organisation, collection, key)

    @property
    def erasing(self) -> Erasing:
        """What an erasure reads and removes here."""
        return Erasing(self._cursor)

    def last_number(self, organisation: int, name: str) -> int:
        """The last number drawn from a series, its row locked until the end; 0 for a new one."""
        lock = "" if self._cursor.sqlite else " FOR UPDATE"
        rows = self._cursor.rows(_SEQUENCE + lock, (organisation, name))
        return int(rows[0][0]) if rows else 0

    def flush(self, changes: Changes) -> None:
        """Writes everything; raises `Conflict` where an order is no longer as it was read."""
        writing.write(self._cursor, changes)


def _told(error: BaseException) -> Exception:
    """A driver's error as what the caller can do about it."""
    if isinstance(error, sqlite3.IntegrityError | psycopg.IntegrityError):
        return Conflict(str(error))
    if getattr(error, "sqlstate", None) in _AGAIN:
        return Conflict(str(error))
    return explained(error)


@cache
def _select(sql: str, count: int, *, locks: bool) -> str:
    """The query of so many orders."""
    return sql.format(marks=", ".join("?" * count)) + (" FOR NO KEY UPDATE" if locks else "")


def _events(body: bytes | str, kept: Mapping[int, bytes]) -> Iterator[Event]:
    for type_, facts in decode(body).told():
        yield Event(type_, disclose(facts, kept) if kept else facts)


def _runtimes(connection: Connection) -> dict[int, str]:
    rows = connection.execute(
        text("SELECT name, value FROM installation WHERE name LIKE 'runtime.%'")
    )
    return {int(name.partition(".")[2]): value for name, value in rows}
