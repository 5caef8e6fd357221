"""Approvals inside an order (language 6): rounds, verdicts, voiding. The rules of voting are
`orderloom.approvals`; here they become events, tasks and outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy, Round, StepPlan
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.actions import evaluate_decision
from orderloom.platform.engine.finish import announce_done, end_activity
from orderloom.platform.engine.people import principals
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.spans import parse_span
from orderloom.platform.engine.step import BlockError, Internal, Step, iso
from orderloom.platform.engine.tasks import task_timers
from orderloom.platform.problem import Rejection
from orderloom.rules import Expression, to_json


def policy_of(step: Step, n: str) -> tuple[Policy, m.Activity]:
    """The approval's definition and the activity it stands in."""
    record = step.state.activities[n]
    activity = step.release.process.stages[record["stage"]].do[record["i"]]
    assert isinstance(activity.what, m.ApprovalActivity)
    return step.release.approvals[activity.what.approval], activity


def start(step: Step, n: str, scope: Scope) -> None:
    """Opens a round: who has to approve is worked out now, and recorded with the reasons."""
    policy, activity = policy_of(step, n)
    content = approvals.content_digest(policy, step.state.data)
    earlier = step.state.approvals.get(activity.id)
    if earlier and earlier["outcome"] == "approved" and earlier["content"] == content:
        _close(step, n, "approved", content, standing=True)
        return
    plans = plan(step, policy, scope, activity.path)
    round_ = approvals.open_round(plans, content=content, requester=step.state.requester)
    if earlier and earlier.get("round") and earlier["content"] == content:
        round_ = approvals.carry_over(round_, Round.from_json(earlier["round"]))
    _open(step, n, policy, plans, round_, scope)


def plan(step: Step, policy: Policy, scope: Scope, place: str) -> tuple[StepPlan, ...]:
    """The steps that apply now, with the reason for each."""
    rows = None
    if policy.matrix is not None:
        result, matched = evaluate_decision(step, policy.matrix, scope, place)
        rows = _matrix_rows(result.outputs, matched)
        version = step.release.versions.get(("decision", policy.matrix))
        step.emit(
            "decided",
            trace=result.trace,
            decision=policy.matrix,
            **{"def": version.reference if version else None},
            **{"in": to_json(result.trace.get("inputs")), "rows": matched or None},
            how=result.trace.get("how"),
            out=to_json(result.outputs),
        )

    def evaluate(expression: Expression) -> Any:
        return step.value(m.Code(expression, f"approvals.{policy.id}"), scope)

    return approvals.plan(policy, evaluate, rows)


def _matrix_rows(outputs: Any, matched: Sequence[str]) -> list[dict[str, Any]]:
    rows = outputs if isinstance(outputs, list) else [outputs] if outputs else []
    return [
        {**to_json(row), "rule": matched[i] if i < len(matched) else str(i + 1)}
        for i, row in enumerate(rows)
    ]


def _open(
    step: Step,
    n: str,
    policy: Policy,
    plans: Sequence[StepPlan],
    round_: Round,
    scope: Scope,
    closed: Sequence[int] = (),
) -> None:
    decided = approvals.outcome(policy, round_)
    work = _Work(step, n, scope, closed)
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
    if decided is not None:
        _close(step, n, decided, round_.content)
    elif work.unassignable:
        _close(step, n, "unassignable", round_.content, step_id=work.unassignable)


class _Work:
    """Tasks and clocks for the steps that open together."""

    def __init__(self, step: Step, n: str, scope: Scope, closed: Sequence[int] = ()) -> None:
        self.step = step
        self.n = n
        self.scope = scope
        self.number = step.number()
        self.tasks: dict[str, Any] = {}
        self.timers: dict[str, Any] = {}
        self.assigned: dict[str, list[str]] = {}
        self.unassignable: str | None = None

    def open_current(self, policy: Policy, plans: Sequence[StepPlan], round_: Round) -> Round:
        """Resolves people and makes a task for each step whose turn it is."""
        by_id = {one.id: one for one in plans}
        for id_ in approvals.current(round_):
            who = self._people(policy, by_id[id_])
            round_ = approvals.assign(round_, id_, tuple(who))
            self.assigned[id_] = who
            if not who or id_ in approvals.unassignable(policy, round_):
                self.unassignable = id_
                continue
            self._task(policy, by_id[id_], who)
        return round_

    def _people(self, policy: Policy, one: StepPlan) -> list[str]:
        people = _people(one, f"approvals.{policy.id}.{one.id}")
        found = principals(self.step, people, self.scope)
        barred = f"u:{self.step.state.requester}"
        if policy.separation.requester:
            found = [name for name in found if name != barred]
        return found

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
        }
        if one.edit:
            record["fields"] = list(one.edit)
        if one.due:
            record["due"] = iso(step.later(step.now, parse_span(one.due)))
        self.tasks[str(task)] = {k: v for k, v in record.items() if v is not None}
        escalate = one.escalate
        to: list[str] = []
        if escalate is not None:
            place = f"approvals.{policy.id}.{one.id}.escalate"
            to = principals(step, _specs(escalate.to, place), self.scope)
        clocks = task_timers(
            step,
            task,
            step.state.activities[self.n]["stage"],
            remind=[parse_span(span) for span in one.remind],
            escalate=parse_span(escalate.after) if escalate else None,
            to=to,
            first=self.number,
        )
        self.timers.update(clocks)
        self.number += len(clocks)


