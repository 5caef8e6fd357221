"""Early events wait for their stage (language 3.3 `keep`; UML *defer*)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orderloom.platform.definitions.model import EventDecl
from orderloom.platform.engine.commands import SendEvent
from orderloom.platform.engine.event_data import read_data
from orderloom.platform.engine.selection import choose
from orderloom.platform.engine.step import BlockError, Internal, Step, iso
from orderloom.platform.problem import Rejection
from orderloom.rules import to_json


def keep_event(step: Step, declared: EventDecl, body: SendEvent) -> None:
    """An early event waits: as long as `keep` says, or until a hold is lifted."""
    n = step.number()
    until = step.later(step.now, declared.keep) if declared.keep else None
    timers = None
    if until is not None:
        timers = {str(n + 1): {"kind": "keep", "due": iso(until), "kept": n}}
    facts = event_facts(step, body)
    step.emit("event.kept", n=n, until=iso(until) if until else None, timers=timers, **facts)


def keep_held(step: Step, event: Internal) -> bool:
    """What work inside the order told to a stage that a hold stops waits for the hold's end."""
    if not step.state.holds:
        return False
    try:
        wanted = bool(choose(step, event, unheld=True))
    except BlockError:
        wanted = True
    if wanted:
        record = to_json(dict(event.record))
        step.emit("event.kept", n=step.number(), name=event.name, stage=event.stage, record=record)
    return wanted


def take_kept(step: Step) -> bool:
    """Tries the events that wait again, oldest first; at most one is taken."""
    for kept in step.state.kept:
        event, facts = _held(kept) if "record" in kept else _early(step, kept)
        try:
            possible = bool(choose(step, event))
        except BlockError:
            possible = True
        if possible:
            step.emit("event.received", kept=kept["n"], **facts)
            step.queue.append(event)
            return True
    return False


def _early(step: Step, kept: Mapping[str, Any]) -> tuple[Internal, dict[str, Any]]:
    time = datetime.fromisoformat(kept["time"]) if kept.get("time") else None
    body = SendEvent(
        kept["name"], kept.get("data") or {}, kept.get("reason"), kept.get("source"), time
    )
    facts = {**event_facts(step, body), "by": kept.get("by")}
    return Internal(body.name, {**event_record(step, body), "by": kept.get("by")}), facts


def _held(kept: Mapping[str, Any]) -> tuple[Internal, dict[str, Any]]:
    record = dict(kept["record"])
    if "time" in record:
        record["time"] = datetime.fromisoformat(record["time"])
    return Internal(kept["name"], record, stage=kept.get("stage")), {"name": kept["name"]}


def _brought(step: Step, body: SendEvent) -> Mapping[str, Any]:
    declared = step.release.process.events.get(body.name)
    read = read_data(body.name, declared.data, body.data) if declared is not None else {}
    return body.data if isinstance(read, Rejection) else read


def drop_kept(step: Step, n: int) -> None:
    """An early event was not wanted in its time."""
    name = next((record["name"] for record in step.state.kept if record["n"] == n), None)
    if name is not None:
        step.emit("event.dropped", n=n, name=name, why="expired")


def event_facts(step: Step, body: SendEvent) -> dict[str, Any]:
    """What the record of a received event says."""
    return {
        "name": body.name,
        "by": step.context.actor.id if body.source is None else None,
        "source": body.source,
        "data": to_json(dict(body.data)) or None,
        "reason": body.reason,
        "time": iso(body.time) if body.time else None,
    }


def event_record(
    step: Step, body: SendEvent, brought: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What expressions read as `event`. `brought`: its data as they see them."""
    if brought is None:
        brought = _brought(step, body)
    return {
        **brought,
        "name": body.name,
        "time": body.time or step.now,
        "by": step.context.actor.id if body.source is None else None,
        "source": body.source,
        "reason": body.reason,
    }
