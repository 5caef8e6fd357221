"""Verdicts, tasks and tickets: who may answer them, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from orderloom.platform.codec import merge_patch
from orderloom.platform.definitions import model as m
from orderloom.platform.engine import approval_ends, asking, mending, taking_back, verifying, voting
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.attaching import own_problems
from orderloom.platform.engine.changes import sent_paths
from orderloom.platform.engine.defaulting import with_defaults
from orderloom.platform.engine.editing import (
    merge,
    misfits,
    rejection_of,
)
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.open_tasks import acting_for, mine, no_task
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.step import Step
from orderloom.platform.problem import Rejection
from orderloom.rules import to_json


def cast_verdict(step: Step, body: c.CastVerdict) -> Rejection | None:
    key = _of_line(step, str(body.task), body.key)
    if body.verdict == "withdraw":
        return _withdraw(step, key)
    if body.verdict == "undo":
        return taking_back.undo(step, int(body.task), reason=body.comment)
    refused = mine(step, key, "approval")
    if refused is not None:
        return refused
    task = step.state.tasks[key]
    if body.verdict == "ask":
        return asking.ask(step, key, question=body.comment, to=body.to)
    if body.changes:
        refused = _changes(step, task, body)
        if refused is not None:
            return refused
    refused = voting.cast(
        step, key, verdict=body.verdict, comment=body.comment, changed=bool(body.changes)
    )
    if refused is None:
        settle(step)
    return refused


def _of_line(step: Step, key: str, line: str | None) -> str:
    """The task of the line that the verdict names, where an approval is per line."""
    task = step.state.tasks.get(key)
    if line is None or task is None or task.get("key") == line:
        return key
    head = step.state.activities.get(str(task.get("activity")), {}).get("head")
    for n, other in step.state.tasks.items():
        record = step.state.activities.get(str(other.get("activity")), {})
        same = other["kind"] == "approval" and other["id"] == task["id"]
        if same and record.get("head") == head and other.get("key") == line:
            return n
    return ""


def _changes(step: Step, task: Mapping[str, Any], body: c.CastVerdict) -> Rejection | None:
    changes = body.changes or {}
    if body.verdict != "approve":
        message = "changes come with an approval alone"
        return Rejection("approval.changes_with_approve", message, path="changes")
    refused = _only_fields(step, changes, task.get("fields") or ()) or misfits(step, changes)
    if refused is None:
        merge(step, changes, "verdict", reason=body.comment)
    return refused


def _withdraw(step: Step, key: str) -> Rejection | None:
    task = step.state.tasks.get(key)
    if task is None or task["kind"] != "approval":
        return no_task(step, key)
    if step.context.actor.id != step.state.requester:
        message = "only the requester can withdraw an approval"
        return Rejection("approval.not_the_requester", message)
    approval_ends.withdraw(step, str(task["activity"]))
    settle(step)
    return None


def complete_task(step: Step, body: c.CompleteTask) -> Rejection | None:
    key = str(body.task)
    refused = mine(step, key, "task", "ticket", "answer")
    if refused is not None:
        return refused
    task = step.state.tasks[key]
    if task["kind"] == "ticket":
        return mending.mend(step, task, body)
    if task["kind"] == "answer":
        said = body.data.get("answer", body.comment)
        return asking.answer(step, key, said if isinstance(said, str) else None)
    definition = definition_of(step, task)
    what = cast(m.TaskActivity, definition.what)
    outcomes = task.get("outcomes") or ()
    if (body.outcome is not None or outcomes) and body.outcome not in outcomes:
        message = f"the outcome must be one of {', '.join(outcomes) or 'none'}"
        params = {"outcomes": ", ".join(outcomes)}
        return Rejection("task.unknown_outcome", message, params, path="outcome")
    result = None
    if what.form is not None:
        form = step.release.forms[what.form]
        actor = step.context.actor
        data = with_defaults(form, body.data, release=step.release, now=step.now, actor=actor)
        problems = own_problems(step, form, data)
        if problems:
            return rejection_of(problems)
        result = to_json(data)
    elif body.data:
        refused = _only_fields(step, body.data, task.get("fields") or ())
        if refused is not None:
            return refused
        refused = misfits(step, body.data)
        if refused is not None:
            return refused
        merge(step, body.data, "task", reason=body.comment)
    _end_task(step, key, task, definition, body, result)
    settle(step)
    return None


def _end_task(
    step: Step,
    key: str,
    task: Mapping[str, Any],
    definition: m.Activity,
    body: c.CompleteTask,
    result: Any,
) -> None:
    step.emit(
        "task.done",
        n=int(key),
        id=task["id"],
        title=task.get("title"),
        by=step.context.actor.id,
        outcome=body.outcome,
        comment=body.comment,
    )
    facts: dict[str, Any] = {}
    if result is not None or definition.result is not None:
        facts = {"result": result, "as": definition.result}
        facts["index"] = step.state.activities[str(task["activity"])].get("index")
    record = {"outcome": body.outcome, "reason": body.comment, "by": step.context.actor.id}
    end_activity(step, task["activity"], "done", record=record, outcome=body.outcome, **facts)


def _only_fields(step: Step, patch: Mapping[str, Any], fields: Any) -> Rejection | None:
    wanted = [tuple(field.split(".")) for field in fields]
    form, data = step.release.form, step.state.data
    for path in sent_paths(form, data, merge_patch(data, patch)):
        if not any(path[: len(w)] == w for w in wanted):
            shown = ".".join(path)
            message = f"the task does not ask for {shown}"
            return Rejection("form.not_editable", message, {"field": shown}, path=shown)
    return None


def waive_ticket(step: Step, body: c.WaiveTicket) -> Rejection | None:
    task = step.state.tasks.get(str(body.task))
    if task is None or task["kind"] != "ticket":
        return no_task(step, str(body.task))
    role = task.get("waive")
    if role is None or role not in step.context.actor.roles:
        return Rejection("ticket.may_not_waive", "this ticket cannot be set aside by you")
    if not body.reason.strip():
        return Rejection("ticket.reason_required", "say why it is set aside", path="reason")
    step.emit(
        "ticket.waived",
        n=body.task,
        id=task["id"],
        key=task["key"],
        activity=task["activity"],
        title=task.get("title"),
        by=step.context.actor.id,
        reason=body.reason,
    )
    verifying.check(step, str(task["activity"]))
    settle(step)
    return None


def claim_task(step: Step, body: c.ClaimTask) -> Rejection | None:
    key = str(body.task)
    refused = mine(step, key, "task", "ticket", "approval", "answer")
    if refused is not None:
        return refused
    actor, task = acting_for(step), step.state.tasks[key]
    assignee = None if body.release or actor is None else actor.id
    if task.get("assignee") != assignee:  # else it is theirs, or nobody's, already
        by = step.context.actor.id
        title = task.get("title")
        step.emit("task.claimed", n=body.task, id=task["id"], title=title, assignee=assignee, by=by)
    return None


def definition_of(step: Step, task: Mapping[str, Any]) -> m.Activity:
    """The activity that a task (or anything with `activity`) belongs to."""
    record = step.state.activities[str(task["activity"])]
    return step.release.process.stages[record["stage"]].do[record["i"]]
