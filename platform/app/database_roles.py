"""Whether the program could rewrite its own audit, and what its role should be granted."""

from __future__ import annotations

from collections.abc import Sequence

from orderloom.platform.app.application import Application
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.store.roles import grants


def statements(role: str) -> list[str]:
    """What the owner of the tables grants the application's role. Raises `Refused`."""
    try:
        return grants(role)
    except ValueError as error:
        raise Refused(Rejection("role.name", str(error), {"role": role})) from error


def grant(app: Application, role: str) -> None:
    """Grants it, as the owner, through whose connection the application was opened. Raises
    `Refused` where the database has no roles."""
    statements(role)
    if not app.store.roles.can:
        raise Refused(Rejection("roles.none", "SQLite has no roles: the file's owner may all."))
    app.store.roles.apply(role)


def rewritable(app: Application) -> Sequence[str]:
    """Tables that must stay as they were written and that this program could rewrite. Empty on
    SQLite, where whoever may write the file can."""
    return app.store.roles.rewritable()
