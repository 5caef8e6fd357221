"""Verdicts on an approval's task, and what follows from them in the same step (language 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy, Round
from orderloom.platform.engine import taking_back
from orderloom.platform.engine.approval_ends import close, policy_of
from orderloom.platform.engine.approving import Work, plan
from orderloom.platform.engine.open_tasks import acting_for
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.tasks import offer
from orderloom.platform.engine.voiding import begin_anew, content_of, scope_of
from orderloom.platform.problem import Rejection


def voter(step: Step) -> approvals.Voter:
    """Who votes, with the principals and the weight of the one for whom they do. What a word weighs
    the directory says (`weight`, a whole number)."""
    actor = step.context.actor
    named = acting_for(step) or actor
    weight = named.attributes.get("weight")
    known = isinstance(weight, int) and not isinstance(weight, bool) and weight > 0
    return approvals.Voter(
        id=actor.id,
        principals=named.principals(),
        weight=int(weight or 1) if known else 1,
        stands_in=frozenset(actor.in_place_of),
    )


def given_for(step: Step, round_: Round, id_: str) -> str | None:
    """For whom the actor votes: the one for whom they stand in, or who delegated this verdict."""
    other = step.context.on_behalf_of
    if other is not None and other != step.context.actor.id:
        return other
    place = round_.step(id_)
    return place.deputies.get(step.context.actor.id) if place is not None else None


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
        for_=given_for(step, before, record["id"]),
        task=int(task),
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


def expire(step: Step, timer: Mapping[str, Any]) -> None:
    """Nobody has decided a step in time: its policy's verdict decides it."""
    task, verdict = str(timer["task"]), str(timer["verdict"])
    record = step.state.tasks.get(task)
    if record is None:
        return
    n = str(record["activity"])
    policy, _ = policy_of(step, n)
    before = Round.from_json(step.state.activities[n]["round"])
    by = step.context.actor.id
    after = approvals.expire(
        before, step=record["id"], verdict=verdict, by=by, at=step.at, task=int(task)
    )
    if after is not before:
        _follow(step, n, task, policy, before, after, verdict, None, expired=True)


def _follow(
    step: Step,
    n: str,
    task: str,
    policy: Policy,
    before: Round,
    after: Round,
    verdict: str,
    comment: str | None,
    expired: bool = False,
) -> None:
    if policy.undo is not None:
        _Verdict(step, n, task, policy, before, after, expired=expired).record(verdict, comment)
        if not taking_back.waits(step, n):
            go_on(step, n)
        return
    work = _next(step, n, policy, after)
    after = work.round or after
    _Verdict(step, n, task, policy, before, after, work, expired).record(verdict, comment)
    _conclude(step, n, policy, after, work)


def go_on(step: Step, n: str) -> None:
    """What follows once verdicts can no longer be taken back: others are asked, or it ends."""
    record = step.state.activities.get(n)
    if record is None or record["status"] != "running" or not record.get("round"):
        return
    policy, activity = policy_of(step, n)
    round_ = Round.from_json(record["round"])
    work = _next(step, n, policy, round_)
    if work.assigned or record.get("held"):
        step.emit(
            "approval.settled",
            n=int(n),
            id=activity.id,
            line=record.get("line"),
            assigned=work.assigned or None,
            tasks=work.tasks or None,
            timers=work.timers or None,
        )
        offer(step, work.tasks)
    _conclude(step, n, policy, work.round or round_, work)


def _next(step: Step, n: str, policy: Policy, round_: Round) -> Work:
    """Opens the steps whose turn has come, if the round is not decided; `Work.round` is the round
    after that."""
    scope = scope_of(step, n)
    work = Work(step, n, scope)
    open_ = approvals.outcome(policy, round_) is None
    if open_ and any(not _is_open(step, n, id_) for id_ in approvals.current(round_)):
        plans = plan(step, policy, scope, policy_of(step, n)[1].path, told=round_)
        work = Work(step, n, scope)
        work.round = work.open_current(policy, plans, round_)
    return work


def _conclude(step: Step, n: str, policy: Policy, round_: Round, work: Work) -> None:
    decided = approvals.outcome(policy, round_)
    stuck = work.unassignable or next(iter(approvals.unassignable(policy, round_)), None)
    if decided is not None:
        close(step, n, decided, round_.content)
    elif stuck is not None:
        close(step, n, "unassignable", round_.content, step_id=stuck)


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
        expired: bool = False,
    ) -> None:
        self.step = step
        self.n = n
        self.task = task
        self.policy = policy
        self.before = before
        self.after = after
        self.work = work
        self.expired = expired

    def record(self, verdict: str, comment: str | None) -> None:
        step, work = self.step, self.work
        _, activity = policy_of(step, self.n)
        id_ = step.state.tasks[self.task]["id"]
        tasks = work.tasks if work is not None else {}
        closed, statuses = self._closed(), _statuses(self.before, self.after)
        decides = statuses or approvals.unassignable(self.policy, self.after)
        back = taking_back.window(step, self.policy, self.n, id_, closed) if decides else {}
        step.emit(
            "approval.verdict",
            {"for": given_for(step, self.before, id_)},
            n=int(self.n),
            id=activity.id,
            step=id_,
            task=int(self.task),
            by=step.context.actor.id,
            verdict=verdict,
            comment=comment,
            expired=self.expired or None,
            weight=self._weight(id_),
            progress=_progress(self.after, id_),
            line=step.state.activities[self.n].get("line"),
            statuses=statuses or None,
            assigned=(work.assigned or None) if work is not None else None,
            tasks=tasks or None,
            timers=back.get("timers") or ((work.timers or None) if work is not None else None),
            held=back.get("held"),
            closed=closed or None,
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
