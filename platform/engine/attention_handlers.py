"""The ways out of *attention*: retry, skip, move (language 3.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.platform.definitions import model as m
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.activities import restart
from orderloom.platform.engine.bodies import body_from_json
from orderloom.platform.engine.clock_handlers import strike
from orderloom.platform.engine.settle import enter_order, move_to, settle
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.task_handlers import no_task
from orderloom.platform.problem import Rejection

Retry = Callable[[Step, c.Body], Rejection | None]


def settle_attention(step: Step, body: c.SettleAttention, again: Retry) -> Rejection | None:
    task = step.state.tasks.get(str(body.task))
    if task is None or task["kind"] != "attention":
        return no_task(str(body.task))
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
            enter_order(step)
            return None
        return again(step, body)
    if "timer" in what:
        strike(step, what["timer"])
    elif "activity" in what and str(what["activity"]) in step.state.activities:
        restart(step, str(what["activity"]))
    settle(step)
    return None
