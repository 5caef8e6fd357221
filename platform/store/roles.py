"""What the application's role may do on PostgreSQL: everything it needs, and not a word more where
something must stay as it was written.

The owner of the tables makes and raises them and grants; the application connects as another role,
which owns nothing: it can drop no trigger, turn none off, and replace no function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import text

from orderloom.platform.store.database import Database
from orderloom.platform.store.tables import METADATA

NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_EVERYTHING: Final = "SELECT, INSERT, UPDATE, DELETE"
_ADD: Final = "SELECT, INSERT"
# table → what is granted on it, where that is not everything. Triggers narrow the updates further:
# a trace may only be cleared, a personal value only erased, a tile only grow.
_LIMITED: Final[dict[str, str]] = {
    "audit_entry": f"{_ADD}, UPDATE (trace)",
    "audit_personal": f"{_ADD}, UPDATE (salt, value, erased_at)",
    "audit_tile": f"{_ADD}, UPDATE (hashes, places, names, low_id, high_id)",
    "audit_stream": f"{_ADD}, UPDATE",
    "audit_checkpoint": _ADD,
    "audit_key": _ADD,
    "definition_version": _ADD,
    "release": _ADD,
    "balance_move": _ADD,
    "installation": _ADD,
}
# What must stay as it was written, and by which privilege it could be rewritten.
_KEPT: Final = (
    *("audit_entry", "audit_personal", "audit_tile", "audit_checkpoint", "audit_key"),
    *("definition_version", "release"),
)
_MAY: Final = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = current_schema() AND c.relname = ANY(:tables) AND ("
    " pg_has_role(current_user, c.relowner, 'USAGE')"
    " OR has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE')"
    " OR has_table_privilege(c.oid, 'TRUNCATE') OR has_table_privilege(c.oid, 'TRIGGER'))"
    " ORDER BY c.relname"
)


def grants(role: str) -> list[str]:
    """The statements that give a role what the application needs, and take all else from it. Raises
    `ValueError` for what is no plain name."""
    if not NAME.fullmatch(role):
        raise ValueError("a role is named by small letters, digits and _")
    return list(_grants(role))


def _grants(role: str) -> Iterator[str]:
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    for table in sorted(METADATA.tables):
        yield f"REVOKE ALL ON {table} FROM {role}"
        yield f"GRANT {_LIMITED.get(table, _EVERYTHING)} ON {table} TO {role}"
    yield f"GRANT SELECT ON alembic_version TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"


class SqlRoles:
    """Grants, and says what the role of this very connection could do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def can(self) -> bool:
        """Whether the database has roles at all."""
        return not self._database.sqlite

    def apply(self, role: str) -> None:
        """Grants, as the owner. Raises `StoreError`."""
        with self._database.writing() as connection:
            for statement in grants(role):
                connection.exec_driver_sql(statement)

    def rewritable(self) -> Sequence[str]:
        """The tables that must stay as they were written and that this role could rewrite."""
        if self._database.sqlite:
            return ()
        with self._database.reading() as connection:
            found = connection.execute(_MAY, {"tables": list(_KEPT)})
            return [str(name) for (name,) in found]
