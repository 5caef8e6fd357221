"""The ways out of *attention*: retry, correct, skip, move (language 3.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from orderloom.platform.definitions import model as m
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.activities import restart, run_compensation
from orderloom.platform.engine.attention import WAYS
from orderloom.platform.engine.bodies import actor_from_json, body_from_json
from orderloom.platform.engine.clock_handlers import strike
from orderloom.platform.engine.editing import merge, misfits, unknown_fields
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.open_tasks import no_task
from orderloom.platform.engine.settle import enter_order, move_to, settle
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.undo import skip_undo
from orderloom.platform.problem import Rejection

Retry = Callable[[Step, c.Body], Rejection | None]


def settle_attention(step: Step, body: c.SettleAttention, again: Retry) -> Rejection | None:
    task = step.state.tasks.get(str(body.task))
    if task is None or task["kind"] != "attention":
        return no_task(step, str(body.task))
    refused = _may_settle(step, task, body) or _corrects(step, body)
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
    if body.way == "correct":
        merge(step, body.data, "correction", reason=body.reason)
    if body.way in ("retry", "correct"):
        return _again(step, task.get("retry") or {}, again)
    if body.way == "move":
        move = m.Transition(path="attention.move", targets=(str(body.stage),))
        move_to(step, move)
    else:
        _skip(step, task)
    settle(step)
    return None


def _may_settle(step: Step, task: Mapping[str, Any], body: c.SettleAttention) -> Rejection | None:
    permissions = step.context.actor.permissions
    needed = "order.move" if body.way == "move" else "order.settle"
    if needed not in permissions:
        return Rejection("attention.not_allowed", f"you need the permission {needed}")
    if body.way not in task.get("ways", WAYS):
        return Rejection("attention.unknown_way", f"{body.way} is no way out here", path="way")
    if body.way != "retry" and not (body.reason or "").strip():
        return Rejection("attention.reason_required", "say why", path="reason")
    if body.way == "move" and body.stage not in step.release.process.stages:
        params = {"stage": body.stage}
        return Rejection("stage.unknown", f"there is no stage {body.stage}", params, path="stage")
    return None


def _corrects(step: Step, body: c.SettleAttention) -> Rejection | None:
    """Whoever may settle may mend any field: what failed may have failed by it."""
    if body.way != "correct":
        return None
    return unknown_fields(step, body.data) or misfits(step, body.data)


def _again(step: Step, what: Mapping[str, Any], again: Retry) -> Rejection | None:
    if "command" in what:
        return _command(step, what, again)
    if "timer" in what:
        strike(step, what["timer"])
    elif "activity" in what and str(what["activity"]) in step.state.activities:
        restart(step, str(what["activity"]))
    settle(step)
    return None


def _command(step: Step, what: Mapping[str, Any], again: Retry) -> Rejection | None:
    """The command runs as the one who gave it: a retry lends nobody's rights to another."""
    body = body_from_json(what["command"])
    if "actor" in what:
        actor = actor_from_json(what["actor"])
        step.context = replace(step.context, actor=actor, on_behalf_of=what.get("for"))
    if isinstance(body, c.Create):
        enter_order(step)
        return None
    return again(step, body)


def _skip(step: Step, task: Mapping[str, Any]) -> None:
    """Work that failed counts as done; a failed undo is left out and the next one runs.

    A verdict cannot be skipped into another one: of an approval only the ticket goes.
    """
    n = str((task.get("retry") or {}).get("activity", ""))
    record = step.state.activities.get(n)
    if record is None or record["kind"] == "approval" or record["status"] != "failed":
        return
    if record["kind"] == "compensate":
        skip_undo(step, n)
        with step.block("compensate"):
            run_compensation(step, n)
        return
    end_activity(step, n, "done")
