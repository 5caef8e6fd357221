"""An order as of any moment, and two moments compared: from its entries alone, for one viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orderloom.audit.personal import SLOT
from orderloom.platform.app.decision_why import DecisionWhy
from orderloom.platform.app.entry_why import entry_why
from orderloom.platform.app.moment_approvals import approvals_then
from orderloom.platform.app.moment_asked import Asked, asked
from orderloom.platform.app.moment_course import Stood, course, place
from orderloom.platform.app.moment_differences import differences, same
from orderloom.platform.app.moment_form import fields_then, form_then
from orderloom.platform.app.moment_models import ComparedView, MomentView, TaskThen
from orderloom.platform.app.narration import narrate
from orderloom.platform.app.reading import Desk, Seen, instant
from orderloom.platform.app.reasons import reason_of
from orderloom.platform.app.seeing import Seeing
from orderloom.platform.app.view_models import Choice
from orderloom.platform.app.view_order import find, visited
from orderloom.platform.app.view_stages import stage_map
from orderloom.platform.app.view_tasks import title_of
from orderloom.platform.engine import Actor
from orderloom.platform.engine.outcome import Question
from orderloom.platform.problem import Rejection
from orderloom.platform.words.erased import erased_words


class Moments:
    """Whoever may see the order today may look back at it, at what they may see of it."""

    def __init__(self, desk: Desk, seeing: Seeing) -> None:
        self._desk = desk
        self._seeing = seeing

    def as_of(self, actor: Actor, number: str, moment: str) -> MomentView | Rejection:
        """The order after an entry, or at an instant (`moment_asked.asked`)."""
        found = self._found(actor, number, moment)
        if isinstance(found, Rejection):
            return found
        seen, stood, (index,) = found
        self._seeing.order(seen, stood[index].state.data)
        return view_of(seen, stood, index)

    def why(self, actor: Actor, number: str, seq: int) -> DecisionWhy | Rejection:
        """Why a decision, a check or a ruleset answered so, and why no other row did."""
        seen = find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        found = entry_why(seen, seq)
        if isinstance(found, DecisionWhy) and found.entry.type == "decided":
            self._seeing.entries(actor, [(seen, found.entry.body)])
        elif isinstance(found, DecisionWhy):
            # What is told stands in the trace as well, of which the body does not speak.
            self._seeing.texts(seen)
        return found

    def compared(
        self, actor: Actor, number: str, first: str, second: str
    ) -> ComparedView | Rejection:
        """What is not at one moment as at the other, and which entries changed it; the earlier
        moment comes first, whichever was named first."""
        found = self._found(actor, number, first, second)
        if isinstance(found, Rejection):
            return found
        seen, stood, indices = found
        start, end = sorted(indices)
        self._seeing.order(seen, *(one.state.data for one in stood[start : end + 1]))
        before, after = view_of(seen, stood, start), view_of(seen, stood, end)
        told = differences(seen, stood[start : end + 1], before, after)
        alike = same(before, after)
        return ComparedView(first=before, second=after, differences=told, same=alike)

    def _found(
        self, actor: Actor, number: str, *moments: str
    ) -> tuple[Seen, list[Stood], list[int]] | Rejection:
        seen = find(self._desk, actor, number)
        if isinstance(seen, Rejection):
            return seen
        wanted: list[Asked] = []
        for text in moments:
            one = asked(text, actor.zone)
            if isinstance(one, Rejection):
                return one
            wanted.append(one)
        stood = course(self._desk.reads, actor.organisation, seen.state.order)
        indices = []
        for one in wanted:
            index = place(stood, one)
            if isinstance(index, Rejection):
                return index
            indices.append(index)
        return seen, stood, indices


def view_of(seen: Seen, stood: Sequence[Stood], index: int) -> MomentView:
    """The order of `seen` as it stood after entry `index` (from 0) of its course."""
    one = stood[index]
    then = seen_then(seen, one)
    form = form_then(then)
    (entry,) = narrate(then, [one.entry], quiet=False)
    entries = [each.entry for each in stood[: index + 1]]
    process = seen.release.process
    return MomentView(
        seq=one.entry.seq,
        last=stood[-1].entry.seq,
        entry=entry,
        from_=one.entry.at,
        until=stood[index + 1].entry.at if index + 1 < len(stood) else None,
        now=seen.head(),
        head=then.head(),
        map=stage_map(then, visited(then, entries)),
        form=form,
        fields=fields_then(form, then),
        tasks=tuple(_task(then, n, task) for n, task in one.state.tasks.items()),
        approvals=approvals_then(then),
        holds=tuple(
            Choice(id=id_, title=_title(then, process.holds.get(id_)) or id_)
            for id_ in one.state.holds
        ),
        tags=tuple(seen.words.choose(process.labels.get(t)) or t for t in one.state.tags),
        files=tuple(file_name(then, file) for file in one.state.attachments.values()),
        milestones=tuple(
            (id_, at) for id_, text in one.state.milestones.items() if (at := instant(text))
        ),
    )


def seen_then(seen: Seen, one: Stood) -> Seen:
    """The order as it stood, before the same eyes. Nothing is asked of today: who has a role now
    says nothing about then."""
    stored = replace(seen.stored, state=one.state, revision=one.revision, entries=one.entry.seq)
    desk = replace(seen.desk, ask=_nobody)
    return Seen(desk, seen.actor, stored, seen.release, one.entry.at)


def file_name(seen: Seen, file: Mapping[str, Any]) -> str:
    """What a file that belonged to the order was called, unless that was erased."""
    name = file.get("name") or file.get("filename")
    if isinstance(name, Mapping) and SLOT in name:
        return erased_words(name, seen.words) or ""
    return str(name or "")


def _nobody(question: Question, organisation: int) -> Any:
    return []


def _task(then: Seen, n: str, task: Mapping[str, Any]) -> TaskThen:
    assignee = task.get("assignee")
    return TaskThen(
        n=n,
        kind=task["kind"],
        title=title_of(then, task),
        people=then.people(task.get("for") or ()),
        assignee=then.people([f"u:{assignee}"])[0] if assignee else None,
        due=instant(task.get("due")),
        reason=reason_of(then, task).text,
    )


def _title(seen: Seen, named: Any) -> str:
    return seen.words.choose(getattr(named, "title", None))
