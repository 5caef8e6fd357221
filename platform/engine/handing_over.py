"""Work that goes to somebody else, and one more who is asked (language 6: reassign, delegate once,
add an approver)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom import approvals
from orderloom.approvals import Round, RoundStep
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.approval_ends import policy_of
from orderloom.platform.engine.approving import Work
from orderloom.platform.engine.open_tasks import acting_for, mine, no_task
from orderloom.platform.engine.outcome import Approvers
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.tasks import notice, offer
from orderloom.platform.engine.voiding import scope_of
from orderloom.platform.problem import Rejection

ANYBODYS = "task.reassign"
Task = Mapping[str, Any]


def reassign(step: Step, body: c.Reassign) -> Rejection | None:
    """From those who are asked, or whoever holds the permission `task.reassign`, to one person."""
    key = str(body.task)
    refused = mine(step, key, "task", "approval", "ticket", "answer")
    over = ANYBODYS in step.context.actor.permissions
    if refused is not None and not (over and key in step.state.tasks):
        return refused
    if key not in step.state.tasks:
        return no_task(step, key)
    task = step.state.tasks[key]
    if task["kind"] == "attention":
        return Rejection("task.not_yours", "an order in attention is settled, not reassigned")
    own = refused is None
    refused = _may_take(step, task, body.to)
    if refused is not None:
        return refused
    place = _place(step, task)
    leaving = _leaving(step, task, place, whose=body.whose, own=own)
    if isinstance(leaving, Rejection):
        return leaving
    asked = _exchanged(task["for"], leaving, body.to)
    counted = _exchanged(place.principals, leaving, body.to) if place is not None else None
    step.emit(
        "task.reassigned",
        {"for": asked},
        n=int(key),
        id=task["id"],
        title=task.get("title"),
        to=body.to,
        by=step.context.actor.id,
        reason=body.reason,
        principals=counted,
    )
    notice(step, "task", key, [f"u:{body.to}"])
    return None


def delegate(step: Step, body: c.Delegate) -> Rejection | None:
    """One verdict, given by another for the one who was asked; nobody hands it on again."""
    key = str(body.task)
    refused = mine(step, key, "approval")
    if refused is not None:
        return refused
    task, actor = step.state.tasks[key], acting_for(step)
    place = _place(step, task)
    whose = actor.id if actor is not None else ""
    if place is None:
        return no_task(step, key)
    if whose in place.deputies:
        return Rejection("approval.delegated_to_you", "what was delegated is not handed on")
    if whose in place.deputies.values():
        return Rejection("approval.delegated", f"{whose} has delegated this verdict already")
    if place.vote_of(whose, step.context.actor.id) is not None:
        return Rejection("approval.already_voted", f"{whose} has given a verdict already")
    refused = _may_take(step, task, body.to) or _separated(step, task, place, {whose})
    if refused is not None:
        return refused
    step.emit(
        "task.delegated",
        {"for": whose},
        n=int(key),
        id=task["id"],
        activity=task["activity"],
        title=task.get("title"),
        to=body.to,
        by=step.context.actor.id,
        reason=body.reason,
    )
    notice(step, "task", key, [f"u:{body.to}"])
    return None


def add_approver(step: Step, body: c.AddApprover) -> Rejection | None:
    """A step of its own beside the task's, for one more person: without them it is not approved."""
    key = str(body.task)
    refused = mine(step, key, "approval")
    if refused is not None:
        return refused
    task = step.state.tasks[key]
    refused = _may_take(step, task, body.to)
    if refused is not None:
        return refused
    n = str(task["activity"])
    policy, activity = policy_of(step, n)
    before = Round.from_json(step.state.activities[n]["round"])
    if any(f"u:{body.to}" in one.asked for one in before.steps):
        message = f"{body.to} is asked already"
        return Rejection("task.asked_already", message, {"user": body.to}, "to")
    by = step.context.actor.id
    after = approvals.add_step(before, task["id"], user=body.to, by=by, reason=body.reason)
    fresh = after.steps[-1]
    work = Work(step, n, scope_of(step, n))
    added = fresh.added or {}
    one = approvals.plan_of_added(policy, fresh.id, group=fresh.group, added=added)
    after = work.open_step(policy, one, after)
    step.emit(
        "approval.extended",
        n=int(n),
        id=activity.id,
        step=task["id"],
        to=body.to,
        by=by,
        reason=body.reason,
        line=step.state.activities[n].get("line"),
        added=after.to_json()["steps"][-1],
        tasks=work.tasks or None,
        timers=work.timers or None,
    )
    offer(step, work.tasks)
    settle(step)
    return None


def _may_take(step: Step, task: Task, to: str) -> Rejection | None:
    """Whether somebody can be given this: they exist, are not asked yet, and separation of duties
    does not keep them away."""
    if not step.ask(Approvers(users=(to,))):
        return Rejection("task.unknown_person", f"there is no user {to}", {"user": to}, "to")
    place = _place(step, task)
    taken = place.asked if place is not None else frozenset(task["for"])
    if f"u:{to}" in taken or (place is not None and place.vote_of(to) is not None):
        return Rejection("task.asked_already", f"{to} is asked already", {"user": to}, "to")
    return _separated(step, task, place, {to}) if place is not None else None


def _separated(step: Step, task: Task, place: RoundStep, people: set[str]) -> Rejection | None:
    n = str(task["activity"])
    policy, _ = policy_of(step, n)
    round_ = Round.from_json(step.state.activities[n]["round"])
    if people & approvals.barred_from(policy, round_, place):
        message = "whoever asked, or approved before, may not approve here"
        return Rejection("approval.separation", message, path="to")
    return None


def _place(step: Step, task: Task) -> RoundStep | None:
    """The step of the round that an approval's task stands for."""
    if task["kind"] != "approval":
        return None
    record = step.state.activities[str(task["activity"])]
    return Round.from_json(record["round"]).step(task["id"])


def _leaving(
    step: Step, task: Task, place: RoundStep | None, *, whose: str | None, own: bool
) -> Sequence[str] | Rejection:
    """The principals that one person takes the place of: one's own part where each is asked by name
    or several must agree, else all of them."""
    asked = list(task["for"])
    actor = acting_for(step)
    name = f"u:{whose}" if whose is not None else f"u:{actor.id}" if own and actor else ""
    if place is None or place.mode == "any":
        return asked
    if name in place.principals:
        return [name]
    if not own or whose is not None:
        message = "several are asked: say whose part it is"
        return Rejection("task.whose", message, path="whose")
    return []  # one of many who have the role: one more by name, the role stays


def _exchanged(before: Sequence[str], leaving: Sequence[str], to: str) -> list[str]:
    kept = [name for name in before if name not in leaving]
    return [*kept, f"u:{to}"]
