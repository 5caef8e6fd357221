"""How approvals change the state: rounds, verdicts, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.engine.evolve_table import (
    Facts,
    activity,
    on,
    task,
    with_work,
    without_tasks,
    without_windows,
)
from orderloom.platform.engine.state import OrderState


@on("approval.opened")
def _approval_opened(state: OrderState, facts: Facts) -> OrderState:
    state = without_tasks(without_windows(state, facts["n"]), facts.get("closed") or ())
    return with_work(_with_round(state, facts["n"], facts["round"]), facts)


def _with_round(state: OrderState, n: Any, round_: Any, held: Any = None) -> OrderState:
    """An activity's round, with what could be brought back where a verdict can be taken back."""
    record = state.activities.get(str(n), {})
    more = {"held": held} if held is not None or "held" in record else {}
    return activity(state, n, round=round_, **more)


@on("approval.verdict")
def _approval_verdict(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    steps = []
    for step in record["round"]["steps"]:
        if step["id"] == facts["step"] and facts["verdict"] != "ask":
            names = ("by", "for", "verdict", "comment", "at", "weight", "task")
            vote = {name: facts.get(name) for name in names}
            vote = {name: value for name, value in vote.items() if value is not None}
            step = {**step, "verdicts": [*step.get("verdicts", ()), vote]}
        status = (facts.get("statuses") or {}).get(step["id"])
        if status:
            step = {**step, "status": status}
        steps.append(_assigned(step, facts))
    content = facts.get("content") or record["round"].get("content")
    round_ = {**record["round"], "steps": steps, "content": content}
    state = without_tasks(activity(state, facts["n"], round=round_), facts.get("closed") or ())
    if facts.get("held"):
        held = {**(record.get("held") or {}), facts["step"]: facts["held"]}
        state = activity(state, facts["n"], held=held)
    if facts["verdict"] != "ask" and state.tasks.get(str(facts["task"]), {}).get("assignee"):
        state = task(state, facts["task"], assignee=None)  # others may vote too
    return with_work(state, facts)


def _assigned(step: Mapping[str, Any], facts: Facts) -> Mapping[str, Any]:
    """A step of a round that opens, with those who are asked."""
    assigned = (facts.get("assigned") or {}).get(step["id"])
    if assigned is None:
        return step
    return {**step, "status": "open", "principals": assigned}


@on("approval.settled")
def _approval_settled(state: OrderState, facts: Facts) -> OrderState:
    round_ = state.activities[str(facts["n"])]["round"]
    steps = [_assigned(step, facts) for step in round_["steps"]]
    return with_work(_with_round(state, facts["n"], {**round_, "steps": steps}), facts)


@on("approval.undone")
def _approval_undone(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    steps, place = [], facts["step"]
    for step in record["round"]["steps"]:
        if step["id"] == place:
            left = [vote for vote in step["verdicts"] if not _is_undone(vote, facts)]
            step = {**step, "verdicts": left, "status": facts["status"]}
        steps.append(step)
    held = {key: value for key, value in (record.get("held") or {}).items() if key != place}
    round_ = {**record["round"], "steps": steps}
    state = _with_round(state, facts["n"], round_, held or None)
    if facts["status"] == "open":
        state = without_windows(state, facts["n"], place)
    return with_work(state, facts)


def _is_undone(vote: Mapping[str, Any], facts: Facts) -> bool:
    return bool(vote.get("task") == facts["task"] and vote["by"] == facts["by"])


@on("approval.extended")
def _approval_extended(state: OrderState, facts: Facts) -> OrderState:
    round_ = state.activities[str(facts["n"])]["round"]
    steps = [*round_["steps"], facts["added"]]
    return with_work(activity(state, facts["n"], round={**round_, "steps": steps}), facts)


@on("task.reassigned")
def _task_reassigned(state: OrderState, facts: Facts) -> OrderState:
    record = state.tasks[str(facts["n"])]
    if facts.get("principals") is not None:
        state = _changed_step(state, record, principals=facts["principals"])
    return task(state, facts["n"], **{"for": facts["for"], "assignee": None})


@on("task.delegated")
def _task_delegated(state: OrderState, facts: Facts) -> OrderState:
    record = state.tasks[str(facts["n"])]
    round_ = state.activities[str(record["activity"])]["round"]
    step = next(each for each in round_["steps"] if each["id"] == record["id"])
    deputies = {**step.get("deputies", {}), facts["to"]: facts["for"]}
    state = _changed_step(state, record, deputies=deputies)
    asked = [*record["for"], f"u:{facts['to']}"]
    return task(state, facts["n"], **{"for": asked, "assignee": None})


def _changed_step(state: OrderState, record: Mapping[str, Any], **changes: Any) -> OrderState:
    """The state with changes to the step of a round that a task stands for."""
    round_ = state.activities[str(record["activity"])]["round"]
    steps = [
        {**step, **changes} if step["id"] == record["id"] else step for step in round_["steps"]
    ]
    return activity(state, record["activity"], round={**round_, "steps": steps})


@on("approval.closed")
def _approval_closed(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    ended = {"outcome": facts["outcome"], "at": facts["at"]}
    line, before = facts.get("line"), state.approvals.get(facts["id"], {})
    kept: Mapping[str, Any] = {**ended, "lines": before.get("lines", {})}
    if "content" in facts:
        kept = {**ended, "content": facts["content"], "round": record.get("round")}
    if facts.get("withdrawn"):
        kept = {**kept, "withdrawn": facts["withdrawn"]}
    if line is not None:
        kept = {**ended, "lines": {**before.get("lines", {}), line: kept}}
    state = state.but(approvals={**state.approvals, facts["id"]: kept})
    tasks = [k for k, t in state.tasks.items() if str(t.get("activity")) == str(facts["n"])]
    state = without_windows(_with_round(state, facts["n"], None), facts["n"])
    return without_tasks(state, tasks)


@on("approval.voided")
def _approval_voided(state: OrderState, facts: Facts) -> OrderState:
    if not facts.get("late"):
        voided = {"tasks": facts.get("closed") or [], "fields": facts.get("fields") or []}
        state = activity(state, facts["n"], voided=voided)
        return without_tasks(state, facts.get("closed") or ())
    kept = {**state.approvals[facts["id"]], "outcome": "voided"}
    return state.but(approvals={**state.approvals, facts["id"]: kept})
