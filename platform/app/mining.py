"""The course of an order: its stages, tasks and what went aside, read out of its entries.

Pure. Instants and lengths are microseconds (since 1970, UTC), whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from orderloom.platform.record import named_record

# A step of a course: an instant, a letter, what it says (`steps_of`).
MOVED, WORK, ASKED, ANSWERED, SPARED, ASIDE = "s", "w", "q", "a", "x", "d"
Step = Sequence[Any]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# Entries that say something of an order's course.
TYPES: Final = (
    *("order.created", "order.started", "order.ended", "order.discarded", "stage.changed"),
    *("work.started", "checked", "task.done", "ticket.waived", "approval.opened"),
    *("approval.verdict", "approval.undone", "approval.settled", "approval.extended"),
    *("approval.closed", "approval.voided", "attention.opened", "attention.settled"),
    *("command.failed", "undone", "refused", "task.reassigned", "task.escalated"),
)
# What goes aside of the usual course, by the entry that says so; `_aside` knows the rest.
DEVIATIONS: Final = (
    *("moved", "skipped", "corrected", "retried", "waived", "undo_skipped", "voided"),
    *("taken_back", "attention", "refused", "escalated", "reassigned"),
)
_ASIDE: Final[Mapping[str, str]] = {
    "ticket.waived": "waived",
    "approval.voided": "voided",
    "approval.undone": "taken_back",
    "attention.opened": "attention",
    "command.failed": "attention",
    "refused": "refused",
    "task.escalated": "escalated",
    "task.reassigned": "reassigned",
}
_SETTLED: Final = {"move": "moved", "skip": "skipped", "correct": "corrected", "retry": "retried"}


@named_record
class Course:
    """`ended`: None while it goes on. `version`: of the process, 0 where nobody knows it."""

    order: int
    number: str
    process: str
    version: int
    created: int
    ended: int | None
    outcome: str
    failed: bool
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a course needs to know of a process. `parents`: stage → the one that it lies in;
    `parallel`: stages whose parts run side by side, so that none follows another."""

    parents: Mapping[str, str | None] = field(default_factory=dict)
    parallel: frozenset[str] = frozenset()

    @property
    def inner(self) -> frozenset[str]:
        """Stages with others in them."""
        return frozenset(each for each in self.parents.values() if each is not None)


@dataclass(slots=True)
class Visit:
    """`within`: place of the visit that it lies in, among the visits; -1 at the top."""

    stage: str
    within: int
    entered: int
    left: int | None = None


@dataclass(slots=True)
class Asked:
    """A task that lay with somebody. `answered`: when it was done (`by`, with `verdict`);
    `spared`: when nobody needed to do it any more."""

    id: str
    kind: str
    asked: int
    answered: int | None = None
    spared: int | None = None
    by: str = ""
    verdict: str = ""


def micro(at: str) -> int:
    """An instant of an entry."""
    return (datetime.fromisoformat(at) - EPOCH) // _MICROSECOND


def instant(micros: int) -> datetime:
    """What `micro` read."""
    return EPOCH + micros * _MICROSECOND


def steps_of(type_: str, facts: Mapping[str, Any], at: int) -> Iterator[list[Any]]:
    """What an entry adds to its order's course, as JSON values."""
    if type_ == "stage.changed":
        yield [at, MOVED, list(facts.get("exits") or ()), list(facts.get("enters") or ())]
    code = _aside(type_, facts)
    if code:
        yield [at, ASIDE, code]
    for n, activity in _records(facts.get("activities")):
        if isinstance(activity.get("stage"), str):
            yield [at, WORK, n, activity["stage"]]
    own = _answered(type_, facts)
    if own is not None:
        by, verdict = facts.get("by"), facts.get("verdict")
        yield [at, ANSWERED, own, by if isinstance(by, str) else "", verdict or ""]
    for n in facts.get("closed") or ():
        if isinstance(n, int) and n != own:
            yield [at, SPARED, n]
    for n, task in _offered(type_, facts):
        kind = str(task.get("kind") or "task")
        yield [at, ASKED, n, str(task.get("id") or kind), kind, task.get("activity")]


def visits(course: Course, shape: Shape) -> list[Visit]:
    """Each stay in a stage, by when it began."""
    found: list[Visit] = []
    here: dict[str, int] = {}
    parents = shape.parents
    for step in course.steps:
        if step[1] != MOVED:
            continue
        at = step[0]
        for stage in step[2]:
            place = here.pop(stage, None)
            if place is not None:
                found[place].left = at
        for stage in step[3]:
            parent = parents.get(stage)
            within = -1 if parent is None else here.get(parent, -1)
            here[stage] = len(found)
            found.append(Visit(stage, within, at))
    return found


def tasks(course: Course) -> list[Asked]:
    """Each task that somebody was asked to do, by when; approvals among them. What is left with a
    stage, nobody needs to do any more."""
    found: dict[int, Asked] = {}
    every: list[Asked] = []
    stage_of: dict[int, str] = {}
    lies_in: dict[int, str] = {}
    for step in course.steps:
        at, kind = step[0], step[1]
        if kind == MOVED:
            for n in [n for n in found if lies_in.get(n) in step[2]]:
                found.pop(n).spared = at
        elif kind == WORK:
            stage_of[step[2]] = step[3]
        elif kind == ASKED:
            found[step[2]] = asked = Asked(step[3], step[4], at)
            if step[5] in stage_of:
                lies_in[step[2]] = stage_of[step[5]]
            every.append(asked)
        elif kind == ANSWERED:
            known = found.pop(step[2], None)
            if known is not None:
                known.answered, known.by, known.verdict = at, step[3], step[4]
        elif kind == SPARED:
            known = found.pop(step[2], None)
            if known is not None:
                known.spared = at
    return every


def asides(course: Course) -> Iterator[str]:
    """What went aside, a code for each time."""
    return (step[2] for step in course.steps if step[1] == ASIDE)


def _aside(type_: str, facts: Mapping[str, Any]) -> str:
    if type_ == "attention.settled":
        return _SETTLED.get(str(facts.get("way")), "")
    if type_ == "undone":
        return "undo_skipped" if facts.get("skipped") else ""
    return _ASIDE.get(type_, "")


def _answered(type_: str, facts: Mapping[str, Any]) -> int | None:
    """The task that the entry answers; a question back answers nothing."""
    if type_ == "approval.verdict":
        n = None if facts.get("verdict") == "ask" else facts.get("task")
    elif type_ in ("task.done", "attention.settled"):
        n = facts.get("n")
    else:
        n = None
    return n if isinstance(n, int) else None


def _offered(type_: str, facts: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    yield from _records(facts.get("tasks"))
    task, n = facts.get("task"), facts.get("n")
    if type_ in ("attention.opened", "command.failed") and isinstance(task, Mapping):
        yield int(str(n)), task


def _records(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Records by their numbers in the order."""
    if isinstance(value, Mapping):
        for n, one in value.items():
            if isinstance(one, Mapping):
                yield int(n), one
