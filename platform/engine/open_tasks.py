"""An open task and who comes to it: theirs to answer, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.standing_in import asked
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection

Json = Mapping[str, Any]


def mine(step: Step, key: str, *kinds: str) -> Rejection | None:
    """Whether the task is open, of a kind, and offered to (or taken by) the actor, or the one for
    whom the actor stands in."""
    task = step.state.tasks.get(key)
    if task is None or task["kind"] not in kinds:
        return no_task(step, key)
    if step.trusted:
        return None
    actor = acting_for(step)
    if actor is None:
        other = str(step.context.on_behalf_of)
        message = f"{step.context.actor.id} does not stand in for {other}"
        return Rejection("substitution.not_yours", message, {"user": other})
    if asked(task, actor):
        return None
    assignee = task.get("assignee")
    if assignee is not None:
        return Rejection("task.taken", f"task {key} was taken by {assignee}", {"by": assignee})
    code = "approval.not_a_candidate" if task["kind"] == "approval" else "task.not_yours"
    return Rejection(code, f"task {key} is not offered to {actor.id}")


def acting_for(step: Step) -> Actor | None:
    """The person in whose name the actor acts: the actor, or one for whom they stand in; None: they
    do not stand in for the one they name."""
    actor, other = step.context.actor, step.context.on_behalf_of
    if other is None or other == actor.id:
        return actor
    return actor.in_place_of.get(other)


def no_task(step: Step, key: str) -> Rejection:
    """Somebody was quicker, the order changed meanwhile, the request was taken back, or it never
    was a task: they are told apart."""
    if not (key.isdigit() and 0 < int(key) < step.state.next_n):
        return Rejection("task.not_found", f"there is no task {key}", {"task": key})
    for record in step.state.activities.values():
        voided = record.get("voided") or {}
        if int(key) in voided.get("tasks", ()):
            fields = ", ".join(voided["fields"])
            message = f"the order has changed since: {fields}"
            return Rejection("approval.stale", message, {"task": key, "fields": fields})
    if any(int(key) in kept.get("withdrawn", ()) for kept in _kept(step.state.approvals)):
        message = "the request for approval was taken back"
        return Rejection("approval.withdrawn", message, {"task": key})
    return Rejection("task.closed", f"task {key} is not open any more", {"task": key})


def _kept(approvals: Json) -> Iterator[Json]:
    for one in approvals.values():
        yield one
        yield from (one.get("lines") or {}).values()
