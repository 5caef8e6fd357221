"""Connections to PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, create_engine, event

from orderloom.platform.store.plain_text import keep_text_plain

CONNECT_SECONDS: Final = 10
# A statement that takes longer is a fault, and a forgotten transaction would keep rows locked.
_SETTINGS: Final = (
    "SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s';"
    " SET timezone = 'UTC'"
)


def postgresql_engine(rest: str, connections: int) -> Engine:
    """The engine of a URL without its scheme; further parameters of libpq may stand in it."""
    engine = create_engine(
        f"postgresql+psycopg://{rest}",
        pool_size=connections,
        max_overflow=2 * connections,
        pool_pre_ping=True,
        connect_args={
            "fallback_application_name": "orderloom",
            "connect_timeout": CONNECT_SECONDS,
        },
    )
    keep_text_plain(engine)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.execute(_SETTINGS)
        connection.commit()

    return engine
