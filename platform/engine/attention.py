"""*Attention*: what failed and nobody took waits as a ticket with its ways out (language 3.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.platform.engine.step import Internal, Step
from orderloom.platform.engine.tasks import offer

WAYS = ("retry", "correct", "skip", "move")
_BAD_APPROVALS = ("rejected", "returned", "withdrawn", "partial", "unassignable", "voided")


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
    activity = event.record.get("activity")
    ways = [way for way in WAYS if way != "retry" or activity is not None]
    why = {"kind": "event", "event": event.name, "error": dict(error)}
    task = attention_task(step, why, event.name, ways)
    if activity is not None:
        task["retry"] = {"activity": activity}
    step.emit("attention.opened", n=n, task=task)
    offer(step, {str(n): task})


def attention_task(
    step: Step, why: Mapping[str, Any], id_: str, ways: Sequence[str] = WAYS
) -> dict[str, Any]:
    """The record of an attention ticket."""
    return {
        "kind": "attention",
        "id": id_,
        "for": ["p:order.settle"],
        "why": dict(why),
        "ways": list(ways),
        "opened": step.at,
        "stages": sorted(step.state.stages),
    }
