"""A database that an earlier revision made comes to the newest one, and nothing in it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from parts.schema import differences
from parts.store_rows import add, at, entry, numbered, order, settled
from sqlalchemy import text

from orderloom.platform.app.audit_index import AuditIndex
from orderloom.platform.store import Store, open_store
from orderloom.platform.store.desk_rows import IndexState
from orderloom.platform.store.migrate import REVISIONS, upgrade
from orderloom.platform.store.tables import METADATA

LISTS = ("audit_fact", "audit_index", "audit_value", "audit_word")
# Filled as the desk of that revision filled it: by three lists without what the next one added.
OLD_DESK = (
    "INSERT INTO audit_index VALUES ('entries', '2', '2026-03-06T12:00:00Z', 2)",
    "INSERT INTO audit_word VALUES (1, 'what', 'decided', 1)",
    "INSERT INTO audit_word VALUES (1, 'slot', 'in:total', 2)",
    "INSERT INTO audit_fact VALUES (1, 1, 1, 0, 1, 0, 0, 0, 0, 0)",
    "INSERT INTO audit_value VALUES (2, 'n1', 1)",
)
FACTS: dict[str, Any] = {"decision": "tier", "def": "tier@1", "in": {"total": 7}, "out": "gold"}


@pytest.fixture(params=REVISIONS[:-1])
def earlier(request: pytest.FixtureRequest, empty_url: str) -> Iterator[Store]:
    """An order with two entries in the tables of each earlier revision."""
    store = open_store(empty_url)
    with store.database.writing() as connection:
        upgrade(connection, request.param)
        if request.param == "0001":
            for statement in OLD_DESK:
                connection.execute(text(statement))
    add(store, order(1), numbered(1, "SO-1"), *(entry(1, seq, facts=FACTS) for seq in (1, 2)))
    yield store
    store.close()


def rows(store: Store, *tables: str) -> dict[str, list[Any]]:
    with store.database.reading() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))]
            for name in tables
        }


def test_its_tables_become_the_newest(earlier: Store) -> None:
    kept = set(METADATA.tables) - {*LISTS, "installation"}
    before = rows(earlier, *sorted(kept))
    earlier.migrate()
    assert rows(earlier, *sorted(kept)) == before
    assert len(before["audit_entry"]) == 2
    with earlier.database.reading() as connection:
        assert differences(connection) == []


def test_the_desk_reads_every_entry_again(earlier: Store) -> None:
    earlier.migrate()
    assert earlier.desk.state() == IndexState()
    settled(earlier)
    assert AuditIndex(earlier.audit, earlier.desk, at).catch_up() == 2
    found = rows(earlier, "audit_value", "audit_fact")
    streams = {row[-1] for row in found["audit_value"]}
    assert (streams, len(found["audit_fact"])) == ({1}, 2)


def test_what_a_role_may_do_stays(postgres_url: str) -> None:
    asked = text("SELECT relname, relacl IS NULL FROM pg_class WHERE relname LIKE 'audit_%'")
    store = open_store(postgres_url)
    with store.database.writing() as connection:
        upgrade(connection, REVISIONS[0])
        for name in LISTS:
            connection.execute(text(f"GRANT SELECT ON {name} TO PUBLIC"))
    store.migrate()
    with store.database.reading() as connection:
        bare: dict[str, bool] = dict(tuple(row) for row in connection.execute(asked))
    store.close()
    assert {name: bare[name] for name in LISTS} == dict.fromkeys(LISTS, False)
    assert bare["audit_entry"]
