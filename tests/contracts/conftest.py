"""One suite for every store: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from parts.postgres import PostgresServer
from parts.stores import KINDS, Stores, local_url, opened
from psycopg import sql

from orderloom.platform.store import Store, open_store
from orderloom.platform.store.migrate import NEWEST
from orderloom.platform.store.tables import METADATA


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of this test's own."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return local_url(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of this test's own; PostgreSQL's has its tables."""
    if request.param == "postgres":
        return str(request.getfixturevalue("migrated_postgres"))
    return local_url(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, stores: Stores) -> Store:
    """A store with its tables, on each kind of database."""
    return stores(request.param)


@pytest.fixture
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Opens stores with their tables."""
    made: list[Store] = []

    def made_for(kind: str) -> Store:
        if kind == "postgres":
            made.append(open_store(request.getfixturevalue("migrated_postgres")))
        else:
            made.append(opened(local_url(kind, tmp_path)))
        return made[-1]

    yield made_for
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with tables, made once: to make or copy one takes longer than most tests."""
    url = postgres_server.create()
    opened(url).close()
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
