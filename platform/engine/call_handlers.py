"""Answers to outgoing calls, late ones too (language 3.6, 3.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orderloom.platform.definitions import model as m
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.activities import run_compensation
from orderloom.platform.engine.attention import open_attention
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.settle import settle
from orderloom.platform.engine.step import Internal, Step
from orderloom.platform.engine.task_handlers import definition_of
from orderloom.platform.engine.undo import note_undo, undo_late
from orderloom.platform.engine.wellformed import unfit
from orderloom.platform.problem import Rejection
from orderloom.rules import to_json


def call_result(step: Step, body: c.CallResult) -> Rejection | None:
    key = str(body.call)
    call = step.state.calls.get(key)
    if call is None:
        return None
    body = _kept_whole(body)
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
        late=(late and not call.get("undo")) or None,
    )
    if call.get("undo"):
        _reversed(step, call, body)
    elif call.get("compensates") is not None:
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


def _kept_whole(body: c.CallResult) -> c.CallResult:
    """An answer that no order can keep is no answer."""
    wrong = unfit(body.result, "result") if body.error is None else None
    if wrong is None:
        return body
    return replace(body, error={"kind": "invalid", "code": wrong.code, "message": wrong.message})


def _call_done(step: Step, n: str, result: Any) -> None:
    definition = definition_of(step, {"activity": int(n)})
    record = step.state.activities[n]
    facts = {"result": to_json(result), "as": definition.result, "index": record.get("index")}
    with step.block(definition.path):
        _note_call_undo(step, n, definition, result)
    end_activity(step, n, "done", **facts)


def _note_call_undo(step: Step, n: str, definition: m.Activity, result: Any) -> None:
    if definition.undo is None:
        return
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


def _reversed(step: Step, call: Mapping[str, Any], body: c.CallResult) -> None:
    """What had come too late was undone; where that failed, somebody has to look."""
    if body.error is not None and step.state.status == "open":
        name = f"{call['connector']}.{call['operation']}"
        open_attention(step, Internal(f"failed.{name}", {}), dict(body.error))


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
