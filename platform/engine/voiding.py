"""Approvals are bound to content: a material change voids them, at once or late (language 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.approving import open_steps, plan, policy_of, scope_of
from orderloom.platform.engine.step import Internal, Step


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
    scope = scope_of(step, n, activity)
    plans = plan(step, policy, scope, activity.path)
    fresh = approvals.open_round(plans, content=content, requester=step.state.requester)
    open_steps(step, n, policy, plans, fresh, scope)
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
