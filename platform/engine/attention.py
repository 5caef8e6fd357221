"""*Attention*: what failed and nobody took waits as a ticket with its ways out (language 3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.engine.step import Internal, Step

WAYS = ("retry", "skip", "move")
_BAD_APPROVALS = ("rejected", "returned", "withdrawn", "partial", "unassignable")


def unhandled(step: Step, event: Internal) -> None:
    """What happens when no transition takes an internal event: mostly nothing."""
    head, _, rest = event.name.partition(".")
    outcome = rest.partition(".")[0]
    if head == "failed":
        open_attention(step, event, event.record.get("error") or {})
    elif head == "approval" and outcome in _BAD_APPROVALS:
        open_attention(step, event, {"kind": outcome, "message": f"the approval was {outcome}"})


def open_attention(step: Step, event: Internal, error: Mapping[str, Any]) -> None:
    """Opens the ticket of an event that nobody took; a retry starts its activity again."""
    n = step.number()
    task = attention_task(
        step, {"kind": "event", "event": event.name, "error": dict(error)}, event.name
    )
    activity = event.record.get("activity")
    if activity is not None:
        task["retry"] = {"activity": activity}
    step.emit("attention.opened", n=n, task=task)


def attention_task(step: Step, why: Mapping[str, Any], id_: str) -> dict[str, Any]:
    """The record of an attention ticket."""
    return {
        "kind": "attention",
        "id": id_,
        "for": ["p:order.settle"],
        "why": dict(why),
        "ways": list(WAYS),
        "opened": step.at,
        "stages": sorted(step.state.stages),
    }
