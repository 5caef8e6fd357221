"""What somebody with the database's own rights can do: write past the triggers that keep it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from orderloom.platform.store import Store


def without_triggers(store: Store, *statements: str, **values: Any) -> None:
    """Carries the statements out in one transaction; afterwards the triggers are there again."""
    with store.database.writing() as connection:
        if not store.database.sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            _run(connection, statements, values)
            return
        triggers = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _ in triggers:
            connection.execute(text(f"DROP TRIGGER {name}"))
        _run(connection, statements, values)
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def _run(connection: Connection, statements: tuple[str, ...], values: dict[str, Any]) -> None:
    for statement in statements:
        connection.execute(text(statement), values)
