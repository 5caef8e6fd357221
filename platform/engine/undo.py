"""Undo and compensation (language 3.8; BPMN compensation).

What reverses an action is evaluated when the action is done, with its names as they were, and kept
on a stack. `compensate` runs the stack, last first, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderloom.platform.definitions import model as m
from orderloom.platform.engine.balances import evaluated, move
from orderloom.platform.engine.configuration import lineage
from orderloom.platform.engine.marks import mark
from orderloom.platform.engine.messages import send_message
from orderloom.platform.engine.orders import addressed, dispatch
from orderloom.platform.engine.outcome import CallEffect
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Internal, Step
from orderloom.platform.engine.writing import located, write_again
from orderloom.rules import to_json


def note_undo(step: Step, undo: m.Action, scope: Scope, stage: str | None) -> None:
    """Keeps how to reverse what was just done."""
    for record in _evaluated(step, undo, scope):
        step.emit("undo.noted", n=step.number(), stage=stage or "", action=record)


def _evaluated(step: Step, undo: m.Action, scope: Scope) -> list[dict[str, Any]]:
    if not step.holds_true(undo.condition, scope):
        return []
    match undo.what:
        case m.Call(connector, operation, names):
            args = step.named(names, scope)
            return [{"call": f"{connector}.{operation}", "with": args}]
        case m.SetData() as what:
            return [_write(step, what, scope)]
        case m.MoveBalance() as what:
            return [evaluated(step, what, scope, undo.path)]
        case m.Mark(kind, id_):
            return [{"mark": kind, "id": id_}]
        case m.Notify(message):
            return [{"notify": message}]
        case m.Send() as what:
            return [{"send": addressed(step, what, scope, undo.path)}]
        case m.Raise(event, data):
            return [{"raise": event, "data": step.named(data, scope)}]
        case _:
            raise BlockError("evaluation", "this action cannot be an undo", undo.path)


def _write(step: Step, what: m.SetData, scope: Scope) -> dict[str, Any]:
    """The values as they were; the rows that they go to are looked for when the undo runs."""
    found = located(step, what, scope, what.targets[0][1].path)
    values: dict[str, list[Any]] = {str(target): [] for target, _ in what.targets}
    for target, _, value in found:
        values[target].append(value)
    record: dict[str, Any] = {"append" if what.append else "set": values}
    names = {**scope.local, "event": scope.event}
    if any("[" in target for target in values):
        record["names"] = to_json({k: v for k, v in names.items() if v is not None})
    return record


def compensate(step: Step, n: str) -> bool:
    """Runs undos until one has to wait for an answer. True: none is left.

    A part that fails inside the order raises `BlockError`; a call that fails ends the activity.
    """
    activity = step.state.activities[n]
    while True:
        left = _of_scope(step, activity["scope"])
        if not left:
            return True
        record = left[-1]
        if "call" in record["action"]:
            _request(step, n, record)
            return False
        _reverse(step, record["action"])
        step.emit("undone", n=record["n"], stage=record["stage"], action=record["action"])


def skip_undo(step: Step, n: str) -> None:
    """The undo that failed is left out, by an administrator's word."""
    left = _of_scope(step, step.state.activities[n]["scope"])
    if left:
        last = left[-1]
        facts = {name: last[name] for name in ("n", "stage", "action")}
        step.emit("undone", facts, skipped=True)


def _of_scope(step: Step, scope: str) -> list[Mapping[str, Any]]:
    if scope == "all":
        return list(step.state.undo)
    above = lineage(step.release.process)
    return [
        record
        for record in step.state.undo
        if record["stage"] == scope or scope in above.get(record["stage"], ())
    ]


def _request(step: Step, activity: str, record: Mapping[str, Any]) -> None:
    action = record["action"]
    connector, _, operation = action["call"].partition(".")
    call = step.number()
    step.emit(
        "call.requested",
        n=call,
        activity=int(activity),
        connector=connector,
        operation=operation,
        compensates=record["n"],
    )
    step.effects.append(CallEffect(call, connector, operation, action["with"]))


def _reverse(step: Step, action: Mapping[str, Any]) -> None:
    if "set" in action or "append" in action:
        append = "append" in action
        names = action.get("names") or {}
        scope = step.scope(names.get("event")).with_names(names)
        values = action["append" if append else "set"]
        step.write_data(write_again(step, values, scope, append=append), "undo", "undo")
    elif "move" in action:
        partial = bool(action.get("partial"))
        move(step, action["move"], _exact(action["lines"]), "undo", partial=partial)
    elif "mark" in action:
        mark(step, action["mark"], action["id"])
    elif "notify" in action:
        send_message(step, action["notify"], step.scope())
    elif "send" in action:
        dispatch(step, action["send"])
    else:
        step.emit("event.raised", name=action["raise"], data=action["data"] or None)
        record = {**action["data"], "name": action["raise"], "time": step.now}
        step.queue.append(Internal(action["raise"], record))


def _exact(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**line, "amount": None if line["amount"] is None else Decimal(line["amount"])}
        for line in lines
    ]


def undo_late(step: Step, undo: Mapping[str, Any], stage: str) -> None:
    """A call succeeded after its stage was left: reverse it at once."""
    call = step.number()
    connector, _, operation = undo["call"].partition(".")
    facts = {"stage": stage, "connector": connector, "operation": operation, "undo": True}
    step.emit("call.requested", facts, n=call)
    step.effects.append(CallEffect(call, connector, operation, undo["with"]))
