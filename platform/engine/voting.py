"""Verdicts on an approval's task, and what follows from them in the same step (language 6)."""

from __future__ import annotations

from orderloom import approvals
from orderloom.approvals import Policy, Round
from orderloom.platform.engine.approval_ends import close, policy_of
from orderloom.platform.engine.approving import Work, plan
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.tasks import offer
from orderloom.platform.engine.voiding import begin_anew, content_of, scope_of
from orderloom.platform.problem import Rejection


def voter(step: Step) -> approvals.Voter:
    """Who votes. What their word weighs the directory says (`weight`, a whole number)."""
    actor = step.context.actor
    weight = actor.attributes.get("weight")
    known = isinstance(weight, int) and not isinstance(weight, bool) and weight > 0
    return approvals.Voter(actor.id, actor.principals(), int(weight or 1) if known else 1)


def cast(
    step: Step,
    task: str,
    *,
    verdict: str,
    comment: str | None,
    changed: bool = False,
) -> Rejection | None:
    """A verdict on an approval's task; what follows from it happens in the same step.

    `changed`: it came with changes, which are written. Who else voted, voted on something else.
    """
    record = step.state.tasks[task]
    n = str(record["activity"])
    policy, _ = policy_of(step, n)
    before = Round.from_json(step.state.activities[n]["round"])
    after = approvals.cast(
        policy,
        before,
        step=record["id"],
        by=voter(step),
        verdict=verdict,
        comment=comment,
        at=step.at,
        for_=step.context.on_behalf_of,
    )
    if isinstance(after, Rejection):
        return after
    if changed:
        scope = scope_of(step, n)
        content = content_of(step, n, scope)
        if content != before.content:
            _Verdict(step, n, task, policy, before, after).record(verdict, comment)
            begin_anew(step, n, content, scope, own=after.step(record["id"]))
            return None
    _follow(step, n, task, policy, before, after, verdict, comment)
    return None


def _follow(
    step: Step,
    n: str,
    task: str,
    policy: Policy,
    before: Round,
    after: Round,
    verdict: str,
    comment: str | None,
) -> None:
    scope = scope_of(step, n)
    work = Work(step, n, scope)
    decided = approvals.outcome(policy, after)
    if decided is None and any(not _is_open(step, n, id_) for id_ in approvals.current(after)):
        plans = plan(step, policy, scope, policy_of(step, n)[1].path)
        work = Work(step, n, scope)
        after = work.open_current(policy, plans, after)
    _Verdict(step, n, task, policy, before, after, work).record(verdict, comment)
    stuck = work.unassignable or next(iter(approvals.unassignable(policy, after)), None)
    if decided is not None:
        close(step, n, decided, after.content)
    elif stuck is not None:
        close(step, n, "unassignable", after.content, step_id=stuck)


class _Verdict:
    """The event of a verdict: from the round before to the round after it."""

    def __init__(
        self,
        step: Step,
        n: str,
        task: str,
        policy: Policy,
        before: Round,
        after: Round,
        work: Work | None = None,
    ) -> None:
        self.step = step
        self.n = n
        self.task = task
        self.policy = policy
        self.before = before
        self.after = after
        self.work = work

    def record(self, verdict: str, comment: str | None) -> None:
        step, work = self.step, self.work
        _, activity = policy_of(step, self.n)
        id_ = step.state.tasks[self.task]["id"]
        tasks = work.tasks if work is not None else {}
        step.emit(
            "approval.verdict",
            {"for": step.context.on_behalf_of},
            n=int(self.n),
            id=activity.id,
            step=id_,
            task=int(self.task),
            by=step.context.actor.id,
            verdict=verdict,
            comment=comment,
            weight=self._weight(id_),
            progress=_progress(self.after, id_),
            line=step.state.activities[self.n].get("line"),
            statuses=_statuses(self.before, self.after) or None,
            assigned=(work.assigned or None) if work is not None else None,
            tasks=tasks or None,
            timers=(work.timers or None) if work is not None else None,
            closed=self._closed() or None,
        )
        offer(step, tasks)

    def _weight(self, id_: str) -> int | None:
        one = self.after.step(id_)
        return one.verdicts[-1].get("weight") if one is not None and one.verdicts else None

    def _closed(self) -> list[int]:
        done = {one.id for one in self.after.steps if one.status != "open"}
        return [
            int(key)
            for key, other in self.step.state.tasks.items()
            if str(other.get("activity")) == self.n and other.get("step", other["id"]) in done
        ]


def _is_open(step: Step, n: str, id_: str) -> bool:
    return any(
        task["kind"] == "approval" and str(task["activity"]) == n and task["id"] == id_
        for task in step.state.tasks.values()
    )


def _statuses(before: Round, after: Round) -> dict[str, str]:
    old = {one.id: one.status for one in before.steps}
    return {one.id: one.status for one in after.steps if one.status != old.get(one.id)}


def _progress(round_: Round, id_: str) -> list[int]:
    one = round_.step(id_)
    if one is None:
        return []
    good = approvals.counted(one, "approve")
    return [good, one.needed or good]
