"""Milestones, tags and holds (language 3.5, 3.8)."""

from __future__ import annotations

from typing import Any

from orderloom.platform.engine.step import Step


def mark(step: Step, kind: str, id_: str) -> None:
    """`milestone tag untag hold unhold`."""
    if kind == "milestone":
        if id_ not in step.state.milestones:
            step.emit("milestone.reached", id=id_)
    elif kind == "tag":
        step.emit("tagged", add=[id_])
    elif kind == "untag":
        step.emit("tagged", remove=[id_])
    else:
        hold(step, id_, on=kind == "hold")


def hold(step: Step, id_: str, *, on: bool, **facts: Any) -> None:
    """Puts a hold or lifts it; the stages it stops are recorded with those inside."""
    declared = step.release.process.holds[id_]
    if on == (id_ in step.state.holds):
        return
    above = step.release.process.stages
    stops = [
        stage.id
        for stage in above.values()
        if stage.id in declared.stops or set(stage.ancestors) & set(declared.stops)
    ]
    step.emit("held", hold=id_, on=on, stops=stops if on else None, **facts)
