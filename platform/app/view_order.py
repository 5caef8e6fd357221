"""One order's page: where it stands, its data, what the viewer may do, and what happened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.view_approvers import of_order
from orderloom.platform.app.view_forms import blank_data, blank_form, order_form
from orderloom.platform.app.view_models import (
    ChildView,
    Choice,
    EventButton,
    HoldView,
    OrderView,
    TaskLine,
    Typed,
)
from orderloom.platform.app.view_stages import stage_map
from orderloom.platform.app.view_tasks import line
from orderloom.platform.app.view_tickets import small_forms, waivers, warned
from orderloom.platform.definitions.model import EventDecl
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow

# Entries read for the timeline and for knowing which stages were passed.
TIMELINE: Final = 200


def order(
    desk: Desk,
    actor: Actor,
    number: str,
    *,
    typed: Typed | None = None,
    event: tuple[str, Typed] | None = None,
    cursor: str | None = None,
    approvers: bool = False,
) -> OrderView | Rejection:
    """The order, or `order.not_found`. `typed`: data that was refused; `event`: the same of an
    event's dialog. `cursor`: earlier sentences of the timeline. `approvers`: with who approves."""
    seen = find(desk, actor, number)
    if isinstance(seen, Rejection):
        return seen
    before = read_cursor(cursor, int)
    if isinstance(before, Rejection):
        return before
    entries = desk.reads.entries(
        actor.organisation,
        seen.state.order,
        before=before[0] if before else None,
        limit=TIMELINE + 1,
    )
    shown = entries[:TIMELINE]
    form = order_form(seen, typed=typed)
    tasks = _tasks(seen)
    return OrderView(
        head=seen.head(),
        map=stage_map(seen, visited(seen, shown)),
        data=seen.data,
        hidden=tuple(sorted(".".join(path) for path in seen.hidden)),
        base=seen.state.data,
        form=form,
        submit=seen.release.form,
        editable=seen.state.status != "ended" and form.editable,
        tasks=tasks,
        buttons=tuple(_button(seen, each, event) for each in seen.may.events),
        holds=_holds(seen),
        activities=_activities(seen),
        start=seen.may.start,
        children=_children(seen),
        parent=_parent(seen),
        tags=tuple(seen.state.tags),
        tag_titles=tuple(
            seen.words.choose(seen.release.process.labels.get(tag)) or tag
            for tag in seen.state.tags
        ),
        milestones=tuple(
            (id_, at) for id_, text in seen.state.milestones.items() if (at := instant(text))
        ),
        timeline=narrate(seen, shown, quiet=True),
        earlier=write_cursor((shown[-1].seq,)) if len(entries) > TIMELINE else None,
        waits=_waits(seen),
        undo=_undo(seen),
        approvers=of_order(seen) if approvers else (),
        mends=small_forms(seen, tasks),
        waivers=waivers(seen),
        warnings=warned(seen),
    )


def find(desk: Desk, actor: Actor, number: str) -> Seen | Rejection:
    """By number, or by `~<id>` as drafts are called."""
    if number.startswith("~") and number[1:].isdigit() and len(number) < 20:
        return desk.see_id(actor, int(number[1:]))
    return desk.see(actor, number)


def visited(seen: Seen, entries: Sequence[EntryRow]) -> Collection[str]:
    """Stages ever entered, as far as the entries go back."""
    found = set(seen.state.stages)
    for entry in (each for one in entries for each in one.told):
        for name in ("exits", "enters"):
            value = entry.facts.get(name)
            if isinstance(value, list | tuple):
                found.update(each for each in value if isinstance(each, str))
    return found


def _tasks(seen: Seen) -> tuple[TaskLine, ...]:
    lines = [line(seen, int(n), task) for n, task in seen.state.tasks.items()]
    return tuple(sorted(lines, key=lambda each: (each.due is None, each.due, each.id)))


def _button(seen: Seen, declared: EventDecl, refused: tuple[str, Typed] | None) -> EventButton:
    words, release = seen.words, seen.release
    typed = refused[1] if refused is not None and refused[0] == declared.name else None
    prefix = f"{declared.name}."
    form = submit = None
    base: Mapping[str, Any] = {}
    only: tuple[str, ...] | None = None
    if declared.form is not None:
        submit = release.forms[declared.form]
        base = blank_data(submit, release, seen.desk, seen.actor)
        form = blank_form(submit, release, seen.desk, seen.actor, typed=typed, prefix=prefix)
    elif declared.fields:
        submit, only = release.form, tuple(declared.fields)
        form = order_form(seen, typed=typed, only=only, prefix=prefix)
    return EventButton(
        name=declared.name,
        title=words.choose(declared.title) or declared.name,
        confirm=words.choose(declared.confirm),
        reason=declared.reason or "none",
        form=form,
        submit=submit,
        base=base,
        only=only,
    )


def _holds(seen: Seen) -> tuple[HoldView, ...]:
    may = seen.may.holds
    return tuple(
        HoldView(
            id=id_,
            title=seen.words.choose(hold.title) or id_,
            on=id_ in seen.state.holds,
            may=id_ in may,
        )
        for id_, hold in seen.release.process.holds.items()
        if id_ in may or id_ in seen.state.holds
    )


def _activities(seen: Seen) -> tuple[Choice, ...]:
    found = []
    for n in seen.may.activities:
        record = seen.state.activities[str(n)]
        activity = seen.release.process.stages[record["stage"]].do[record["i"]]
        title = seen.words.choose(getattr(activity.what, "title", None))
        found.append(Choice(id=str(n), title=title or activity.id))
    return tuple(found)


def _children(seen: Seen) -> tuple[ChildView, ...]:
    found = []
    for children in seen.state.children.values():
        for child in children:
            process = str(child.get("process") or "")
            title = seen.release.processes.get(process)
            number = str(child.get("number") or "")
            stored = seen.desk.reads.order_by_number(seen.actor.organisation, number)
            visible = stored is not None and seen.desk.seen(seen.actor, stored) is not None
            found.append(
                ChildView(
                    number=number if visible else "",
                    process_title=seen.words.choose(title) or process,
                    ended=bool(child.get("ended")),
                    outcome=str(child.get("outcome") or ""),
                    visible=visible,
                )
            )
    return tuple(found)


def _parent(seen: Seen) -> str | None:
    parent = seen.state.parent
    return str(parent["number"]) if parent and parent.get("number") else None


def _undo(seen: Seen) -> tuple[tuple[str, datetime], ...]:
    """Verdicts of the viewer that can be taken back."""
    return tuple(
        (f"{seen.state.order}.{n}", until)
        for n, text in seen.may.undo.items()
        if (until := instant(text)) is not None
    )


def _waits(seen: Seen) -> tuple[tuple[str, datetime], ...]:
    """Clocks that will strike: stage and moment, the earliest first."""
    stages = seen.release.process.stages
    found = []
    for timer in seen.state.timers.values():
        due, stage = instant(timer.get("due")), stages.get(str(timer.get("stage")))
        if due is not None and stage is not None and timer.get("kind") in ("after", "at", "every"):
            found.append((seen.words.choose(stage.title) or stage.id, due))
    return tuple(sorted(found, key=lambda each: each[1]))
