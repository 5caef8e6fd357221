"""Tasks of people: offering, reminding, escalating, ending (language 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine.messages import message_names
from orderloom.platform.engine.outcome import MessageEffect
from orderloom.platform.engine.people import principals
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import Step, iso


def task_record(
    step: Step,
    activity: m.Activity,
    n: int,
    item: Any,
    scope: Scope,
) -> dict[str, Any]:
    """The record of a `task` activity's task."""
    what = cast(m.TaskActivity, activity.what)
    record: dict[str, Any] = {
        "kind": "task",
        "id": activity.id,
        "activity": n,
        "title": what.title,
        "for": principals(step, what.by, scope),
        "opened": step.at,
    }
    if what.instruction:
        record["instruction"] = what.instruction
    if what.fields:
        record["fields"] = list(what.fields)
    if what.form:
        record["form"] = what.form
    if what.outcomes:
        record["outcomes"] = [id_ for id_, _ in what.outcomes]
    if what.due is not None:
        record["due"] = iso(step.later(step.now, what.due))
    if item is not None:
        record["item"] = item
    return record


def task_timers(
    step: Step,
    task: int,
    stage: str,
    *,
    remind: Sequence[m.Span],
    escalate: m.Span | None,
    to: Sequence[str] = (),
    expire: tuple[m.Span, str] | None = None,
    first: int,
) -> dict[str, dict[str, Any]]:
    """The clocks of a task: n → record. `to`: principals that an escalation adds. `expire`:
    after how long which verdict is given."""
    timers: dict[str, dict[str, Any]] = {}
    place = {"stage": stage, "task": task}
    for span in remind:
        clock = {"kind": "remind", **due_after(step, span), **place}
        timers[str(first + len(timers))] = clock
    if escalate is not None:
        clock = {"kind": "escalate", **due_after(step, escalate), **place, "to": list(to)}
        timers[str(first + len(timers))] = clock
    if expire is not None:
        after, verdict = expire
        clock = {"kind": "expire", **due_after(step, after), **place, "verdict": verdict}
        timers[str(first + len(timers))] = clock
    return timers


def due_after(step: Step, span: m.Span) -> dict[str, Any]:
    """`due`, and `by: calendar` where working time counts: it stands still otherwise than time."""
    due = {"due": iso(step.later(step.now, span))}
    counted = span.working is not None and step.release.calendar is not None
    return {**due, "by": "calendar"} if counted else due


def offer(step: Step, tasks: Mapping[str, Any]) -> None:
    """The built-in message `task`, to those who are asked.

    No event of its own: a task opened is a part of the event that opened it, and so is its number.
    """
    for n, task in tasks.items():
        if task["for"]:
            _request(step, int(n), "task", n, task, task["for"])


def remind(step: Step, timer: Mapping[str, Any]) -> None:
    """The built-in message `reminder`, to those who are asked."""
    task = step.state.tasks.get(str(timer["task"]))
    if task is not None:
        notice(step, "reminder", str(timer["task"]), _asked(task))


def escalate(step: Step, timer: Mapping[str, Any]) -> None:
    """Asks more people, and tells them."""
    key = str(timer["task"])
    task = step.state.tasks.get(key)
    if task is None:
        return
    added = [name for name in timer["to"] if name not in task["for"]]
    if added:
        step.emit("task.escalated", {"for": [*task["for"], *added]}, n=int(key), added=added)
    notice(step, "escalation", key, timer["to"])


def _asked(task: Mapping[str, Any]) -> Sequence[str]:
    return [f"u:{task['assignee']}"] if task.get("assignee") else task["for"]


def notice(step: Step, message: str, key: str, to: Sequence[str]) -> None:
    """A message about a task that was offered before, under a number of its own."""
    n = step.number()
    step.emit("message.requested", n=n, message=message, to=list(to) or None)
    _request(step, n, message, key, step.state.tasks[key], to)


def _request(
    step: Step, n: int, message: str, key: str, task: Mapping[str, Any], to: Sequence[str]
) -> None:
    shown = {"n": int(key), "id": task["id"], "title": task.get("title"), "due": task.get("due")}
    scope = step.scope()
    # The words of the product read no data; what a bundle writes itself may read all of it.
    own = message in step.release.messages
    order = {"number": step.state.number, "requester": step.state.requester}
    names = message_names(step, scope, task=shown) if own else {"order": order, "task": shown}
    step.effects.append(MessageEffect(n, message, names, tuple(to)))
