"""What somebody has decided or completed: read from the entries that tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.view_models import Page, PersonView
from orderloom.platform.app.view_tasks import amount_of, subject_of
from orderloom.platform.definitions import model as m
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import DoneRow, StoredOrder

# Reads per page: entries of orders that are gone are passed over.
MOST_READS: Final = 5
KINDS: Final = {
    "approval.verdict": "approval",
    "task.done": "task",
    "ticket.waived": "ticket",
    "attention.settled": "attention",
}
VERDICTS: Final = {
    "task.done": "done",
    "ticket.waived": "waived",
    "attention.settled": "settled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneLine:
    """What the viewer has answered. `id` is the task's, `seq` the entry's that tells of it;
    `verdict`: `approve reject return abstain ask done waived settled`; `outcome`: of a task that
    has several; `text`: the whole as a sentence; `in_place_of`: for whom. `visible`: the viewer
    may still see the order; of one that they may not, only what they did themselves is told."""

    id: str
    title: str
    order: str
    process: str
    process_title: str
    subject: str
    amount: str
    verdict: str
    tone: str
    text: str
    outcome: str
    comment: str
    visible: bool
    at: datetime
    seq: int
    in_place_of: PersonView | None = None


def done(desk: Desk, actor: Actor, cursor: str | None, limit: int) -> Page[DoneLine] | Rejection:
    """Newest first, whoever it was done for. What somebody did is theirs to know, also where they
    may not see the order any more."""
    key = read_cursor(cursor, int)
    if isinstance(key, Rejection):
        return key
    before: int | None = key[0] if key else None
    found: list[DoneLine] = []
    for _ in range(MOST_READS):
        rows = desk.reads.done(actor.organisation, actor.id, before=before, limit=limit + 1)
        stored = desk.reads.orders_by_id(actor.organisation, {row.order for row in rows})
        for row in rows:
            if len(found) == limit:
                return Page(tuple(found), write_cursor((before,)))
            before = row.id
            if row.order in stored:
                found.append(done_line(desk, actor, stored[row.order], row))
        if len(rows) <= limit:
            return Page(tuple(found))
    return Page(tuple(found), write_cursor((before,)))


def done_line(desk: Desk, actor: Actor, stored: StoredOrder, row: DoneRow) -> DoneLine:
    """An answer of somebody, before the eyes of the actor."""
    visible = desk.seen(actor, stored)
    release = desk.registry.by_no(stored.release)
    seen = visible or Seen(desk, actor, stored, release, desk.now())
    entry, process = row.entry, release.process
    (told,) = narrate(seen, [entry], quiet=False)
    other, facts = entry.on_behalf_of, entry.facts
    what = _what(seen, facts.get("id"))
    comment = facts.get("comment")
    return DoneLine(
        id=f"{row.order}.{facts.get('task', facts.get('n'))}",
        title=_title(seen, row, what),
        order=seen.number,
        process=process.id,
        process_title=seen.words.choose(process.title) or process.id,
        subject=subject_of(visible) if visible else "",
        amount=amount_of(visible) if visible else "",
        visible=visible is not None,
        verdict=VERDICTS.get(entry.type) or str(facts.get("verdict")),
        tone=told.tone,
        text=told.text,
        outcome=_outcome(seen, what, facts.get("outcome")),
        comment=comment if isinstance(comment, str) else "",
        at=entry.at,
        seq=entry.seq,
        in_place_of=seen.people([f"u:{other}"])[0] if other and other != entry.actor else None,
    )


def _title(seen: Seen, row: DoneRow, what: m.ActivityKind | None) -> str:
    """What the task was called: by itself, else by its definition or kind."""
    said: Any = row.entry.facts.get("title")
    title = str(seen.masked(seen.words.choose(said))) or seen.words.choose(
        getattr(what, "title", None)
    )
    if not title and isinstance(what, m.ApprovalActivity):
        policy = seen.release.approvals.get(what.approval)
        title = seen.words.choose(getattr(policy, "title", None))
    return title or seen.words.text(f"web.task.untitled.{KINDS[row.entry.type]}")


def _outcome(seen: Seen, what: m.ActivityKind | None, outcome: Any) -> str:
    if not isinstance(outcome, str) or not isinstance(what, m.TaskActivity):
        return ""
    return seen.words.choose(dict(what.outcomes).get(outcome)) or outcome


def _what(seen: Seen, activity: Any) -> m.ActivityKind | None:
    """What the process says of the activity."""
    for stage in seen.release.process.stages.values():
        for each in stage.do:
            if each.id == activity:
                return each.what
    return None
