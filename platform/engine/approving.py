"""Approvals inside an order (language 6): rounds are opened, people found, tasks offered.

The rules of voting are `orderloom.approvals`; here they become events, tasks and outcomes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy, Round, StepPlan
from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.spans import parse_span
from orderloom.platform.engine.actions import evaluate_decision
from orderloom.platform.engine.approval_ends import close, kept, policy_of, slot
from orderloom.platform.engine.people import principals
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.platform.engine.tasks import due_after, offer, task_timers
from orderloom.rules import Decision, Expression, to_json


def open_round(step: Step, n: str, scope: Scope, element: Any = None) -> None:
    """Opens a round: who has to approve is worked out now, and recorded with the reasons.

    `element`: the line that is judged, where an approval is per line.
    """
    policy, activity = policy_of(step, n)
    record = step.state.activities[n]
    content = approvals.content_digest(policy, step.state.data, to_json(element))
    earlier = kept(step, activity.id, slot(record))
    if earlier and earlier["outcome"] == "approved" and earlier["content"] == content:
        close(step, n, "approved", content, standing=True)
        return
    plans = plan(step, policy, scope, activity.path)
    round_ = approvals.open_round(plans, content=content, requester=step.state.requester)
    if earlier and earlier.get("round") and earlier["content"] == content:
        before = Round.from_json(earlier["round"])
        round_ = approvals.carry_over(approvals.with_added(round_, before), before)
    open_steps(step, n, policy, plans, round_, scope)


def plan(
    step: Step, policy: Policy, scope: Scope, place: str, *, told: Round | None = None
) -> tuple[StepPlan, ...]:
    """The steps that apply now, with the reason for each. `told`: the round whose steps a matrix
    has named already; where it names the same ones again, that is no entry of its own."""
    rows: list[dict[str, Any]] | None = None
    facts: dict[str, Any] = {}
    trace: Mapping[str, Any] | None = None
    if policy.matrix is not None:
        result, matched = evaluate_decision(step, policy.matrix, scope, place)
        inputs = to_json(result.trace.get("inputs"))
        cells = limits(step.release.decisions[policy.matrix])
        rows = _matrix_rows(result.outputs, matched, inputs, cells)
        trace = result.trace
        facts = {
            **step.decided_by(policy.matrix),
            "in": inputs,
            "decision": policy.matrix,
            "rows": matched or None,
            "how": trace.get("how"),
            "out": to_json(result.outputs),
        }
        if told is None:
            step.emit("decided", facts, trace=trace)

    def evaluate(expression: Expression) -> Any:
        return step.value(m.Code(expression, f"approvals.{policy.id}"), scope)

    try:
        plans = approvals.plan(policy, evaluate, rows)
    except ValueError as error:
        raise BlockError("evaluation", str(error), place, approval=policy.id) from error
    if facts and told is not None and not _names(told, plans):
        step.emit("decided", facts, trace=trace)
    return plans


def _names(round_: Round, plans: Sequence[StepPlan]) -> bool:
    """Whether the round has the steps of the plan, and no others but those that people added."""
    there = {(s.id, s.group, s.mode, s.number) for s in round_.steps if s.added is None}
    return there == {(one.id, one.group, one.mode.kind, one.mode.number) for one in plans}


def _matrix_rows(
    outputs: Any, matched: Sequence[str], inputs: Any, cells: Mapping[str, Any]
) -> list[dict[str, Any]]:
    rows = outputs if isinstance(outputs, list) else [outputs] if outputs else []
    found = []
    for i, row in enumerate(rows):
        rule = matched[i] if i < len(matched) else str(i + 1)
        why = {"rule": rule, "values": inputs, "limits": cells.get(rule)}
        found.append({**to_json(row), **why})
    return found


def limits(decision: Decision) -> dict[str, dict[str, str]]:
    """Row → column → what the cell compares with, as written; cells that say nothing left out."""
    table = decision.table
    if table is None:
        return {}
    names = [column.name for column in table.inputs]
    return {
        row.id: {
            name: cell.text for name, cell in zip(names, row.cells, strict=True) if cell is not None
        }
        for row in table.rows
    }


def open_steps(
    step: Step,
    n: str,
    policy: Policy,
    plans: Sequence[StepPlan],
    round_: Round,
    scope: Scope,
    closed: Sequence[int] = (),
) -> None:
    decided = approvals.outcome(policy, round_)
    work = Work(step, n, scope, closed)
    if decided is None:
        round_ = work.open_current(policy, plans, round_)
    step.emit(
        "approval.opened",
        n=int(n),
        id=step.state.activities[n]["id"],
        approval=policy.id,
        round=to_json(round_.to_json()),
        tasks=work.tasks or None,
        timers=work.timers or None,
        closed=list(closed) or None,
    )
    offer(step, work.tasks)
    if decided is not None:
        close(step, n, decided, round_.content)
    elif work.unassignable:
        close(step, n, "unassignable", round_.content, step_id=work.unassignable)


class Work:
    """Tasks and clocks for the steps that open together. `closed`: tasks that end as they open."""

    def __init__(self, step: Step, n: str, scope: Scope, closed: Sequence[int] = ()) -> None:
        self.closed = {str(key) for key in closed}
        self.step = step
        self.n = n
        self.scope = scope
        self.number = step.number()
        self.tasks: dict[str, Any] = {}
        self.timers: dict[str, Any] = {}
        self.assigned: dict[str, list[str]] = {}
        self.unassignable: str | None = None
        self.round: Round | None = None

    def open_current(self, policy: Policy, plans: Sequence[StepPlan], round_: Round) -> Round:
        """Resolves people and makes a task for each step whose turn it is."""
        by_id = {one.id: one for one in plans}
        for id_ in approvals.current(round_):
            step = round_.step(id_)
            one = by_id.get(id_)
            if one is None and step is not None and step.added is not None:
                group, added = step.group, step.added
                one = approvals.plan_of_added(policy, id_, group=group, added=added)
            one = one or approvals.plan_as_opened(policy, id_)
            if one is None:
                self.unassignable = id_
            elif not self._is_open(id_):
                round_ = self.open_step(policy, one, round_)
        return round_

    def open_step(self, policy: Policy, one: StepPlan, round_: Round) -> Round:
        """Resolves the people of one step and makes its task."""
        who = asked_of(self.step, policy, one, self.scope)
        round_ = approvals.assign(round_, one.id, tuple(who))
        self.assigned[one.id] = who
        if not who or one.id in approvals.unassignable(policy, round_):
            self.unassignable = one.id
        else:
            self._task(policy, one, who)
        return round_

    def _is_open(self, id_: str) -> bool:
        """Whether the step is asked already (`approvals.current` names those too)."""
        return any(
            task["kind"] == "approval" and str(task["activity"]) == self.n and task["id"] == id_
            for key, task in self.step.state.tasks.items()
            if key not in self.closed
        )

    def _task(self, policy: Policy, one: StepPlan, who: list[str]) -> None:
        step, task = self.step, self.number
        self.number += 1
        record: dict[str, Any] = {
            "kind": "approval",
            "id": one.id,
            "activity": int(self.n),
            "approval": policy.id,
            "title": one.title,
            "for": who,
            "why": to_json(one.why),
            "opened": step.at,
            "key": self.step.state.activities[self.n].get("line"),
        }
        if one.edit:
            record["fields"] = list(one.edit)
        if one.due:
            record |= due_after(step, parse_span(one.due))
        self.tasks[str(task)] = {k: v for k, v in record.items() if v is not None}
        escalate, expire = one.escalate, one.expire
        to: list[str] = []
        if escalate is not None:
            to = escalated_to(step, policy, one, self.scope)
        clocks = task_timers(
            step,
            task,
            step.state.activities[self.n]["stage"],
            remind=[parse_span(span) for span in one.remind],
            escalate=parse_span(escalate.after) if escalate else None,
            to=to,
            expire=(parse_span(expire.after), expire.verdict) if expire else None,
            first=self.number,
        )
        self.timers.update(clocks)
        self.number += len(clocks)


def escalated_to(step: Step, policy: Policy, one: StepPlan, scope: Scope) -> list[str]:
    """The principals that a step's escalation asks besides."""
    if one.escalate is None:
        return []
    place = f"approvals.{policy.id}.{one.id}.escalate"
    return principals(step, _specs(one.escalate.to, place), scope)


def asked_of(step: Step, policy: Policy, one: StepPlan, scope: Scope) -> list[str]:
    """The principals that a step asks, without those whom separation of duties keeps away."""
    people = people_of(one, f"approvals.{policy.id}.{one.id}")
    # Who all must agree, or how many per hundred, has to be known one by one.
    counted = one.mode.kind in ("all", "percent")
    found = principals(step, people, scope, one_by_one=counted)
    barred = f"u:{step.state.requester}"
    return [name for name in found if name != barred or not policy.separation.requester]


def people_of(one: StepPlan, place: str) -> tuple[m.People, ...]:
    return _specs(one.people, place)


def _specs(specs: Sequence[Any], place: str) -> tuple[m.People, ...]:
    def code(expression: Expression | None) -> m.Code | None:
        return m.Code(expression, place) if expression is not None else None

    return tuple(
        m.People(
            role=spec.role,
            unit=spec.unit,
            where=code(spec.where),
            users=code(spec.users),
            manager_of=code(spec.manager_of),
            level=spec.level,
        )
        for spec in specs
    )