def _people(one: StepPlan, place: str) -> tuple[m.People, ...]:
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


def cast(
    step: Step,
    task: str,
    *,
    verdict: str,
    comment: str | None,
    changed: bool = False,
) -> Rejection | None:
    """A verdict on an approval's task; what follows from it happens in the same step."""
    record = step.state.tasks[task]
    n = str(record["activity"])
    policy, activity = policy_of(step, n)
    actor = step.context.actor
    before = Round.from_json(step.state.activities[n]["round"])
    if changed:
        before = before.with_content(approvals.content_digest(policy, step.state.data))
    after = approvals.cast(
        policy,
        before,
        step=record["id"],
        by=approvals.Voter(actor.id, actor.principals()),
        verdict=verdict,
        comment=comment,
        at=step.at,
        for_=step.context.on_behalf_of,
    )
    if isinstance(after, Rejection):
        return after
    _record_verdict(step, n, task, policy, activity, before, after, verdict, comment)
    return None


def _record_verdict(
    step: Step,
    n: str,
    task: str,
    policy: Policy,
    activity: m.Activity,
    before: Round,
    after: Round,
    verdict: str,
    comment: str | None,
) -> None:
    scope = _scope_of(step, n, activity)
    statuses = _statuses(before, after)
    work = _Work(step, n, scope)
    decided = approvals.outcome(policy, after)
    if decided is None:
        opened = approvals.current(after)
        fresh = [id_ for id_ in opened if not _is_open(step, n, id_)]
        if fresh:
            plans = plan(step, policy, scope, activity.path)
            after = work.open_current(policy, plans, after)
            statuses |= _statuses(before, after)
    closed = [
        int(key)
        for key, other in step.state.tasks.items()
        if str(other.get("activity")) == n and _no_longer_open(after, other["id"])
    ]
    record = step.state.tasks[task]
    step.emit(
        "approval.verdict",
        n=int(n),
        id=activity.id,
        step=record["id"],
        task=int(task),
        by=step.context.actor.id,
        **{"for": step.context.on_behalf_of},
        verdict=verdict,
        comment=comment,
        progress=_progress(after, record["id"]),
        statuses=statuses or None,
        assigned=work.assigned or None,
        content=after.content if after.content != before.content else None,
        tasks=work.tasks or None,
        timers=work.timers or None,
        closed=closed or None,
    )
    if decided is not None:
        _close(step, n, decided, after.content)
    elif work.unassignable:
        _close(step, n, "unassignable", after.content, step_id=work.unassignable)


def _is_open(step: Step, n: str, id_: str) -> bool:
    return any(
        task["kind"] == "approval" and str(task["activity"]) == n and task["id"] == id_
        for task in step.state.tasks.values()
    )


def _statuses(before: Round, after: Round) -> dict[str, str]:
    old = {one.id: one.status for one in before.steps}
    return {one.id: one.status for one in after.steps if one.status != old.get(one.id)}


def _no_longer_open(round_: Round, id_: str) -> bool:
    return any(one.id == id_ and one.status != "open" for one in round_.steps)


def _progress(round_: Round, id_: str) -> list[int]:
    for one in round_.steps:
        if one.id == id_:
            good = sum(1 for vote in one.verdicts if vote["verdict"] == "approve")
            return [good, one.needed or good]
    return []


def _scope_of(step: Step, n: str, activity: m.Activity) -> Scope:
    record = step.state.activities[n]
    scope = step.scope(None, record["stage"])
    if activity.each is not None and "item" in record:
        return scope.with_names({activity.each.variable: record["item"]})
    return scope


