"""How approvals change the state: rounds, verdicts, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.engine.evolve_table import (
    Facts,
    activity,
    on,
    with_work,
    without_tasks,
)
from orderloom.platform.engine.state import OrderState


@on("approval.opened")
def _approval_opened(state: OrderState, facts: Facts) -> OrderState:
    state = without_tasks(state, facts.get("closed") or ())
    return with_work(activity(state, facts["n"], round=facts["round"]), facts)


@on("approval.verdict")
def _approval_verdict(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    steps = []
    for step in record["round"]["steps"]:
        if step["id"] == facts["step"] and facts["verdict"] != "ask":
            names = ("by", "for", "verdict", "comment", "at", "weight")
            vote = {name: facts.get(name) for name in names}
            vote = {name: value for name, value in vote.items() if value is not None}
            step = {**step, "verdicts": [*step.get("verdicts", ()), vote]}
        status = (facts.get("statuses") or {}).get(step["id"])
        if status:
            step = {**step, "status": status}
        assigned = (facts.get("assigned") or {}).get(step["id"])
        if assigned is not None:
            step = {**step, "principals": assigned}
        steps.append(step)
    content = facts.get("content") or record["round"].get("content")
    round_ = {**record["round"], "steps": steps, "content": content}
    state = without_tasks(activity(state, facts["n"], round=round_), facts.get("closed") or ())
    return with_work(state, facts)


@on("approval.closed")
def _approval_closed(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    ended = {"outcome": facts["outcome"], "at": facts["at"]}
    line, before = facts.get("line"), state.approvals.get(facts["id"], {})
    kept: Mapping[str, Any] = {**ended, "lines": before.get("lines", {})}
    if "content" in facts:
        kept = {**ended, "content": facts["content"], "round": record.get("round")}
    if line is not None:
        kept = {**ended, "lines": {**before.get("lines", {}), line: kept}}
    state = state.but(approvals={**state.approvals, facts["id"]: kept})
    tasks = [k for k, t in state.tasks.items() if str(t.get("activity")) == str(facts["n"])]
    return without_tasks(activity(state, facts["n"], round=None), tasks)


@on("approval.voided")
def _approval_voided(state: OrderState, facts: Facts) -> OrderState:
    if not facts.get("late"):
        return without_tasks(state, facts.get("closed") or ())
    kept = {**state.approvals[facts["id"]], "outcome": "voided"}
    return state.but(approvals={**state.approvals, facts["id"]: kept})
