"""Who will have to approve, and why, as an order stands (language 6): what runs, what was decided,
and what may still come. Reads, never changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orderloom.approvals import Policy, Round, StepPlan
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.actions import elements, evaluate_decision
from orderloom.platform.engine.approval_lines import lines_of, scope_of_line
from orderloom.platform.engine.approving import asked_of, plan
from orderloom.platform.engine.defaulting import with_defaults
from orderloom.platform.engine.outcome import Context
from orderloom.platform.engine.results import actions_of
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import BlockError, Step
from orderloom.platform.engine.step_clocks import clocks_ahead, clocks_running
from orderloom.platform.engine.voiding import scope_of
from orderloom.rules import to_json

Found = dict[str, Any]


def foresee(release: m.Release, state: OrderState, context: Context) -> list[Found]:
    """A record for each step of each approval: `{approval title activity stage state key step level
    mode number status for why verdicts}`, in document order; of a step that is not decided also
    `within due escalate` (`step_clocks`), as if it were opened now where it is not open.

    `state`: `running`, `ahead` (the order may still come to it), or an outcome. Where what decides
    about the steps is not known yet, there is one record with `unknown`, the reason.
    """
    found: list[Found] = []
    ahead = reachable(release.process, state)
    for stage in release.process.stages.values():
        for activity in stage.do:
            if not isinstance(activity.what, m.ApprovalActivity):
                continue
            policy = release.approvals[activity.what.approval]
            step = Step(release, state, context)
            running = _running(state, stage.id, activity.id)
            if running:
                found += [one for n in running for one in _of_round(step, n, policy)]
            elif activity.id in state.approvals and state.status != "draft":
                found += _of_kept(state, policy, activity, stage.id)
            elif stage.id in ahead and state.status != "ended":
                found += _ahead(step, policy, activity, stage.id)
    return found


def afresh(release: m.Release, state: OrderState, context: Context, approval: str) -> list[Found]:
    """What an approval would ask if the order came to it now, whatever of it runs or was decided:
    records as `foresee` gives them, all `ahead`, for each activity that asks it."""
    step = Step(release, state, context)
    found: list[Found] = []
    for stage in release.process.stages.values():
        for activity in stage.do:
            if not isinstance(activity.what, m.ApprovalActivity):
                continue
            policy = release.approvals[activity.what.approval]
            if policy.id == approval:
                found += _ahead(step, policy, activity, stage.id)
    return found


def decided_ahead(release: m.Release, state: OrderState, context: Context) -> OrderState:
    """The order with what its process will decide on its way (`decide … as`), as far as that can be
    told from what is known now; nothing is decided twice."""
    for stage in release.process.stages.values():
        for action in actions_of(stage):
            if action.each is not None or action.result is None or action.result in state.results:
                continue
            out = _decided(Step(release, state, context), action, stage.id)
            if out is not None:
                state = state.but(results={**state.results, action.result: out})
    return state


def _decided(step: Step, action: m.Action, stage: str) -> Any:
    if not isinstance(action.what, m.Decide):
        return None
    scope = step.scope(None, stage)
    try:
        names = {name: step.value(code, scope) for name, code in action.what.names}
        result, _ = evaluate_decision(
            step, action.what.decision, scope.with_names(names), action.path
        )
    except BlockError:
        return None
    return to_json(result.outputs)


def reachable(process: m.Process, state: OrderState) -> frozenset[str]:
    """The stages in which the order is, and those it may come to, whatever conditions say."""
    start = list(state.stages) or list(process.root.initial)
    found: set[str] = set()
    waiting = [*start, *(t for tr in _transitions(process.root) for t in tr.targets)]
    if not state.stages:
        waiting = start
    while waiting:
        id_ = waiting.pop()
        if id_ in found:
            continue
        found.add(id_)
        stage = process.stages[id_]
        first = stage.children if stage.kind == "parallel" else stage.initial
        waiting += [*first, *stage.ancestors]
        waiting += [target for one in _transitions(stage) for target in one.targets]
    return frozenset(found)


def _transitions(stage: m.Stage) -> Iterator[m.Transition]:
    for _, several in stage.on:
        yield from several
    yield from stage.always
    yield from stage.done or ()
    yield from stage.default
    for timer in stage.timers:
        yield from timer.transitions


def _running(state: OrderState, stage: str, id_: str) -> list[str]:
    return [
        n
        for n, record in state.activities.items()
        if record["kind"] == "approval"
        and (record["stage"], record["id"], record["status"]) == (stage, id_, "running")
        and record.get("round")
    ]


def _head(policy: Policy, activity: m.Activity, stage: str, state: str) -> Found:
    return {
        "approval": policy.id,
        "title": policy.title,
        "activity": activity.id,
        "stage": stage,
        "state": state,
    }


def _of_round(step: Step, n: str, policy: Policy) -> list[Found]:
    record = step.state.activities[n]
    activity = step.release.process.stages[record["stage"]].do[record["i"]]
    head = {**_head(policy, activity, record["stage"], "running"), "key": record.get("key")}
    scope = scope_of(step, n)
    try:
        plans = {one.id: one for one in plan(step, policy, scope, activity.path)}
    except BlockError:
        plans = {}
    whys = {
        task["id"]: task.get("why")
        for task in step.state.tasks.values()
        if task["kind"] == "approval" and str(task["activity"]) == n
    }
    found = []
    for one in Round.from_json(record["round"]).steps:
        planned = plans.get(one.id)
        asked = (
            sorted(one.asked) if one.status != "waiting" else _asked(step, policy, planned, scope)
        )
        why = whys.get(one.id) or (to_json(planned.why) if planned is not None else {})
        found.append(
            {
                **head,
                "step": one.id,
                "level": one.group,
                "mode": one.mode,
                "number": one.number,
                "status": one.status,
                "for": asked,
                "why": why,
                "verdicts": [dict(vote) for vote in one.verdicts],
                **_clocks(step, n, policy, one.id, one.status, planned, scope),
            }
        )
    return found


def _of_kept(state: OrderState, policy: Policy, activity: m.Activity, stage: str) -> list[Found]:
    kept = state.approvals[activity.id]
    rounds = {None: kept, **(kept.get("lines") or {})}
    found = []
    for line, one in rounds.items():
        head = {**_head(policy, activity, stage, str(one["outcome"])), "key": line}
        for done in (one.get("round") or {}).get("steps", ()):
            found.append(
                {
                    **head,
                    "step": done["id"],
                    "level": done["group"],
                    "mode": done["mode"],
                    "number": done["number"],
                    "status": done["status"],
                    "for": list(done["principals"]),
                    "why": {},
                    "verdicts": list(done["verdicts"]),
                }
            )
    return found


def _ahead(step: Step, policy: Policy, activity: m.Activity, stage: str) -> list[Found]:
    head = _head(policy, activity, stage, "ahead")
    scope = step.scope(None, stage)
    try:
        found = []
        for inner in _elements(step, activity, scope):
            if not step.holds_true(activity.condition, inner):
                continue
            for key, within in _lines(step, policy, activity, inner):
                for one in plan(step, policy, within, activity.path):
                    found.append({**head, "key": key, **_planned(step, policy, one, within)})
    except BlockError as error:
        return [{**head, "step": "", "unknown": str(error), "for": [], "why": {}}]
    return found


def _elements(step: Step, activity: m.Activity, scope: Scope) -> Sequence[Scope]:
    if activity.each is None:
        return [scope]
    variable = activity.each.variable
    return [scope.with_names({variable: one}) for one in elements(step, activity.each, scope)]


def _lines(
    step: Step, policy: Policy, activity: m.Activity, scope: Scope
) -> list[tuple[str | None, Scope]]:
    if policy.for_each is None:
        return [(None, scope)]
    lines = lines_of(step, policy, activity, scope)
    return [(key, scope_of_line(policy, scope, line)) for key, line in lines.items()]


def _planned(step: Step, policy: Policy, one: StepPlan, scope: Scope) -> Found:
    return {
        "step": one.id,
        "level": one.group,
        "mode": one.mode.kind,
        "number": one.mode.number,
        "status": "ahead",
        "for": _asked(step, policy, one, scope),
        "why": to_json(one.why),
        "verdicts": [],
        **clocks_ahead(step, policy, one, scope),
    }


def _clocks(
    step: Step,
    n: str,
    policy: Policy,
    id_: str,
    status: str,
    planned: StepPlan | None,
    scope: Scope,
) -> Found:
    """Nothing of a step that is decided."""
    if status == "open":
        return clocks_running(step.state, n, id_, planned)
    return clocks_ahead(step, policy, planned, scope) if status == "waiting" else {}


def _asked(step: Step, policy: Policy, one: StepPlan | None, scope: Scope) -> list[str]:
    if one is None:
        return []
    try:
        return asked_of(step, policy, one, scope)
    except BlockError:
        return []


def blank(release: m.Release, data: Mapping[str, Any], context: Context) -> OrderState:
    """An order as it would begin with these data, which need not be complete."""
    state = OrderState(
        order=0,
        process=release.process.id,
        status="draft",
        requester=context.actor.id,
        channel=context.channel,
        data=with_defaults(
            release.form, data, release=release, now=context.now, actor=context.actor
        ),
    )
    step = Step(release, state, context)
    try:
        return state.but(data=step.computed(state.data, "preview"))
    except BlockError:
        return state