def _close(
    step: Step,
    n: str,
    outcome: str,
    content: str,
    *,
    standing: bool = False,
    step_id: str | None = None,
) -> None:
    record = step.state.activities[n]
    step.emit(
        "approval.closed",
        n=int(n),
        id=record["id"],
        approval=_approval_id(step, n),
        outcome=outcome,
        content=content,
        standing=standing or None,
        step=step_id,
    )
    name = f"approval.{outcome}.{record['id']}"
    event = {
        "name": name,
        "time": step.now,
        "outcome": outcome,
        "reason": _last_comment(record),
        "item": record.get("item"),
        "activity": int(n),
    }
    end_activity(step, n, "done" if outcome == "approved" else "failed", record=event, quiet=True)
    step.queue.append(Internal(name, event))
    if outcome == "approved":
        announce_done(step, record["stage"], event)


def _approval_id(step: Step, n: str) -> str:
    policy, _ = policy_of(step, n)
    return policy.id


def _last_comment(record: Mapping[str, Any]) -> str | None:
    votes = [v for one in (record.get("round") or {}).get("steps", ()) for v in one["verdicts"]]
    return max(votes, key=lambda vote: str(vote.get("at"))).get("comment") if votes else None


def withdraw(step: Step, n: str) -> None:
    """The requester takes the request back."""
    record = step.state.activities[n]
    _close(step, n, "withdrawn", record["round"]["content"])


def follow_data(step: Step) -> bool:
    """Voids approvals whose material content is no longer what was judged."""
    changed = False
    for n, record in list(step.state.activities.items()):
        if record["kind"] == "approval" and record["status"] == "running" and record.get("round"):
            changed |= _void_running(step, n, record)
    for id_, kept in list(step.state.approvals.items()):
        if kept["outcome"] == "approved":
            changed |= _void_late(step, id_, kept)
    return changed


def _void_running(step: Step, n: str, record: Mapping[str, Any]) -> bool:
    policy, activity = policy_of(step, n)
    content = approvals.content_digest(policy, step.state.data)
    if content == record["round"]["content"]:
        return False
    tasks = [int(k) for k, t in step.state.tasks.items() if str(t.get("activity")) == n]
    fields = _material(step, policy)
    step.emit(
        "approval.voided", n=int(n), id=activity.id, approval=policy.id, fields=fields, closed=tasks
    )
    scope = _scope_of(step, n, activity)
    plans = plan(step, policy, scope, activity.path)
    fresh = approvals.open_round(plans, content=content, requester=step.state.requester)
    _open(step, n, policy, plans, fresh, scope)
    return True


def _void_late(step: Step, id_: str, kept: Mapping[str, Any]) -> bool:
    policy = _policy_by_activity(step, id_)
    if policy is None or any(
        a["id"] == id_ and a["kind"] == "approval" and a["status"] == "running"
        for a in step.state.activities.values()
    ):
        return False
    if approvals.content_digest(policy, step.state.data) == kept["content"]:
        return False
    fields = _material(step, policy)
    step.emit("approval.voided", id=id_, approval=policy.id, fields=fields, late=True)
    name = f"approval.voided.{id_}"
    step.queue.append(Internal(name, {"name": name, "time": step.now, "changed": fields}))
    return True


def _policy_by_activity(step: Step, id_: str) -> Policy | None:
    for stage in step.release.process.stages.values():
        for activity in stage.do:
            if activity.id == id_ and isinstance(activity.what, m.ApprovalActivity):
                return step.release.approvals[activity.what.approval]
    return None


def _material(step: Step, policy: Policy) -> list[str]:
    """The material fields that changed in this step, as dotted paths."""
    changed: list[str] = []
    for event in step.events:
        if event.type != "data.changed":
            continue
        for op in event.facts["patch"]:
            parts = [p for p in op["path"].split("/")[1:] if not p.isdigit() and p != "-"]
            path = ".".join(parts)
            for material in policy.material:
                touches = path == material or path.startswith(material + ".")
                if (touches or material.startswith(path + ".")) and material not in changed:
                    changed.append(material)
    return changed


def preview(step: Step, id_: str, scope: Scope) -> list[dict[str, Any]]:
    """Who would have to approve, and why, before anything is submitted."""
    policy = step.release.approvals[id_]
    found = []
    for one in plan(step, policy, scope, f"approvals.{id_}"):
        try:
            who = principals(step, _people(one, f"approvals.{id_}.{one.id}"), scope)
        except BlockError:
            who = []
        found.append({"step": one.id, "group": one.group, "for": who, "why": to_json(one.why)})
    return found
