"""The tables come to the newest revision, once, and are those of the table classes."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.dialects.postgresql.base import ischema_names

from orderloom.platform.store import Store, StoreError, open_store
from orderloom.platform.store.columns import Xid8
from orderloom.platform.store.migrate import FOLDER, NEWEST
from orderloom.platform.store.tables import METADATA


def test_the_tables_are_those_of_the_classes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ischema_names, "xid8", Xid8)
    with store.database.reading() as connection:
        assert _differences(connection) == []


def test_the_comparison_bites(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ischema_names, "xid8", Xid8)
    with store.database.writing() as connection:
        connection.execute(text("DROP INDEX outbox_due"))
        connection.execute(text("ALTER TABLE task ADD COLUMN later INTEGER"))
        found = {change[0] for change in _differences(connection)}
        assert found == {"add_index", "remove_column"}
        connection.rollback()


def _differences(connection: Connection) -> list[Any]:
    def compared(thing: Any, name: str | None, *_: Any) -> bool:
        return name != "audit_entry_feed" or connection.dialect.name == "postgresql"

    options = {"compare_type": True, "include_object": compared}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, METADATA))
