"""Brings the tables of a database to the newest revision."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from orderloom.platform.store.database import MEMORY, Database, only_one, open_database
from orderloom.platform.store.faults import StoreError, explained

FOLDER: Final = Path(__file__).with_name("migrations")
REVISIONS: Final = tuple(sorted(path.stem[:4] for path in FOLDER.glob("versions/[0-9]*.py")))
NEWEST: Final = REVISIONS[-1]
LOG: Final = "log"
# Alembic keeps what it works on in one place per process.
_alembic = threading.Lock()


def migrate(database: Database) -> str:
    """Makes or raises the tables, and gives the installation's log id, made at the first time.

    Safe when several programs do it at once, and quick when there is nothing to do. Raises
    `StoreError`: the database does not answer, cannot be written, or is newer than the program.
    """
    try:
        if database.file is not None and not database.file.exists():
            database.file.write_bytes(migrated_file())
        return _log_of(database) or _migrated(database)
    except SQLAlchemyError as error:
        raise explained(error) from error


def log_of(database: Database) -> str:
    """The installation's log id. Raises `StoreError` where nothing was migrated yet."""
    try:
        log = _log_of(database)
    except SQLAlchemyError as error:
        raise explained(error) from error
    if log is None:
        raise StoreError("the database has no tables of this version yet")
    return log


def _log_of(database: Database) -> str | None:
    """Reads it if the tables are up to date."""
    with database.reading() as connection:
        if _revision(connection) != NEWEST:
            return None
        return _read_log(connection)


def _migrated(database: Database) -> str:
    with database.writing() as connection:
        _alone(connection)
        if _revision(connection) != NEWEST:
            upgrade(connection)
        log = _read_log(connection)
        if log is None:
            log = secrets.token_hex(16)
            connection.execute(
                text("INSERT INTO installation (name, value) VALUES (:name, :value)"),
                {"name": LOG, "value": log},
            )
        return log


def _alone(connection: Connection) -> None:
    """Waits until nobody else migrates. SQLite's writing transaction is alone as it is."""
    if connection.dialect.name == "sqlite":
        return
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    only_one(connection, "migrate")
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreError(f"the database's encoding is {encoding}, not UTF8")


def _revision(connection: Connection) -> str | None:
    """The revision of the tables, None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"the database was made by a newer version of the program"
            f" (revision {found}; this one knows {NEWEST})"
        )
    return None if found is None else str(found)


def _read_log(connection: Connection) -> str | None:
    found = connection.execute(
        text("SELECT value FROM installation WHERE name = :name"), {"name": LOG}
    ).scalar()
    return None if found is None else str(found)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings the tables to a revision, in the connection's transaction."""
    # Loaded only where there is something to do: it takes longer than all the rest.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _alembic:
        command.upgrade(config, revision)


@cache
def migrated_file() -> bytes:
    """The file of an empty database with all tables, made once per process."""
    database = open_database(MEMORY)
    try:
        with database.writing() as connection:
            upgrade(connection)
        database.engine.dispose()
        assert database.file is not None  # noqa: S101 - a database in memory has one
        return database.file.read_bytes()
    finally:
        database.close()
