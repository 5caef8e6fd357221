"""Notices: what the product told somebody, kept for their pages; read or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.view_models import Page
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.notices import KeptNotice, SqlNotices

# More than so many are not counted.
MOST_COUNTED = 100


class Notices:
    """Everybody's own, and nobody else's. Safe to use from many threads. `changed` is told of
    whose notices became others (organisation, user)."""

    def __init__(
        self,
        tables: SqlNotices,
        now: Callable[[], datetime],
        *,
        changed: Callable[[int, str], None],
    ) -> None:
        self._tables = tables
        self._now = now
        self._changed = changed

    def page(self, actor: Actor, cursor: str | None, limit: int) -> Page[KeptNotice] | Rejection:
        """The actor's notices, newest first."""
        before = read_cursor(cursor, str, int, int)
        if isinstance(before, Rejection):
            return before
        rows = self._tables.page(actor.organisation, actor.id, before=before, limit=limit + 1)
        more = write_cursor(rows[limit - 1].place) if len(rows) > limit else None
        return Page(tuple(rows[:limit]), more)

    def unread(self, actor: Actor) -> int:
        """How many wait to be read, at most `MOST_COUNTED`."""
        return self._tables.unread(actor.organisation, actor.id, limit=MOST_COUNTED)

    def read(self, actor: Actor, one: tuple[int, int] | None = None) -> None:
        """All are read now, or one (order, n); that there is none such changes nothing."""
        self._tables.read(actor.organisation, actor.id, at=self._now(), one=one)
        self._changed(actor.organisation, actor.id)
