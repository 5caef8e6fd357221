"""One suite for every store: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from parts.postgres import PostgresServer
from psycopg import sql

from orderloom.platform.store import Store, open_store
from orderloom.platform.store.migrate import NEWEST
from orderloom.platform.store.tables import METADATA

KINDS = ("memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of this test's own."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return _local(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with its tables, on each kind of database."""
    if request.param == "postgres":
        opened = open_store(request.getfixturevalue("migrated_postgres"))
    else:
        opened = open_store(_local(request.param, tmp_path))
        opened.migrate()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with tables, made once: to make or copy one takes longer than most tests."""
    url = postgres_server.create()
    opened = open_store(url)
    opened.migrate()
    opened.close()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def migrated_postgres(postgres_tables: str) -> str:
    """The URL of a database with empty tables."""
    tables = [name for name in METADATA.tables if name != "installation"]
    with psycopg.connect(postgres_tables, autocommit=True) as connection:
        # As a replica does, which fires no triggers: they would keep the audit.
        connection.execute("SET session_replication_role = replica")
        for table in tables:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        connection.execute("UPDATE alembic_version SET version_num = %s", (NEWEST,))
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
    return postgres_tables


def _local(kind: str, folder: Path) -> str:
    return "memory:" if kind == "memory" else f"sqlite:///{folder / 'contract.db'}"
