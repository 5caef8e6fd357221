"""One function a command: judge it, then do it. Each returns None or a `Rejection`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.platform.codec import merge_patch
from orderloom.platform.definitions import model as m
from orderloom.platform.engine import approving, tasks, timers, verifying
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.activities import restart, run_compensation, start_manual
from orderloom.platform.engine.bodies import body_from_json
from orderloom.platform.engine.editing import (
    changed_paths,
    edit,
    problems_of,
    rejection_of,
    write,
)
from orderloom.platform.engine.failing import due_timer, note_failure
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.keeping import drop_kept
from orderloom.platform.engine.marks import hold
from orderloom.platform.engine.people import may
from orderloom.platform.engine.receiving import deliver, receive
from orderloom.platform.engine.settle import settle, take
from orderloom.platform.engine.step import Internal, Step, instant
from orderloom.platform.engine.undo import undo_late
from orderloom.platform.problem import Rejection
from orderloom.rules import to_json

Retry = Callable[[Step, c.Body], Rejection | None]


def send_event(step: Step, body: c.SendEvent) -> Rejection | None:
    return receive(step, body)


def edit_data(step: Step, body: c.EditData) -> Rejection | None:
    return edit(step, body)


def cast_verdict(step: Step, body: c.CastVerdict) -> Rejection | None:
    key = str(body.task)
    if body.verdict == "withdraw":
        return _withdraw(step, key)
    refused = _mine(step, key, "approval")
    if refused is not None:
        return refused
    task = step.state.tasks[key]
    if body.changes:
        refused = _changes(step, task, body.changes)
        if refused is not None:
            return refused
    refused = approving.cast(
        step, key, verdict=body.verdict, comment=body.comment, changed=bool(body.changes)
    )
    if refused is None:
        settle(step)
    return refused


def _changes(step: Step, task: Mapping[str, Any], changes: c.Json) -> Rejection | None:
    refused = _only_fields(step, changes, task.get("fields") or ())
    if refused is not None:
        return refused
    data = merge_patch(step.state.data, changes)
    problems = problems_of(step, data)
    if problems:
        return rejection_of(problems)
    step.write_data(data, "verdict", "verdict")
    return None


def _withdraw(step: Step, key: str) -> Rejection | None:
    task = step.state.tasks.get(key)
    if task is None or task["kind"] != "approval":
        return _no_task(key)
    if step.context.actor.id != step.state.requester:
        message = "only the requester can withdraw an approval"
        return Rejection("approval.not_the_requester", message)
    approving.withdraw(step, str(task["activity"]))
    settle(step)
    return None


def complete_task(step: Step, body: c.CompleteTask) -> Rejection | None:
    key = str(body.task)
    refused = _mine(step, key, "task", "ticket")
    if refused is not None:
        return refused
    task = step.state.tasks[key]
    if task["kind"] == "ticket":
        return _answer_ticket(step, task, body)
    definition = _definition(step, task)
    assert isinstance(definition.what, m.TaskActivity)
    outcomes = task.get("outcomes") or ()
    if (body.outcome is not None or outcomes) and body.outcome not in outcomes:
        message = f"the outcome must be one of {', '.join(outcomes) or 'none'}"
        params = {"outcomes": ", ".join(outcomes)}
        return Rejection("task.unknown_outcome", message, params, path="outcome")
    result = None
    if definition.what.form is not None:
        problems = step.release.forms[definition.what.form].validate(dict(body.data))
        if problems:
            return rejection_of(problems)
        result = to_json(dict(body.data))
    elif body.data:
        refused = _only_fields(step, body.data, task.get("fields") or ())
        if refused is not None:
            return refused
        refused = _write(step, body.data)
        if refused is not None:
            return refused
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


def _write(step: Step, patch: Mapping[str, Any]) -> Rejection | None:
    data = merge_patch(step.state.data, patch)
    problems = problems_of(step, data)
    if problems:
        return rejection_of(problems)
    step.write_data(data, "task", "task")
    return None


def _answer_ticket(
    step: Step, task: Mapping[str, Any], body: c.CompleteTask
) -> Rejection | None:
    """A ticket is answered by mending its fields; it closes by the re-check."""
    if not body.data:
        verifying.check(step, str(task["activity"]))
        settle(step)
        return None
    refused = _only_fields(step, body.data, task.get("fields") or ())
    return refused if refused is not None else write(step, body.data, "ticket")


def _only_fields(step: Step, patch: Mapping[str, Any], fields: Any) -> Rejection | None:
    wanted = [tuple(field.split(".")) for field in fields]
    for path in changed_paths(step.state.data, merge_patch(step.state.data, patch)):
        if not any(path[: len(w)] == w for w in wanted):
            shown = ".".join(path)
            message = f"the task does not ask for {shown}"
            return Rejection("form.not_editable", message, {"field": shown}, path=shown)
    return None


def waive_ticket(step: Step, body: c.WaiveTicket) -> Rejection | None:
    task = step.state.tasks.get(str(body.task))
    if task is None or task["kind"] != "ticket":
        return _no_task(str(body.task))
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
        by=step.context.actor.id,
        reason=body.reason,
    )
    verifying.check(step, str(task["activity"]))
    settle(step)
    return None


def claim_task(step: Step, body: c.ClaimTask) -> Rejection | None:
    key = str(body.task)
    refused = _mine(step, key, "task", "ticket", "approval")
    if refused is not None:
        return refused
    assignee = None if body.release else step.context.actor.id
    step.emit("task.claimed", n=body.task, assignee=assignee, by=step.context.actor.id)
    return None


def start_activity(step: Step, body: c.StartActivity) -> Rejection | None:
    record = step.state.activities.get(str(body.activity))
    if record is None or record["status"] != "waiting":
        return Rejection("activity.not_waiting", "there is nothing to start")
    activity = step.release.process.stages[record["stage"]].do[record["i"]]
    if not step.trusted and not may(step, activity.by, step.context.actor, record["stage"]):
        return Rejection("activity.not_allowed", "you may not start this")
    start_manual(step, str(body.activity))
    settle(step)
    return None


def set_hold(step: Step, body: c.SetHold) -> Rejection | None:
    declared = step.release.process.holds.get(body.hold)
    if declared is None:
        return Rejection("hold.unknown", f"there is no hold {body.hold}", {"hold": body.hold})
    if not step.trusted and not may(step, declared.by, step.context.actor):
        return Rejection("hold.not_allowed", f"you may not change the hold {body.hold}")
    hold(step, body.hold, on=body.on, reason=body.reason, by=step.context.actor.id)
    step.tried_kept = None
    settle(step)
    return None


def settle_attention(step: Step, body: c.SettleAttention, again: Retry) -> Rejection | None:
    task = step.state.tasks.get(str(body.task))
    if task is None or task["kind"] != "attention":
        return _no_task(str(body.task))
    refused = _may_settle(step, body)
    if refused is not None:
        return refused
    step.emit(
        "attention.settled",
        n=body.task,
        way=body.way,
        by=step.context.actor.id,
        reason=body.reason,
        stage=body.stage,
    )
    if body.way == "retry":
        return _again(step, task.get("retry") or {}, again)
    if body.way == "move" and body.stage is not None:
        move = m.Transition(path="attention.move", targets=(body.stage,))
        from orderloom.platform.engine.settle import move_to

        move_to(step, move)
    settle(step)
    return None


def _may_settle(step: Step, body: c.SettleAttention) -> Rejection | None:
    permissions = step.context.actor.permissions
    needed = "order.move" if body.way == "move" else "order.settle"
    if needed not in permissions:
        return Rejection("attention.not_allowed", f"you need the permission {needed}")
    if body.way not in ("retry", "skip", "move"):
        return Rejection("attention.unknown_way", f"{body.way} is no way out", path="way")
    if body.way != "retry" and not (body.reason or "").strip():
        return Rejection("attention.reason_required", "say why", path="reason")
    if body.way == "move" and body.stage not in step.release.process.stages:
        params = {"stage": body.stage}
        return Rejection("stage.unknown", f"there is no stage {body.stage}", params, path="stage")
    return None


def _again(step: Step, what: Mapping[str, Any], again: Retry) -> Rejection | None:
    if "command" in what:
        body = body_from_json(what["command"])
        if isinstance(body, c.Create):
            from orderloom.platform.engine.settle import enter_order

            enter_order(step)
            return None
        return again(step, body)
    if "timer" in what:
        strike(step, what["timer"])
    elif "activity" in what and str(what["activity"]) in step.state.activities:
        restart(step, str(what["activity"]))
    settle(step)
    return None


def wake(step: Step, body: c.Wake) -> Rejection | None:
    n = due_timer(step)
    if n is None:
        return None
    timer = timers.fire(step, n)
    strike(step, timer)
    settle(step)
    return None


def strike(step: Step, timer: Mapping[str, Any]) -> None:
    """What a clock does when it strikes."""
    kind = timer["kind"]
    if kind in ("after", "at", "every"):
        record = {"name": f"timer.{kind}", "time": instant(timer["due"])}
        take(step, Internal(f"timer.{kind}", record, stage=timer["stage"], timer=timer))
    elif kind == "remind":
        tasks.remind(step, timer)
    elif kind == "escalate":
        tasks.escalate(step, timer)
    elif kind == "recheck":
        _recheck(step, timer)
    elif kind == "keep":
        drop_kept(step, timer["kept"])


def _recheck(step: Step, timer: Mapping[str, Any]) -> None:
    record = step.state.activities.get(str(timer["activity"]))
    if record is None or record["status"] != "running":
        return
    n = str(timer["activity"])
    what = step.release.process.stages[record["stage"]].do[record["i"]].what
    if isinstance(what, m.VerifyActivity) and what.recheck is not None:
        due = step.later(step.now, what.recheck)
        from orderloom.platform.engine.step import iso

        again = {**timer, "due": iso(due)}
        again.pop("n", None)
        step.emit("timers.changed", set={str(step.number()): again})
    with step.block(f"{record['stage']}.{record['id']}"):
        verifying.check(step, n)


def call_result(step: Step, body: c.CallResult) -> Rejection | None:
    key = str(body.call)
    call = step.state.calls.get(key)
    if call is None:
        return None
    n = str(call.get("activity", ""))
    record = step.state.activities.get(n)
    late = record is None or record["status"] != "running" or step.state.status != "open"
    step.emit(
        "call.result",
        n=body.call,
        activity=call.get("activity"),
        connector=call["connector"],
        operation=call["operation"],
        result=to_json(body.result) if body.error is None else None,
        error=dict(body.error) if body.error is not None else None,
        late=late or None,
    )
    if call.get("compensates") is not None:
        _compensated(step, call, body, late)
    elif late:
        _late_result(step, call, body)
    elif body.error is not None:
        record_ = {"error": dict(body.error), "activity": int(n)}
        end_activity(step, n, "failed", record=record_)
    else:
        _call_done(step, n, body.result)
    settle(step)
    return None


def _call_done(step: Step, n: str, result: Any) -> None:
    definition = _definition(step, {"activity": int(n)})
    record = step.state.activities[n]
    facts = {"result": to_json(result), "as": definition.result, "index": record.get("index")}
    if definition.undo is not None:
        with step.block(definition.path):
            _note_call_undo(step, n, definition, result)
    end_activity(step, n, "done", **facts)


def _note_call_undo(step: Step, n: str, definition: m.Activity, result: Any) -> None:
    from orderloom.platform.engine.undo import note_undo

    assert definition.undo is not None
    record = step.state.activities[n]
    scope = step.scope(None, record["stage"], result=result)
    if definition.each is not None and "item" in record:
        scope = scope.with_names({definition.each.variable: record["item"]})
    note_undo(step, definition.undo, scope, record["stage"])


def _compensated(step: Step, call: Mapping[str, Any], body: c.CallResult, late: bool) -> None:
    n = str(call["activity"])
    if body.error is not None:
        if not late:
            record = {"error": dict(body.error), "activity": int(n)}
            end_activity(step, n, "failed", record=record)
        return
    done = next((u for u in step.state.undo if u["n"] == call["compensates"]), None)
    if done is not None:
        step.emit("undone", n=done["n"], stage=done["stage"], action=done["action"])
    if not late:
        with step.block("compensate"):
            run_compensation(step, n)


def _late_result(step: Step, call: Mapping[str, Any], body: c.CallResult) -> None:
    """The stage was left: a success is undone, or becomes a ticket; a failure is only noted."""
    if body.error is not None or "stage" not in call:
        return
    definition = _late_definition(step, call)
    if definition is not None and definition.undo is not None:
        undo = definition.undo
        if isinstance(undo.what, m.Call):
            scope = step.scope(None, call["stage"], result=body.result)
            with_ = step.named(undo.what.names, scope)
            name = f"{undo.what.connector}.{undo.what.operation}"
            undo_late(step, {"call": name, "with": with_}, call["stage"])
            return
    if step.state.status == "open":
        from orderloom.platform.engine.attention import open_attention

        name = f"{call['connector']}.{call['operation']}"
        error = {"kind": "late", "message": f"{name} succeeded after its stage was left"}
        open_attention(step, Internal(f"late.{name}", {}), error)


def _late_definition(step: Step, call: Mapping[str, Any]) -> m.Activity | None:
    stage = step.release.process.stages.get(call["stage"])
    for activity in stage.do if stage else ():
        what = activity.what
        if (
            isinstance(what, m.CallActivity)
            and what.connector == call["connector"]
            and what.operation == call["operation"]
        ):
            return activity
    return None


def deliver_messages(step: Step, body: c.Deliver) -> Rejection | None:
    deliver(step, body)
    return None


def fail(step: Step, body: c.Fail) -> Rejection | None:
    note_failure(step, body.body, body.error)
    return None


def _mine(step: Step, key: str, *kinds: str) -> Rejection | None:
    """Whether the task is open, of a kind, and offered to (or taken by) the actor."""
    task = step.state.tasks.get(key)
    if task is None or task["kind"] not in kinds:
        return _no_task(key)
    if step.trusted:
        return None
    actor = step.context.actor
    assignee = task.get("assignee")
    if assignee is not None and assignee != actor.id:
        return Rejection("task.taken", f"task {key} was taken by {assignee}", {"by": assignee})
    if not actor.principals() & set(task["for"]):
        code = "approval.not_a_candidate" if task["kind"] == "approval" else "task.not_yours"
        return Rejection(code, f"task {key} is not offered to {actor.id}")
    return None


def _no_task(key: str) -> Rejection:
    return Rejection("task.not_found", f"there is no open task {key}", {"task": key})


def _definition(step: Step, task: Mapping[str, Any]) -> m.Activity:
    record = step.state.activities[str(task["activity"])]
    return step.release.process.stages[record["stage"]].do[record["i"]]
