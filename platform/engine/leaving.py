"""Leaving stages cancels their work (language 3.6).

Child orders get `cancel` (unless `leave: keep`); a call under way is withdrawn where it can be, and
one that succeeds afterwards is undone.
"""

from __future__ import annotations

from orderloom.platform.definitions.model import OrderActivity
from orderloom.platform.engine.outcome import CancelCall, InboxEffect
from orderloom.platform.engine.step import Step


def leave_work(step: Step, left: set[str]) -> None:
    """Cancels what runs in the stages that are about to be left."""
    if not step.state.activities:
        return
    for n, activity in step.state.activities.items():
        if activity["stage"] in left and activity["kind"] == "order":
            _cancel_children(step, n)
    running = {
        n for n, a in step.state.activities.items() if a["stage"] in left and a["status"] != "done"
    }
    for n, call in step.state.calls.items():
        if str(call.get("activity")) in running and not call.get("compensates"):
            step.effects.append(CancelCall(int(n)))


def _cancel_children(step: Step, n: str) -> None:
    activity = step.state.activities[n]
    what = step.release.process.stages[activity["stage"]].do[activity["i"]].what
    if not isinstance(what, OrderActivity) or what.leave == "keep":
        return
    tell_children(step, n, "cancel", {})


def tell_children(step: Step, n: str, name: str, data: dict[str, object]) -> list[int]:
    """Sends an event to an activity's open children; their ids."""
    told: list[int] = []
    for child in step.state.children.get(n, ()):
        if child.get("ended"):
            continue
        number = step.number()
        step.emit("sent", n=number, event=name, to=[child["order"]])
        body = {"name": name, "data": data, "source": "parent"}
        step.effects.append(InboxEffect(number, child["order"], "event", body))
        told.append(child["order"])
    return told
