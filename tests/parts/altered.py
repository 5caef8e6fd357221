"""Somebody is at the tables, with triggers off; afterwards they are as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

from orderloom.platform.app.application import Application


@contextmanager
def altered(
    app: Application, statements: Sequence[str], *, tables: Sequence[str], order: int
) -> Iterator[None]:
    """Carries the statements out (`:o` is the order) and puts these tables back at the end."""
    database = app.store.database
    with database.writing() as connection:
        triggers = _triggers(connection)
        _off(connection, triggers)
        for table in tables:
            connection.exec_driver_sql(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        for statement in statements:
            connection.execute(text(statement), {"o": order} if ":o" in statement else {})
    try:
        yield
    finally:
        with database.writing() as connection:
            _off(connection, [])
            for table in tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")
                own = "OVERRIDING SYSTEM VALUE " if table == "audit_entry" else ""
                over = "" if database.sqlite else own
                connection.exec_driver_sql(f"INSERT INTO {table} {over}SELECT * FROM kept_{table}")
                connection.exec_driver_sql(f"DROP TABLE kept_{table}")
            for _, made in triggers:
                connection.exec_driver_sql(made)


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    if connection.dialect.name != "sqlite":
        return []
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [(str(name), str(made)) for name, made in found]


def _off(connection: Connection, triggers: Sequence[tuple[str, str]]) -> None:
    """What only the owner of the database can do."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
