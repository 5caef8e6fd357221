"""Verdicts on an approval's task, and what follows from them in the same step (language 6)."""

from __future__ import annotations

from orderloom import approvals
from orderloom.approvals import Policy, Round
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.approving import Work, close, plan, policy_of, scope_of
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.tasks import offer
from orderloom.platform.problem import Rejection


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
    scope = scope_of(step, n, activity)
    statuses = _statuses(before, after)
    work = Work(step, n, scope)
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
        {"for": step.context.on_behalf_of},
        n=int(n),
        id=activity.id,
        step=record["id"],
        task=int(task),
        by=step.context.actor.id,
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
    offer(step, work.tasks)
    if decided is not None:
        close(step, n, decided, after.content)
    elif work.unassignable:
        close(step, n, "unassignable", after.content, step_id=work.unassignable)


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
