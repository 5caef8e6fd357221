"""Events from people, connectors, other orders: may they, can they be taken, must they wait."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from orderloom.platform.definitions.model import EventDecl
from orderloom.platform.engine.attaching import own_problems
from orderloom.platform.engine.commands import Deliver, Message, SendEvent
from orderloom.platform.engine.defaulting import with_defaults
from orderloom.platform.engine.editing import merge, misfits, rejection_of
from orderloom.platform.engine.event_data import read_data
from orderloom.platform.engine.failing import note_failure
from orderloom.platform.engine.keeping import event_facts, event_record, keep_event
from orderloom.platform.engine.orders import child_ended
from orderloom.platform.engine.outcome import InboxEffect
from orderloom.platform.engine.people import may
from orderloom.platform.engine.selection import Choice, choose
from orderloom.platform.engine.settle import settle, take
from orderloom.platform.engine.step import BlockError, Internal, Step, StepFailure
from orderloom.platform.problem import Rejection
from orderloom.rules import to_json


def receive(step: Step, body: SendEvent) -> Rejection | None:
    """An event from a person (`source` None) or from outside."""
    declared = step.release.process.events.get(body.name)
    refused = _may_send(step, declared, body)
    if declared is None or refused is not None:
        return refused
    body = _with_reason(declared, body)
    if declared.reason == "required" and body.source is None and not (body.reason or "").strip():
        message = f"{body.name} needs a reason"
        return Rejection("event.reason_required", message, {"event": body.name}, path="reason")
    body = _with_defaults(step, declared, body)
    brought = _brought(declared, body)
    if isinstance(brought, Rejection):
        return brought
    return _bring(step, declared, body, brought)


def _with_reason(declared: EventDecl, body: SendEvent) -> SendEvent:
    """What comes from outside may tell the reason among its data."""
    reason = body.data.get("reason")
    if declared.reason is None or not isinstance(reason, str) or "reason" in declared.data:
        return body
    data = {name: value for name, value in body.data.items() if name != "reason"}
    return replace(body, data=data, reason=body.reason or reason)


def _with_defaults(step: Step, declared: EventDecl, body: SendEvent) -> SendEvent:
    """What the event's own form puts in the place of what is absent, whoever sends it."""
    if declared.form is None:
        return body
    form, actor = step.release.forms[declared.form], step.context.actor
    data = with_defaults(form, body.data, release=step.release, now=step.now, actor=actor)
    return replace(body, data=data)


def _brought(declared: EventDecl, body: SendEvent) -> Mapping[str, Any] | Rejection:
    """The event's data as expressions see them; what a form or fields ask for is judged there."""
    if not body.data or declared.form is not None or (declared.fields and not declared.data):
        return body.data
    of_fields = {field.partition(".")[0] for field in declared.fields}
    own = {name: value for name, value in body.data.items() if name not in of_fields}
    read = read_data(declared.name, declared.data, own)
    return read if isinstance(read, Rejection) else {**body.data, **read}


def _may_send(step: Step, declared: EventDecl | None, body: SendEvent) -> Rejection | None:
    params = {"event": body.name}
    if declared is None:
        return Rejection("event.unknown", f"there is no event {body.name}", params)
    if step.trusted:
        return None
    if body.source is not None:
        allowed = body.source in declared.sources
    else:
        allowed = may(step, declared.by, step.context.actor)
    if not allowed:
        who = body.source or step.context.actor.id
        message = f"{who} may not send {body.name}"
        return Rejection("event.not_allowed", message, params)
    return None


def _bring(
    step: Step, declared: EventDecl, body: SendEvent, brought: Mapping[str, Any]
) -> Rejection | None:
    record = event_record(step, body, brought)
    event = Internal(body.name, record)
    choices: list[Choice] | None = None  # None: what a guard said is an error, told when taken
    with suppress(BlockError):
        choices = choose(step, event)
    if choices is not None and not choices:
        return _not_now(step, declared, body)
    data = step.state.data
    refused = _write_fields(step, declared, body)
    if refused is not None:
        return refused
    step.emit("event.received", **event_facts(step, body))
    if declared.form is not None:
        step.emit("result.set", {"as": declared.form}, out=to_json(dict(body.data)))
    # What the guards read is as it was, unless the event wrote something.
    same = step.state.data is data and declared.form is None
    take(step, event, choices if same else None)
    return None


