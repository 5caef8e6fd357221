"""Verdicts that can be taken back for a while (language 6 `undo`): until that time is over, nothing
follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy, Round
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine.approval_ends import policy_of
from orderloom.platform.engine.open_tasks import no_task
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.step import Step, instant, iso
from orderloom.platform.problem import Rejection

Vote = Mapping[str, Any]


def window(step: Step, policy: Policy, n: str, id_: str, tasks: list[int]) -> dict[str, Any]:
    """What an event says of a verdict that decides a step and can be taken back: `held`, the tasks
    and clocks that would come back, and the clock after which things go on. Empty without `undo`.
    """
    if policy.undo is None:
        return {}
    closed = {str(key) for key in tasks}
    timers = {
        key: timer for key, timer in step.state.timers.items() if str(timer.get("task")) in closed
    }
    due = iso(step.later(step.now, parse_span(policy.undo)))
    stage = step.state.activities[n]["stage"]
    clock = {"kind": "undo", "due": due, "stage": stage, "activity": int(n), "step": id_}
    back = {key: step.state.tasks[key] for key in sorted(closed, key=int)}
    return {
        "held": {"tasks": back, "timers": timers},
        "timers": {str(step.number()): clock},
    }


def waits(step: Step, n: str) -> bool:
    """Whether a verdict on this approval can still be taken back."""
    return any(
        timer["kind"] == "undo" and str(timer["activity"]) == n
        for timer in step.state.timers.values()
    )


def undo(step: Step, task: int, *, reason: str | None) -> Rejection | None:
    """Takes the actor's verdict on a task back."""
    found = _given(step, task)
    if found is None:
        return no_task(step, str(task)) if str(task) not in step.state.tasks else _nothing()
    n, id_, vote = found
    policy, activity = policy_of(step, n)
    record = step.state.activities[n]
    held = (record.get("held") or {}).get(id_)
    before = Round.from_json(record["round"])
    place = before.step(id_)
    if policy.undo is None:
        return Rejection("approval.no_undo", "verdicts on this approval cannot be taken back")
    until = step.later(instant(vote["at"]), parse_span(policy.undo))
    decided = place is not None and place.status != "open"
    if until <= step.now or (decided and held is None):
        message = "the time to take the verdict back is over"
        return Rejection("approval.too_late", message, {"until": iso(until)})
    after = approvals.take_back(policy, before, step=id_, vote=vote)
    opened = after.step(id_)
    back: Mapping[str, Any] = {}
    if decided and held is not None and opened is not None and opened.status == "open":
        back = held
    step.emit(
        "approval.undone",
        {"for": vote.get("for")},
        n=int(n),
        id=activity.id,
        step=id_,
        task=task,
        by=step.context.actor.id,
        verdict=vote["verdict"],
        reason=reason,
        line=record.get("line"),
        status=opened.status if opened is not None else None,
        tasks=back.get("tasks") or None,
        timers=back.get("timers") or None,
    )
    settle(step)
    return None


def available(step: Step) -> dict[int, str]:
    """Task → until when (ISO 8601), for the actor's verdicts that can be taken back now."""
    found: dict[int, str] = {}
    for n, id_, vote in _votes(step):
        policy, _ = policy_of(step, n)
        if policy.undo is None or vote["by"] != step.context.actor.id or "task" not in vote:
            continue
        until = step.later(instant(vote["at"]), parse_span(policy.undo))
        held = (step.state.activities[n].get("held") or {}).get(id_)
        open_ = any(key == str(vote["task"]) for key in step.state.tasks)
        if until > step.now and (held is not None or open_):
            found[int(vote["task"])] = iso(until)
    return found


def _given(step: Step, task: int) -> tuple[str, str, Vote] | None:
    by = step.context.actor.id
    return next(
        (each for each in _votes(step) if each[2].get("task") == task and each[2]["by"] == by), None
    )


def _votes(step: Step) -> Iterator[tuple[str, str, Vote]]:
    """Number of the activity, id of the step, and the vote: of all approvals that run."""
    for n, record in step.state.activities.items():
        if record["kind"] == "approval" and record["status"] == "running" and record.get("round"):
            for one in record["round"]["steps"]:
                for vote in one.get("verdicts", ()):
                    yield n, one["id"], vote


def _nothing() -> Rejection:
    return Rejection("approval.nothing_to_undo", "you have given no verdict on this task")
