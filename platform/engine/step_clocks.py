"""By when a step of an approval wants a verdict, and who is asked besides if it does not come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.approvals import Policy, StepPlan
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine.approving import escalated_to
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import BlockError, Step, iso


def clocks_ahead(step: Step, policy: Policy, one: StepPlan | None, scope: Scope) -> dict[str, Any]:
    """`{within due escalate}` of a step as if it were opened now: the span as written, the moment
    that it ends by the calendar, and `{after at to}` of its escalation."""
    found: dict[str, Any] = {}
    if one is None:
        return found
    if one.due:
        found |= {"within": one.due, "due": iso(step.later(step.now, parse_span(one.due)))}
    if one.escalate is not None:
        try:
            to = escalated_to(step, policy, one, scope)
        except BlockError:
            to = []
        at = step.later(step.now, parse_span(one.escalate.after))
        found["escalate"] = {"after": one.escalate.after, "at": iso(at), "to": to}
    return found


def clocks_running(state: OrderState, n: str, id_: str, one: StepPlan | None) -> dict[str, Any]:
    """The same of a step that is open, as its clocks run."""
    tasks = [
        (key, task)
        for key, task in state.tasks.items()
        if task["kind"] == "approval" and str(task["activity"]) == n and task["id"] == id_
    ]
    if not tasks:
        return {}
    key, task = tasks[0]
    found: dict[str, Any] = {"within": one.due if one is not None else None, "due": task.get("due")}
    timer = _escalation(state, key)
    if timer is not None:
        after = one.escalate.after if one is not None and one.escalate is not None else None
        found["escalate"] = {"after": after, "at": timer["due"], "to": list(timer["to"])}
    return {name: value for name, value in found.items() if value is not None}


def _escalation(state: OrderState, task: str) -> Mapping[str, Any] | None:
    for timer in state.timers.values():
        if timer["kind"] == "escalate" and str(timer.get("task")) == task and timer.get("due"):
            return timer
    return None
