"""What people said about an order, for one viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderloom.platform.app.commenting import parts
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.view_models import Page, PersonView
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """One comment. `text` is None where it was erased; `parts`: the same in pieces, true for those
    that mention somebody. `seq`: its entry in the audit."""

    seq: int
    at: datetime
    by: PersonView
    text: str | None
    parts: Sequence[tuple[str, bool]]
    mentions: tuple[PersonView, ...]


def comments(seen: Seen, cursor: str | None, limit: int) -> Page[CommentView] | Rejection:
    """The newest comments, or those before a cursor; on a page the newest is last."""
    before = read_cursor(cursor, int)
    if isinstance(before, Rejection):
        return before
    return of_order(seen, before[0] if before else None, limit)


def of_order(seen: Seen, before: int | None, limit: int) -> Page[CommentView]:
    """The same of an order that is seen already."""
    rows = seen.desk.reads.comments(
        seen.actor.organisation, seen.state.order, before=before, limit=limit + 1
    )
    shown = rows[:limit]
    more = write_cursor((shown[-1].seq,)) if len(rows) > limit else None
    return Page(tuple(_view(seen, row) for row in reversed(shown)), more)


def _view(seen: Seen, row: EntryRow) -> CommentView:
    said = row.facts.get("comment")
    text = said if isinstance(said, str) else None
    mentions = [f"u:{id_}" for id_ in row.facts.get("mentions") or ()]
    by, *others = seen.people([f"u:{row.actor}", *mentions])
    pieces = parts(text or "") if mentions else [(text or "", False)]
    return CommentView(
        seq=row.seq, at=row.at, by=by, text=text, parts=pieces, mentions=tuple(others)
    )
