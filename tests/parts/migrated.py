"""Databases of the newest revision that nobody has used: migrated once, then copied or emptied.

The migration takes longer than most tests. What it leaves to the program, such as the id of the
log, is missing here too: the program makes it when it opens the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from orderloom.platform import bootstrap
from orderloom.platform.app.application import Application
from orderloom.platform.settings import Settings
from orderloom.platform.store.migrate import NEWEST, migrated_file
from orderloom.platform.store.tables import METADATA
from parts.postgres import PostgresServer
from parts.stores import opened

ON_FILE = "sqlite:///"


def build(settings: Settings) -> Application:
    """The application of the settings; a new file has its tables before it is opened."""
    lay_tables(settings.database)
    return bootstrap.build(settings)


def lay_tables(url: str) -> None:
    """Makes the file at an SQLite URL, if it is not there yet."""
    file = Path(url.removeprefix(ON_FILE))
    if url.startswith(ON_FILE) and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(migrated_file())


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: PostgresServer) -> Iterator[str]:
    """A database with tables, made once: to make or copy one takes longer than most tests."""
    url = postgres_server.create()
    opened(url).close()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def migrated_postgres(postgres_tables: str) -> str:
    """The URL of a database with empty tables, to which nobody is connected."""
    empty(postgres_tables)
    return postgres_tables


def empty(url: str) -> None:
    """Leaves of a PostgreSQL database what the migration made, and ends its connections."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_EMPTYING)


# One text, so that the server is asked once. Triggers would keep the audit: a replica fires none.
_EMPTYING = sql.SQL("; ").join(
    [
        sql.SQL(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ),
        sql.SQL("SET session_replication_role = replica"),
        *(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in METADATA.tables),
        sql.SQL("UPDATE alembic_version SET version_num = {}").format(sql.Literal(NEWEST)),
        sql.SQL("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"),
    ]
)
