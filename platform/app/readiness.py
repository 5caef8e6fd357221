"""Whether requests may come: the database answers."""

from __future__ import annotations

from typing import Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.database_roles import rewritable
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError

# What reading and writing raise while the database is away.
FAULTS: Final = (StoreError,)
REWRITABLE: Final = "the role of this connection could rewrite the audit (orderloom audit roles)"


def not_ready(app: Application) -> Rejection | None:
    """`unavailable` while the database does not answer."""
    try:
        app.store.ping()
    except StoreError as error:
        return unavailable(error)
    return None


def warning(app: Application) -> str:
    """What works and ought to be otherwise, as a sentence for machines and logs; else empty."""
    return REWRITABLE if rewritable(app) else ""


def unavailable(error: Exception) -> Rejection:
    """What everybody is told while the database is away; the cause is for the logs."""
    return Rejection("unavailable", f"The database cannot be used now: {error}.")
