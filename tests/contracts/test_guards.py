"""The database itself refuses to change what must stay (engine 5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from parts.store_rows import add, entry, kept, settled
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from orderloom.platform.store import Store
from orderloom.platform.store.database import open_database
from orderloom.platform.store.definition_rows import DefinitionVersion

REFUSED = (
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE trace IS NOT NULL",
    "UPDATE audit_entry SET organisation_id = 7",
    "UPDATE audit_entry SET stream = 7",
    "UPDATE audit_entry SET seq = 7",
    "UPDATE audit_entry SET subject = 7",
    "UPDATE audit_entry SET type = 'other'",
    "UPDATE audit_entry SET at = 'other'",
    "UPDATE audit_entry SET actor = 'other'",
    "UPDATE audit_entry SET body = 'other'",
    "UPDATE audit_entry SET hash = 'other'",
    "UPDATE audit_entry SET id = id + 100",
    "UPDATE audit_entry SET xid = NULL, trace = 'kept'",
    "UPDATE audit_entry SET trace = 'other'",
    "UPDATE audit_entry SET trace = NULL, body = 'other'",
    "DELETE FROM audit_personal",
    "UPDATE audit_personal SET value = 'other'",
    "UPDATE audit_personal SET value = ''",
    "UPDATE audit_personal SET salt = ''",
    "UPDATE audit_personal SET salt = '', value = '', path = 'other'",
    "UPDATE audit_personal SET salt = '', value = '', person = 'u_9'",
    "UPDATE audit_personal SET salt = '', value = '', slot = 9",
    "DELETE FROM definition_version",
    "UPDATE definition_version SET body = '{}'",
    "UPDATE definition_version SET effective_from = NULL",
    "UPDATE definition_version SET comment = ''",
)
ALLOWED = (
    "UPDATE audit_entry SET trace = NULL",
    "UPDATE audit_personal SET salt = '', value = '', erased_at = '2026-03-07'",
)


@pytest.fixture
def filled(store: Store) -> Store:
    add(store, entry(5, 1, trace="kept"), kept(5, 1, 0, '"Bob"', person="u_1"))
    store.definitions.publish(
        [
            DefinitionVersion(
                organisation=1,
                kind="process",
                id="b2b",
                number=1,
                digest="d",
                body=b'{"id":"b2b"}',
                bundle="b2b",
                published_by="u_1",
                published_at=datetime(2026, 3, 6, tzinfo=UTC),
                effective_from=datetime(2026, 3, 7, tzinfo=UTC),
                comment="first",
            )
        ],
        bundle="b2b",
        meta={},
    )
    return store


def test_what_must_stay_cannot_be_changed(filled: Store) -> None:
    before = _contents(filled)
    for sql in REFUSED:
        with pytest.raises(DBAPIError, match="keeps what it has"):
            _run(filled, sql)
        assert (sql, _contents(filled)) == (sql, before)


def test_a_trace_expires_and_a_value_is_erased(filled: Store) -> None:
    before = _contents(filled)
    for sql in ALLOWED:
        _run(filled, sql)
    after = _contents(filled)
    assert before[0][0] == (5, 1, "kept")
    assert after == [[(5, 1, None)], [(0, "name", "", "")], before[2]]


@pytest.mark.parametrize("table", ["audit_entry", "audit_personal", "definition_version"])
def test_a_table_is_not_emptied_at_once(filled: Store, table: str) -> None:
    start = "DELETE FROM" if filled.database.sqlite else "TRUNCATE"
    sql = f"{start} {table}"
    with pytest.raises(DBAPIError, match="keeps what it has"):
        _run(filled, sql)


def test_an_entry_is_not_replaced(filled: Store) -> None:
    columns = "organisation_id, stream, seq, type, at, actor, body, hash"
    values = "SELECT 1, 5, 1, 'x', 'x', 'x', 'x', 'x'"
    if filled.database.sqlite:
        sql = f"INSERT OR REPLACE INTO audit_entry ({columns}) {values}"
    else:
        sql = f"INSERT INTO audit_entry ({columns}) {values} ON CONFLICT (stream, seq)"
        sql += " DO UPDATE SET body = excluded.body"
    with pytest.raises(DBAPIError, match="keeps what it has"):
        _run(filled, sql)


def test_a_number_of_a_stream_is_given_once(filled: Store) -> None:
    with pytest.raises(DBAPIError):
        add(filled, entry(5, 1))


def test_ids_of_entries_and_jobs_do_not_come_back(store: Store) -> None:
    insert = (
        "INSERT INTO outbox (organisation_id, order_id, n, kind, body, due_at, attempts)"
        " VALUES (1, 1, {n}, 'call', '{{}}', '', 0)"
    )
    for n in range(3):
        _run(store, insert.format(n=n))
    _run(store, "DELETE FROM outbox")
    _run(store, insert.format(n=9))
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT id FROM outbox")).scalars().all() == [4]


def test_postgresql_says_which_transaction_wrote_an_entry(migrated_postgres: str) -> None:
    store = Store(open_database(migrated_postgres))
    add(store, entry(5, 1), entry(5, 2))
    add(store, entry(5, 3))
    settled(store)
    with store.database.reading() as connection:
        rows = connection.execute(
            text(
                "SELECT xid::text, xid < pg_snapshot_xmin(pg_current_snapshot())"
                " FROM audit_entry ORDER BY id"
            )
        ).all()
    store.close()
    assert rows[0][0] == rows[1][0] != rows[2][0]
    assert [row[1] for row in rows] == [True, True, True]


def _run(store: Store, sql: str) -> None:
    with store.database.writing() as connection:
        connection.execute(text(sql))


def _contents(store: Store) -> list[list[tuple[object, ...]]]:
    with store.database.reading() as connection:
        return [
            [tuple(row) for row in connection.execute(text(sql))]
            for sql in (
                "SELECT stream, seq, trace FROM audit_entry",
                "SELECT slot, path, salt, value FROM audit_personal",
                "SELECT body, effective_from, comment FROM definition_version",
            )
        ]
