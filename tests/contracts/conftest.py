"""One suite for every store: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.postgres import PostgresServer

from orderloom.platform.store import Store, open_store

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
    """A database with tables that others are copied from: quicker than to make them each time."""
    url = postgres_server.create()
    opened = open_store(url)
    opened.migrate()
    opened.close()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def migrated_postgres(postgres_server: PostgresServer, postgres_tables: str) -> Iterator[str]:
    """The URL of a database with tables, of this test's own."""
    url = postgres_server.create(template=postgres_tables)
    yield url
    postgres_server.drop(url)


def _local(kind: str, folder: Path) -> str:
    return "memory:" if kind == "memory" else f"sqlite:///{folder / 'contract.db'}"
