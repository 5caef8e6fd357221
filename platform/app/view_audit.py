"""An order's audit: every entry as a sentence, and why what is open lies with whom it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from orderloom.platform.app.audit_models import AuditView, Why
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.naming import named
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.reading import Desk, Seen
from orderloom.platform.app.reasons import reason, reason_of
from orderloom.platform.app.view_models import Page, Sentence
from orderloom.platform.app.view_order import find
from orderloom.platform.app.view_tasks import title_of
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow

# How far back the reasons of open and past approvals are looked for.
REACH: Final = 500
AT_ONCE: Final = 20


def audit(
    desk: Desk, actor: Actor, number: str, cursor: str | None, limit: int
) -> AuditView | Rejection:
    """The entries newest first, with the reasons on top. Whoever may see the order may see why;
    bodies and hashes are for `audit.read`, which the page asks for itself."""
    seen = find(desk, actor, number)
    if isinstance(seen, Rejection):
        return seen
    before = read_cursor(cursor, int)
    if isinstance(before, Rejection):
        return before
    start = before[0] if before else None
    rows = desk.reads.entries(actor.organisation, seen.state.order, before=start, limit=limit + 1)
    shown = rows[:limit]
    more = write_cursor((shown[-1].seq,)) if len(rows) > limit else None
    return AuditView(
        head=seen.head(),
        entries=Page(narrate(seen, shown, quiet=False), more),
        whys=_whys(seen) if start is None else (),
        length=seen.stored.entries,
    )


def why(desk: Desk, actor: Actor, number: str) -> tuple[Why, ...] | Rejection:
    """For each task that is or was with somebody: who, by which rule, with which values."""
    seen = find(desk, actor, number)
    return seen if isinstance(seen, Rejection) else _whys(seen)


def _whys(seen: Seen) -> tuple[Why, ...]:
    read = seen.desk.reads.entries(
        seen.actor.organisation, seen.state.order, before=None, limit=REACH
    )
    # Newest first, also within an entry.
    entries = [each for one in read for each in reversed(one.told)]
    found: list[Why] = []
    for place, entry in enumerate(entries):
        if entry.type == "approval.opened":
            decided = _decided(seen, entries[place + 1 :])
            found += [replace(why, decided=decided) for why in _of_round(seen, entry)]
        elif entry.type in ("work.started", "checked", "approval.verdict", "attention.opened"):
            found += _of_tasks(seen, entry)
    return tuple(found)


def decided_before(seen: Seen, n: int) -> Sentence | None:
    """What a decision said last before the approval of the open task `n` was opened."""
    entries = _backwards(seen)
    for entry in entries:
        tasks = entry.facts.get("tasks")
        if entry.type == "approval.opened" and isinstance(tasks, Mapping) and str(n) in tasks:
            return _decided(seen, entries)
    return None


def _backwards(seen: Seen) -> Iterator[EntryRow]:
    """The entries from the newest, as far as somebody goes on: seldom far."""
    before: int | None = None
    for _ in range(REACH // AT_ONCE):
        rows = seen.desk.reads.entries(
            seen.actor.organisation, seen.state.order, before=before, limit=AT_ONCE
        )
        yield from (each for one in rows for each in reversed(one.told))
        if len(rows) < AT_ONCE:
            return
        before = rows[-1].seq


def _decided(seen: Seen, earlier: Iterable[EntryRow]) -> Sentence | None:
    """The last decision before, of the same order; another approval in between ends the search."""
    for entry in earlier:
        if entry.type == "decided":
            return narrate(seen, [entry], quiet=False)[0]
        if entry.type == "approval.opened":
            return None
    return None


def _of_round(seen: Seen, entry: EntryRow) -> list[Why]:
    """Reasons stand in the tasks; steps that wait for their turn have theirs in the round."""
    return _of_tasks(seen, entry) or _of_steps(seen, entry)


def _of_tasks(seen: Seen, entry: EntryRow) -> list[Why]:
    tasks = entry.facts.get("tasks")
    records: Mapping[str, Any] = tasks if isinstance(tasks, Mapping) else {}
    if entry.type == "attention.opened" and isinstance(entry.facts.get("task"), Mapping):
        records = {str(entry.facts.get("n")): entry.facts["task"]}
    return [_why(seen, entry, n, task) for n, task in records.items() if task.get("for")]


def _why(seen: Seen, entry: EntryRow, n: str, task: Mapping[str, Any]) -> Why:
    people = named(seen, task["for"])
    because = reason_of(seen, task)
    title = title_of(seen, task)
    return Why(
        task=f"{seen.state.order}.{n}" if n in seen.state.tasks else "",
        title=title,
        people=people,
        reason=because,
        at=entry.at,
        sentence=_sentence(seen, people, title, because.text),
        seq=entry.seq,
    )


def _of_steps(seen: Seen, entry: EntryRow) -> list[Why]:
    round_ = entry.facts.get("round")
    steps: Sequence[Mapping[str, Any]] = round_["steps"] if isinstance(round_, Mapping) else ()
    found = []
    for step in steps:
        people = named(seen, step.get("principals") or ())
        because = reason(step.get("why") or {}, seen)
        title = seen.words.text("web.task.untitled.approval")
        found.append(
            Why(
                task="",
                title=title,
                people=people,
                reason=because,
                at=entry.at,
                sentence=_sentence(seen, people, title, because.text),
                seq=entry.seq,
            )
        )
    return found


def _sentence(seen: Seen, people: Sequence[Any], title: str, because: str) -> str:
    words = seen.words
    who = words.text("web.why.or").join(person.name for person in people)
    if not who:
        return words.text("web.why.nobody", title=title)
    return words.text("web.why.sentence", who=who, title=title, because=because)
