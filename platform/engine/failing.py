"""Commands that could not be carried out: noted whole, with the ways out (language 3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.engine.attention import WAYS, attention_task
from orderloom.platform.engine.bodies import actor_to_json, body_to_json
from orderloom.platform.engine.commands import Body, Create, Wake
from orderloom.platform.engine.step import BlockError, Step
from orderloom.platform.engine.tasks import offer
from orderloom.platform.engine.timers import fire


def note_failure(step: Step, body: Body, error: Mapping[str, Any]) -> None:
    """Emits `command.failed`: the order is in *attention*; a retry runs the command again."""
    due = due_timer(step) if isinstance(body, Wake) else None
    struck = {"n": int(due), **step.state.timers[due]} if due is not None else None
    facts: dict[str, Any] = {}
    if due is not None and not _fired(step, due):
        facts["timer"] = int(due)
    n = step.number()
    why = {"kind": "command", "command": type(body).__name__, "error": dict(error)}
    # An order that could not begin has nothing to skip to.
    ways = [way for way in WAYS if way != "skip" or not isinstance(body, Create)]
    task = attention_task(step, why, type(body).__name__, ways)
    if struck is not None:
        task["retry"] = {"timer": struck}
    elif not isinstance(body, Wake):
        actor = actor_to_json(step.context.actor)
        task["retry"] = {"command": body_to_json(body), "actor": actor}
        if step.context.on_behalf_of is not None:
            task["retry"]["for"] = step.context.on_behalf_of
    step.emit("command.failed", n=n, task=task, error=dict(error), **facts)
    offer(step, {str(n): task})


def _fired(step: Step, due: str) -> bool:
    """The clock has struck, whatever came of it: its other moments come as they should."""
    try:
        fire(step, due)
    except BlockError:
        return False
    return True


def due_timer(step: Step) -> str | None:
    """The timer that strikes next, in (due, number) order, if its time has come."""
    stopped = step.state.stopped
    ready = [
        (timer["due"], int(n))
        for n, timer in step.state.timers.items()
        if timer["due"] and timer["due"] <= step.at and timer.get("stage") not in stopped
    ]
    return str(min(ready)[1]) if ready else None