def _write_fields(step: Step, declared: EventDecl, body: SendEvent) -> Rejection | None:
    """`fields`: what the event's dialog asks for goes into the order; `form`: is validated."""
    if declared.form is not None:
        problems = own_problems(step, step.release.forms[declared.form], body.data)
        return rejection_of(problems) if problems else None
    if not declared.fields:
        return None
    given = {name: value for name, value in body.data.items() if name not in declared.data}
    wanted = [tuple(field.split(".")) for field in declared.fields]
    unknown = [p for p in _leaves(given) if not any(_within(p, w) for w in wanted)]
    if unknown:
        path = ".".join(unknown[0])
        message = f"{body.name} does not ask for {path}"
        return Rejection("form.unknown_field", message, {"field": path}, path=path)
    refused = misfits(step, given)
    if refused is None:
        merge(step, given, "event", reason=body.reason)
    return refused


def _leaves(value: Mapping[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    out: list[tuple[str, ...]] = []
    for name, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            out += _leaves(inner, (*above, name))
        else:
            out.append((*above, name))
    return out


def _within(path: tuple[str, ...], field: tuple[str, ...]) -> bool:
    return path[: len(field)] == field


def _not_now(step: Step, declared: EventDecl, body: SendEvent) -> Rejection | None:
    held = step.state.holds and body.source is None
    keep = declared.keep is not None or bool(step.state.holds)
    if body.source is not None and keep:
        keep_event(step, declared, body)
        return None
    if held and _waits_for_hold(step, body):
        holds = ", ".join(step.state.holds)
        return Rejection("order.held", f"the order is held: {holds}", {"holds": holds})
    stages = ", ".join(step.state.stages)
    message = f"{body.name} is not expected now (stages: {stages})"
    return Rejection("event.not_expected", message, {"event": body.name, "stages": stages})


def _waits_for_hold(step: Step, body: SendEvent) -> bool:
    process, stopped = step.release.process, step.state.stopped
    return any(
        id_ in stopped and any(pattern == body.name for pattern, _ in process.stages[id_].on)
        for id_ in step.state.stages
    )


def deliver(step: Step, body: Deliver) -> None:
    """All messages of other orders, in order; one that fails does not stop the others."""
    for message in body.messages:
        stream = str(message.from_stream)
        taken = step.state.seen.get(stream, 0) >= message.from_n
        if taken and not step.trusted:
            continue
        if not taken:  # a retry takes again what it failed at
            step.emit("messages.taken", seen={stream: message.from_n})
        state, events, effects = step.state, len(step.events), len(step.effects)
        moved = len(step.moved)
        try:
            _message(step, message)
            settle(step)
        except (StepFailure, BlockError) as failure:
            step.state = state
            del step.events[events:]
            del step.effects[effects:]
            step.queue.clear()
            step.errors.clear()
            step.take_back(moved)
            note_failure(step, Deliver((message,)), failure.error)


def _message(step: Step, message: Message) -> None:
    body = message.body
    match message.kind:
        case "child.ended":
            child_ended(step, body)
        case "child.numbered":
            step.emit(
                "child.numbered", {name: body[name] for name in ("activity", "order", "number")}
            )
        case "relay":
            _relay(step, body)
        case "hit":
            step.emit("watch.hit", **body["hit"])
            _other_order(step, body)
        case _:
            _other_order(step, body)


def _other_order(step: Step, body: Mapping[str, Any]) -> None:
    name, source = body["name"], body["source"]
    declared = step.release.process.events.get(name)
    if declared is not None and source not in declared.sources and body.get("process"):
        source = body["process"]
    event = SendEvent(name, body.get("data") or {}, source=source)
    if step.state.status != "open":
        refused: Rejection | None = Rejection("order.ended", "the order has ended")
    else:
        refused = receive(step, event)
    if refused is not None:
        step.emit("event.refused", name=event.name, source=event.source, why=refused.code)


def _relay(step: Step, body: Mapping[str, Any]) -> None:
    """A child speaks to its siblings; the parent passes it on."""
    for child in step.state.children.get(str(body["activity"]), ()):
        if child["order"] != body["order"] and not child.get("ended"):
            n = step.number()
            step.emit("sent", n=n, event=body["name"], to=[child["order"]])
            inner = {"name": body["name"], "data": body["data"], "source": "siblings"}
            inner["process"] = str(child["process"])
            step.effects.append(InboxEffect(n, child["order"], "event", inner))
