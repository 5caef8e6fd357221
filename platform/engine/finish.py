"""When a stage is finished, and how its end is announced (language 3.2 `done`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderloom.platform.definitions.model import Activity
from orderloom.platform.engine.step import Internal, Step


def finished(step: Step, id_: str) -> bool:
    """Whether all in an active stage is finished.

    A final child reached (in every region); or, without children, every activity that `done` waits
    for ended well, once the stage's work has begun.
    """
    process, active = step.release.process, step.state.stages
    stage = process.stages[id_]
    if id_ not in active:
        return False
    if stage.kind == "final":
        return True
    if stage.kind == "parallel":
        regions = [c for c in stage.children if process.stages[c].kind != "history"]
        return all(finished(step, region) for region in regions)
    if stage.children:
        return any(c in active and process.stages[c].kind == "final" for c in stage.children)
    if id_ in step.state.pending:
        return False
    return all(_ended_well(step, id_, i, activity) for i, activity in enumerate(stage.do))


def _ended_well(step: Step, stage: str, i: int, activity: Activity) -> bool:
    if activity.optional:
        return True
    records = [a for a in step.state.activities.values() if a["stage"] == stage and a["i"] == i]
    return all(record["status"] in ("done", "cancelled") for record in records)


def announce_done(step: Step, id_: str, record: Mapping[str, Any]) -> None:
    """Queues `done` of the stage, and of the parallel stages around that it completes."""
    process = step.release.process
    current: str | None = id_
    while current is not None and finished(step, current):
        if process.stages[current].done is not None:
            event = {**record, "name": f"done.{current}", "time": step.now}
            step.queue.append(Internal(f"done.{current}", event, stage=current))
        parent = process.stages[current].parent
        if parent is None or process.stages[parent].kind != "parallel":
            return
        current = parent


def end_activity(
    step: Step,
    n: int | str,
    status: str,
    *,
    record: Mapping[str, Any] | None = None,
    quiet: bool = False,
    **facts: Any,
) -> None:
    """Ends an activity: `done` or `failed`, which raises `done.<id>` or `failed.<id>`, then `done`;
    or `cancelled`.

    `record`: more of what expressions read as `event`. `quiet`: raises nothing (approvals raise
    events of their own). `facts`: `result` with `as` and `index`.
    """
    activity = step.state.activities[str(n)]
    step.emit("activity.ended", n=int(n), id=activity["id"], status=status, **facts)
    if quiet or (status == "done" and not _all_items(step, activity)):
        return
    event = {
        "time": step.now,
        "item": activity.get("item"),
        "result": facts.get("result"),
        **(record or {}),
    }
    name = f"{status}.{activity['id']}"
    step.queue.append(Internal(name, {**event, "name": name}))
    if status == "done":
        announce_done(step, activity["stage"], event)


def _all_items(step: Step, activity: Mapping[str, Any]) -> bool:
    """`for_each`: `done` once all of them ended well."""
    return all(
        other["status"] in ("done", "cancelled")
        for other in step.state.activities.values()
        if other["stage"] == activity["stage"] and other["i"] == activity["i"]
    )
