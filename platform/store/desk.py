"""The SQL that fills what the auditor's desk is searched by: `DeskTables`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, text

from orderloom.platform.store.columns import moment_or_none
from orderloom.platform.store.database import Database
from orderloom.platform.store.desk_lists import SqlDeskLists
from orderloom.platform.store.desk_rows import FactWrite, IndexState, microseconds
from orderloom.platform.store.feed_rows import FeedCursor
from orderloom.platform.store.order_lists import batched
from orderloom.platform.store.plain_text import bounded

NAME: Final = "entries"
_STATE: Final = text("SELECT cursor, read_at FROM audit_index WHERE name = :name")
_BEGIN: Final = text(
    "INSERT INTO audit_index (name, cursor, words) VALUES (:name, :cursor, 0)"
    " ON CONFLICT DO NOTHING"
)
_MOVE: Final = text(
    "UPDATE audit_index SET cursor = :after, read_at = COALESCE(:read_at, read_at)"
    " WHERE name = :name AND cursor = :before RETURNING words"
)
_COUNTED: Final = text("UPDATE audit_index SET words = :words WHERE name = :name")
_KNOWN: Final = text(
    "SELECT word, no FROM audit_word WHERE organisation_id = :organisation AND kind = :kind"
    " AND word IN :words"
).bindparams(bindparam("words", expanding=True))
_WORD: Final = text(
    "INSERT INTO audit_word (organisation_id, kind, word, no)"
    " VALUES (:organisation, :kind, :word, :no)"
)
_PROCESSES: Final = text("SELECT id, process FROM order_row WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_FACT: Final = text(
    "INSERT INTO audit_fact (id, organisation_id, stream, at, what, actor, behalf, definition,"
    " process, channel) VALUES (:id, :organisation, :stream, :at, :what, :actor, :behalf,"
    " :definition, :process, :channel) ON CONFLICT DO NOTHING"
)
_VALUE: Final = text(
    'INSERT INTO audit_value (slot, "key", entry, stream) VALUES (:slot, :key, :entry, :stream)'
    " ON CONFLICT DO NOTHING"
)
_CLEAR: Final = ("audit_value", "audit_fact", "audit_word", "audit_index")
_AT_ONCE: Final = 500
_KINDS: Final = {"what": "what", "actor": "who", "behalf": "who", "definition": "definition"}
Word = tuple[int, str, str]


class SqlDesk(SqlDeskLists):
    """Fulfils `DeskTables`. Whoever moves the cursor first has added what lies behind it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.reader)
        self._database = database

    def state(self) -> IndexState:
        with self._database.reading() as connection:
            row = connection.execute(_STATE, {"name": NAME}).first()
        if row is None:
            return IndexState()
        return IndexState(FeedCursor.of(row[0]), moment_or_none(row[1]))

    def add(self, before: FeedCursor, after: FeedCursor, rows: Sequence[FactWrite]) -> bool:
        with self._database.writing() as connection:
            connection.execute(_BEGIN, {"name": NAME, "cursor": str(FeedCursor())})
            moved = {"before": str(before), "after": str(after), "name": NAME}
            read_at = rows[-1].at if rows else None
            words = connection.execute(_MOVE, {**moved, "read_at": read_at}).scalar()
            if words is None:
                return False
            if rows:
                _write(connection, rows, int(words))
        return True

    def clear(self) -> None:
        with self._database.writing() as connection:
            for table in _CLEAR:
                connection.execute(text(f"DELETE FROM {table}"))


def _write(connection: Connection, rows: Sequence[FactWrite], last: int) -> None:
    processes = _processes(connection, rows)
    numbers = _Numbers(connection, last)
    numbers.learn(_words(rows, processes))
    facts, values = [], []
    for row in rows:
        organisation = row.organisation
        process = row.process or processes.get(row.stream, "")
        facts.append(
            {
                "id": row.id,
                "organisation": organisation,
                "stream": row.stream,
                "at": microseconds(datetime.fromisoformat(row.at)),
                "process": numbers.of(organisation, "process", process),
                "channel": numbers.of(organisation, "channel", row.channel),
                **{
                    column: numbers.of(organisation, kind, getattr(row, column))
                    for column, kind in _KINDS.items()
                },
            }
        )
        values += [
            {
                "slot": numbers.of(organisation, "slot", slot),
                "key": key,
                "entry": row.id,
                "stream": row.stream,
            }
            for slot, key in row.values
        ]
    connection.execute(_FACT, facts)
    if values:
        connection.execute(_VALUE, values)


def _processes(connection: Connection, rows: Sequence[FactWrite]) -> dict[int, str]:
    """Stream → process of its order."""
    found: dict[int, str] = {}
    for ids in batched(sorted({row.stream for row in rows}), _AT_ONCE):
        found.update((row[0], row[1]) for row in connection.execute(_PROCESSES, {"ids": ids}))
    return found


def _words(rows: Sequence[FactWrite], processes: dict[int, str]) -> Iterable[Word]:
    for row in rows:
        organisation = row.organisation
        for column, kind in _KINDS.items():
            yield organisation, kind, getattr(row, column)
        yield organisation, "process", row.process or processes.get(row.stream, "")
        yield organisation, "channel", row.channel
        for slot, _ in row.values:
            yield organisation, "slot", slot


class _Numbers:
    """The numbers of words; new ones are added."""

    def __init__(self, connection: Connection, last: int) -> None:
        self._connection = connection
        self._last = last
        self._known: dict[Word, int] = {}

    def of(self, organisation: int, kind: str, word: str) -> int:
        """0 for no word. It must have been learned."""
        return self._known[organisation, kind, bounded(word)] if word else 0

    def learn(self, words: Iterable[Word]) -> None:
        wanted: dict[tuple[int, str], set[str]] = {}
        for organisation, kind, word in words:
            if word:
                wanted.setdefault((organisation, kind), set()).add(bounded(word))
        new: list[dict[str, Any]] = []
        for (organisation, kind), group in sorted(wanted.items()):
            of = {"organisation": organisation, "kind": kind}
            for some in batched(sorted(group), _AT_ONCE):
                for word, no in self._connection.execute(_KNOWN, {**of, "words": some}):
                    self._known[organisation, kind, word] = no
            for word in sorted(group):
                if (organisation, kind, word) not in self._known:
                    self._last += 1
                    self._known[organisation, kind, word] = self._last
                    new.append({**of, "word": word, "no": self._last})
        if new:
            self._connection.execute(_WORD, new)
            self._connection.execute(_COUNTED, {"words": self._last, "name": NAME})
