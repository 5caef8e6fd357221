"""Approvals are bound to content: a material change voids them, at once or late (language 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy, Round, RoundStep
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.approval_ends import kept, policy_of, slot
from orderloom.platform.engine.approval_lines import (
    follow_lines,
    line_content,
    lines_by_slot,
    lines_of,
    scope_of_line,
)
from orderloom.platform.engine.approving import open_steps, plan
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import Internal, Step


def follow_data(step: Step) -> bool:
    """Voids approvals whose material content is no longer what was judged."""
    changed = False
    for n, record in list(step.state.activities.items()):
        now = step.state.activities.get(n)
        if record["kind"] != "approval" or now is None:
            continue
        if now["status"] in ("done", "failed"):
            changed |= _void_ended(step, n, now)
        elif now["status"] != "running":
            continue
        elif now.get("round"):
            changed |= _void_running(step, n, now)
        elif "head" not in now and policy_of(step, n)[0].for_each is not None:
            changed |= follow_lines(step, n, scope_of(step, n))
    for id_, last in list(step.state.approvals.items()):
        if last["outcome"] in ("approved", "partial"):
            changed |= _void_late(step, id_, last)
    return changed


def scope_of(step: Step, n: str) -> Scope:
    """What an approval's conditions read: the element of `for_each`, and the line it is about."""
    policy, activity = policy_of(step, n)
    record = step.state.activities[n]
    scope = step.scope(None, record["stage"])
    whole = _whole(step, record)
    if activity.each is not None and "item" in whole:
        scope = scope.with_names({activity.each.variable: whole["item"]})
    if "line" not in record:
        return scope
    lines = lines_of(step, policy, activity, scope)
    return scope_of_line(policy, scope, lines.get(record["line"]))


def content_of(step: Step, n: str, scope: Scope) -> str:
    """The digest of what is judged now."""
    policy, _ = policy_of(step, n)
    if policy.for_each is None or "line" not in step.state.activities[n]:
        return approvals.content_digest(policy, step.state.data)
    return line_content(step, policy, scope[policy.for_each[0]])


def _void_running(step: Step, n: str, record: Mapping[str, Any]) -> bool:
    scope = scope_of(step, n)
    content = content_of(step, n, scope)
    if content == record["round"]["content"]:
        return False
    begin_anew(step, n, content, scope)
    return True


def _void_ended(step: Step, n: str, record: Mapping[str, Any]) -> bool:
    """One of several, which has its outcome while others have none: that falls as verdicts do."""
    whole = _whole(step, record)
    if not _waits_for_others(step, record, whole):
        return False
    earlier, scope = kept(step, record["id"], slot(record)), scope_of(step, n)
    content = content_of(step, n, scope)
    if earlier is None or earlier["content"] == content:
        return False
    again = [str(record["head"]), n] if "head" in record else [n]
    for one in again:
        if step.state.activities[one]["status"] != "running":
            by = step.context.actor.id
            step.emit("activity.started", n=int(one), by=by, id=record["id"])
    begin_anew(step, n, content, scope)
    return True


def _whole(step: Step, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a line the approval that it belongs to."""
    return step.state.activities[str(record["head"])] if "head" in record else record


def _waits_for_others(step: Step, record: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Whether a line's approval, or an element's that ended well, is part of one that runs."""
    if whole is not record and whole["status"] == "running":
        return True
    return (
        "index" in whole
        and whole["status"] == "done"
        and any(
            (one["stage"], one["i"], one["status"]) == (whole["stage"], whole["i"], "running")
            for one in step.state.activities.values()
        )
    )


def begin_anew(
    step: Step, n: str, content: str, scope: Scope, own: RoundStep | None = None
) -> None:
    """Verdicts fall, steps begin anew. `own`: the step of the one who made the change with their
    approval, who has judged the new content."""
    policy, activity = policy_of(step, n)
    tasks = [int(k) for k, t in step.state.tasks.items() if str(t.get("activity")) == n]
    judged = step.state.activities[n].get("round")
    votes = Round.from_json(judged).steps if judged else ()
    if any(one.verdicts for one in votes if own is None or one.id != own.id) or own is None:
        step.emit(
            "approval.voided",
            n=int(n),
            id=activity.id,
            approval=policy.id,
            fields=_material(step, policy),
            closed=tasks,
        )
        tasks = []
    plans = plan(step, policy, scope, activity.path)
    fresh = approvals.open_round(plans, content=content, requester=step.state.requester)
    place = fresh.step(own.id) if own is not None else None
    if own is not None and place is not None:
        fresh = fresh.with_step(replace(own, group=place.group))
    if judged:
        fresh = approvals.with_added(fresh, Round.from_json(judged))
    open_steps(step, n, policy, plans, fresh, scope, closed=tasks)


def _void_late(step: Step, id_: str, last: Mapping[str, Any]) -> bool:
    found = _by_activity(step, id_)
    if found is None or any(
        a["id"] == id_ and a["kind"] == "approval" and a["status"] == "running"
        for a in step.state.activities.values()
    ):
        return False
    policy, activity = found
    if not _differs(step, policy, activity, last):
        return False
    fields = _material(step, policy)
    step.emit("approval.voided", id=id_, approval=policy.id, fields=fields, late=True)
    name = f"approval.voided.{id_}"
    step.queue.append(Internal(name, {"name": name, "time": step.now, "changed": fields}))
    return True


def _differs(step: Step, policy: Policy, activity: m.Activity, last: Mapping[str, Any]) -> bool:
    """Whether something stands as approved that was not, as it is now."""
    good = {
        line: one["content"]
        for line, one in (last.get("lines") or {}).items()
        if one["outcome"] == "approved"
    }
    if policy.for_each is None:
        content = approvals.content_digest(policy, step.state.data)
        return any(one != content for one in good.values() or [last["content"]])
    lines = lines_by_slot(step, policy, activity)
    if any(line not in last["lines"] for line in lines):
        return True
    return any(
        line in good and line_content(step, policy, item) != good[line]
        for line, item in lines.items()
    )


def _by_activity(step: Step, id_: str) -> tuple[Policy, m.Activity] | None:
    for stage in step.release.process.stages.values():
        for activity in stage.do:
            if activity.id == id_ and isinstance(activity.what, m.ApprovalActivity):
                return step.release.approvals[activity.what.approval], activity
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
