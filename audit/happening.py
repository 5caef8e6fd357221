"""Entries as process miners know events: what is done, on which piece of work, how far it is.

The piece of work goes through the standard lifecycle of XES (IEEE 1849-2016, 7.2): a stage is
started and completed, a task scheduled, assigned, completed or withdrawn. One entry may tell of
several of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """`name`: of the activity. `transition`: of the standard lifecycle. `instance`: the same for
    all that happens to one piece of work. `within`: the visit of a stage that a stage lies in.
    `kind`: stage, task, call, child or entry; `group`: the role that is asked."""

    name: str
    transition: str
    instance: str
    kind: str = "entry"
    within: str = ""
    group: str = ""


@dataclass(slots=True)
class Story:
    """One order's entries, in their order. `parent_of`: the stage that a stage lies in, where it
    lies in one."""

    parent_of: Callable[[str], str | None] = lambda stage: None
    stages: dict[str, tuple[str, str]] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)

    def tell(self, seq: int, type_: str, facts: Facts) -> Iterator[Happening]:
        """What entry `seq` says: at least one happening."""
        teller = _TELLERS.get(type_)
        if teller is None:
            yield Happening(name_of(type_, facts), "complete", f"entry.{seq}")
        else:
            yield from teller(self, seq, facts)
        yield from self._tasks(type_, facts)

    def _tasks(self, type_: str, facts: Facts) -> Iterator[Happening]:
        """Tasks that the entry offers, and those that nobody needs to do any more."""
        found = dict(facts.get("tasks") or {})
        if type_ in ("attention.opened", "command.failed") and isinstance(facts.get("task"), dict):
            found[str(facts.get("n"))] = facts["task"]
        for n, task in found.items():
            self.tasks[str(n)] = name = str(task.get("id") or task.get("kind"))
            roles = [each[2:] for each in task.get("for") or () if str(each).startswith("r:")]
            yield Happening(name, "schedule", f"task.{n}", "task", group=" ".join(roles))
        for n in facts.get("closed") or ():
            if (name_ := self.tasks.pop(str(n), None)) is not None:
                yield Happening(name_, "withdraw", f"task.{n}", "task")

    def stage_changed(self, seq: int, facts: Facts) -> Iterator[Happening]:
        for stage in facts.get("exits") or ():
            instance, within = self.stages.pop(stage, (f"{stage}.0", ""))
            yield Happening(stage, "complete", instance, "stage", within)
        for stage in facts.get("enters") or ():
            parent = self.parent_of(stage)
            within = self.stages.get(parent, ("", ""))[0] if parent is not None else ""
            self.stages[stage] = instance, _ = f"{stage}.{seq}", within
            yield Happening(stage, "start", instance, "stage", within)

    def verdict(self, seq: int, facts: Facts) -> Iterator[Happening]:
        """A question back leaves the step to whom it lies with."""
        n = str(facts.get("task"))
        asks = facts.get("verdict") == "ask"
        if not asks:
            self.tasks.pop(n, None)
        how = "suspend" if asks else "complete"
        yield Happening(str(facts.get("step")), how, f"task.{n}", "task")

    def task_done(self, seq: int, facts: Facts) -> Iterator[Happening]:
        n = str(facts.get("n"))
        yield Happening(self._task(n, facts, pop=True), "complete", f"task.{n}", "task")

    def task_moved(self, seq: int, facts: Facts) -> Iterator[Happening]:
        n = str(facts.get("n"))
        yield Happening(self._task(n, facts), "reassign", f"task.{n}", "task")

    def task_claimed(self, seq: int, facts: Facts) -> Iterator[Happening]:
        n = str(facts.get("n"))
        transition = "assign" if facts.get("assignee") else "schedule"
        yield Happening(self._task(n, facts), transition, f"task.{n}", "task")

    def called(self, seq: int, facts: Facts) -> Iterator[Happening]:
        self.calls[str(facts.get("n"))] = name = _call(facts)
        yield Happening(name, "start", f"call.{facts.get('n')}", "call")

    def answered(self, seq: int, facts: Facts) -> Iterator[Happening]:
        n = str(facts.get("n"))
        transition = "ate_abort" if facts.get("error") else "complete"
        yield Happening(self.calls.pop(n, _call(facts)), transition, f"call.{n}", "call")

    def children(self, seq: int, facts: Facts) -> Iterator[Happening]:
        for child in facts.get("children") or ():
            yield Happening(str(child["process"]), "start", f"child.{child['order']}", "child")

    def child_ended(self, seq: int, facts: Facts) -> Iterator[Happening]:
        transition = "ate_abort" if facts.get("failed") else "complete"
        yield Happening("child.ended", transition, f"child.{facts.get('order')}", "child")

    def _task(self, n: str, facts: Facts, *, pop: bool = False) -> str:
        known = self.tasks.pop(n, None) if pop else self.tasks.get(n)
        return known or str(facts.get("id") or "task")


def name_of(type_: str, facts: Facts) -> str:
    """What an entry is called as an activity: its type, and what it is about."""
    about = next((facts[name] for name in _ABOUT.get(type_, ()) if facts.get(name)), None)
    return f"{type_} {about}" if isinstance(about, str | int) else type_


def _call(facts: Facts) -> str:
    return f"{facts.get('connector')}.{facts.get('operation')}"


_TELLERS: Final[Mapping[str, Callable[[Story, int, Facts], Iterator[Happening]]]] = {
    "stage.changed": Story.stage_changed,
    "approval.verdict": Story.verdict,
    "task.done": Story.task_done,
    "task.claimed": Story.task_claimed,
    "task.reassigned": Story.task_moved,
    "task.delegated": Story.task_moved,
    "call.requested": Story.called,
    "call.result": Story.answered,
    "child.started": Story.children,
    "child.ended": Story.child_ended,
}
_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "decided": ("decision",),
    "inferred": ("ruleset",),
    "checked": ("id",),
    "read": ("collection",),
    "numbered": ("sequence",),
    "stock.moved": ("way",),
    "event.received": ("name",),
    "event.kept": ("name",),
    "event.raised": ("name",),
    "approval.opened": ("approval",),
    "approval.closed": ("outcome",),
    "activity.started": ("id",),
    "activity.ended": ("id",),
    "milestone.reached": ("id",),
    "message.requested": ("message",),
    "sent": ("event",),
    "timer.fired": ("kind",),
    "held": ("hold",),
    "order.ended": ("outcome",),
    "refused": ("code",),
    "attention.settled": ("way",),
    "ticket.waived": ("id",),
}
