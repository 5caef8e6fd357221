"""What the tables of a database are, beside those of the table classes."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.base import ischema_names

from orderloom.platform.store.columns import Xid8
from orderloom.platform.store.tables import METADATA


def differences(connection: Connection) -> list[Any]:
    """Between the tables that there are and those of the classes."""

    def compared(thing: Any, name: str | None, *_: Any) -> bool:
        return name != "audit_entry_feed" or connection.dialect.name == "postgresql"

    options = {"compare_type": True, "include_object": compared}
    context = MigrationContext.configure(connection, opts=options)
    # SQLAlchemy reads no such type of its own accord.
    with patch.dict(ischema_names, {"xid8": Xid8}):
        return list(compare_metadata(context, METADATA))
