"""What a person may do with an order now: buttons, tasks, edits, ways out. Reads, never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orderloom.platform.definitions.model import EventDecl, Release
from orderloom.platform.engine import taking_back
from orderloom.platform.engine.configuration import atomic
from orderloom.platform.engine.outcome import Context
from orderloom.platform.engine.people import may
from orderloom.platform.engine.selection import by_name
from orderloom.platform.engine.standing_in import whose
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import Asking, BlockError, Step


@dataclass(frozen=True, slots=True)
class Available:
    """`events`: declared events a button could send. `tasks`: numbers of open tasks offered to the
    actor. `holds`: hold → whether it is on, for those the actor may change. `start`/`discard`: of a
    draft. `activities`: numbers of activities that the actor may start. `ways`: attention task →
    the ways out allowed. `withdraw`: approval tasks the requester may take back. `undo`: task →
    until when the actor's verdict on it can be taken back. `fields`: whether
    any field may be edited is the form's question (`Form.editable`)."""

    events: tuple[EventDecl, ...] = ()
    tasks: tuple[int, ...] = ()
    holds: Mapping[str, bool] = field(default_factory=dict)
    start: bool = False
    activities: tuple[int, ...] = ()
    ways: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    withdraw: tuple[int, ...] = ()
    undo: Mapping[int, str] = field(default_factory=dict)


def available(release: Release, state: OrderState, context: Context) -> Available:
    """See `Available`. A condition that reads what only the event would bring counts as met."""
    step = Step(release, state, context)
    actor = context.actor
    if state.status == "draft":
        own = actor.id == state.requester or may(step, release.process.start_by, actor)
        return Available(start=own, ways=_ways(state, actor.permissions))
    if state.status != "open":
        return Available()
    process = release.process
    events = tuple(
        declared
        for declared in process.events.values()
        if may(step, declared.by, actor) and _possible(step, declared)
    )
    return Available(
        events=events,
        tasks=tuple(int(n) for n, t in state.tasks.items() if whose(t, actor) is not None),
        holds={
            id_: id_ in state.holds
            for id_, hold in process.holds.items()
            if may(step, hold.by, actor)
        },
        activities=_startable(step),
        ways=_ways(state, actor.permissions),
        withdraw=tuple(
            int(n)
            for n, task in state.tasks.items()
            if task["kind"] == "approval" and actor.id == state.requester
        ),
        undo=taking_back.available(step),
    )


def _startable(step: Step) -> tuple[int, ...]:
    found = []
    for n, record in step.state.activities.items():
        if record["status"] != "waiting":
            continue
        activity = step.release.process.stages[record["stage"]].do[record["i"]]
        if may(step, activity.by, step.context.actor, record["stage"]):
            found.append(int(n))
    return tuple(found)


def _ways(state: OrderState, permissions: frozenset[str]) -> dict[int, tuple[str, ...]]:
    ways: dict[int, tuple[str, ...]] = {}
    for n, task in state.tasks.items():
        if task["kind"] != "attention":
            continue
        allowed = []
        if "order.settle" in permissions:
            allowed += [way for way in task["ways"] if way != "move"]
        if "order.move" in permissions and "move" in task["ways"]:
            allowed.append("move")
        if allowed:
            ways[int(n)] = tuple(allowed)
    return ways


def _possible(step: Step, declared: EventDecl) -> bool:
    process, stopped = step.release.process, step.state.stopped
    record = {"name": declared.name, "time": step.now, "by": step.context.actor.id}
    for inner in atomic(process, step.state.stages):
        line = [inner, *reversed(process.stages[inner].ancestors)]
        for stage in [*(process.stages[id_] for id_ in line), process.root]:
            if stage.id in stopped:
                continue
            for transition in by_name(process, stage, declared.name):
                try:
                    if step.holds_true(transition.condition, step.scope(record, stage.id)):
                        return True
                except (BlockError, Asking):
                    return True
    return False
