"""Where approvals stood at a moment: rounds as the entries tell them; nobody is asked anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderloom.audit.personal import SLOT
from orderloom.platform.app.reading import Seen
from orderloom.platform.app.view_approvers import views_of
from orderloom.platform.app.view_models import ApproverView
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import Context, OrderState
from orderloom.platform.engine.foreseeing import Found
from orderloom.platform.words.erased import erased_words


def approvals_then(seen: Seen) -> tuple[ApproverView, ...]:
    """The steps of rounds that ran or had ended, with the verdicts that stood."""

    def find(release: Release, state: OrderState, context: Context) -> list[Found]:
        return [_found(release, each, seen) for each in steps_of(state)]

    return views_of(seen, seen.release, seen.state, find)


def steps_of(state: OrderState) -> Iterator[dict[str, Any]]:
    """Each step of each round, running or ended: `{activity approval stage state key step}`."""
    for n, record in state.activities.items():
        if record["kind"] == "approval" and record.get("round"):
            of = {"n": n, "activity": record["id"], "stage": record["stage"], "state": "running"}
            for step in record["round"]["steps"]:
                yield {**of, "key": record.get("key"), "step": step}
    running = {record["id"] for record in state.activities.values() if record.get("round")}
    for id_, kept in state.approvals.items():
        rounds = {None: kept, **(kept.get("lines") or {})}
        for line, one in rounds.items():
            if line is None and id_ in running:
                continue
            of = {"activity": id_, "stage": "", "state": str(one["outcome"])}
            for step in (one.get("round") or {}).get("steps", ()):
                yield {**of, "key": line, "step": step}


def _found(release: Release, one: Mapping[str, Any], seen: Seen) -> Found:
    step, stage = one["step"], one["stage"]
    for each in release.process.stages.values():
        for activity in each.do:
            if activity.id == one["activity"]:
                stage = stage or each.id
                policy = release.approvals.get(str(getattr(activity.what, "approval", "")))
    task = _task(seen.state, one)
    return {
        "approval": policy.id if policy is not None else one["activity"],
        "title": policy.title if policy is not None else one["activity"],
        "activity": one["activity"],
        "stage": stage,
        "state": one["state"],
        "key": one["key"],
        "step": step["id"],
        "level": step.get("group", 0),
        "mode": step.get("mode", "any"),
        "number": step.get("number", 1),
        "status": step["status"],
        "for": list(task.get("for") or step.get("principals") or ()),
        "why": task.get("why") or step.get("why") or {},
        "verdicts": [_vote(vote, seen) for vote in step.get("verdicts", ())],
    }


def _task(state: OrderState, one: Mapping[str, Any]) -> Mapping[str, Any]:
    for task in state.tasks.values():
        if str(task.get("activity")) == one.get("n") and task["id"] == one["step"]["id"]:
            return task
    return {}


def _vote(vote: Mapping[str, Any], seen: Seen) -> dict[str, Any]:
    comment = vote.get("comment")
    if isinstance(comment, Mapping) and SLOT in comment:
        return {**vote, "comment": erased_words(comment, seen.words)}
    return dict(vote)
