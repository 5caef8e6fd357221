"""Starting activities (language 3.6): they begin together when the order rests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine import approval_lines, orders, verifying
from orderloom.platform.engine.actions import elements
from orderloom.platform.engine.finish import announce_done, end_activity
from orderloom.platform.engine.outcome import CallEffect
from orderloom.platform.engine.people import principals
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import Step, iso
from orderloom.platform.engine.tasks import offer, task_record, task_timers
from orderloom.platform.engine.timers import stage_timers
from orderloom.platform.engine.undo import compensate
from orderloom.rules import to_json

_KINDS: dict[type, str] = {
    m.ApprovalActivity: "approval",
    m.TaskActivity: "task",
    m.VerifyActivity: "verify",
    m.CallActivity: "call",
    m.OrderActivity: "order",
    m.WaitActivity: "wait",
    m.CompensateActivity: "compensate",
}


class _Started:
    """What one stage's start gathers for its event `work.started`."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.number = step.number()
        self.activities: dict[str, Any] = {}
        self.tasks: dict[str, Any] = {}
        self.timers: dict[str, Any] = {}
        self.after: list[Callable[[], None]] = []

    def take(self) -> int:
        self.number += 1
        return self.number - 1


def start_stage(step: Step, id_: str) -> None:
    """Begins the work of a stage that was entered: clocks, activities, tasks."""
    stage = step.release.process.stages[id_]
    with step.block(f"{stage.path}.do"):
        gathered = _Started(step)
        for timer in stage_timers(step, stage):
            gathered.timers[str(gathered.take())] = timer
        scope = step.scope(None, id_)
        for i, activity in enumerate(stage.do):
            if step.holds_true(activity.condition, scope):
                _begin(gathered, stage, i, activity, scope)
        step.emit(
            "work.started",
            stages=[id_],
            activities=gathered.activities or None,
            tasks=gathered.tasks or None,
            timers=gathered.timers or None,
        )
        offer(step, gathered.tasks)
        for follow in gathered.after:
            follow()
        if not stage.children:
            announce_done(step, id_, {"time": step.now})
        return
    step.emit("work.started", stages=[id_])


def start_manual(step: Step, n: str) -> None:
    """A person starts an activity that waited for it."""
    record = step.state.activities[n]
    stage = step.release.process.stages[record["stage"]]
    activity = stage.do[record["i"]]
    step.emit("activity.started", n=int(n), by=step.context.actor.id, id=activity.id)
    _restart(step, n, stage, activity)


def restart(step: Step, n: str) -> None:
    """A retry: the activity runs again under its number."""
    record = step.state.activities[n]
    stage = step.release.process.stages[record["stage"]]
    step.emit("activity.started", n=int(n), by=step.context.actor.id, id=record["id"])
    _restart(step, n, stage, stage.do[record["i"]])


def _restart(step: Step, n: str, stage: m.Stage, activity: m.Activity) -> None:
    record = step.state.activities[n]
    scope = step.scope(None, stage.id)
    if activity.each is not None and "item" in record:
        scope = scope.with_names({activity.each.variable: record["item"]})
    with step.block(activity.path):
        gathered = _Started(step)
        index = record.get("index")
        _kind(gathered, stage, activity, int(n), scope, record.get("item"), index)
        if gathered.tasks or gathered.timers:
            step.emit("work.started", tasks=gathered.tasks, timers=gathered.timers)
            offer(step, gathered.tasks)
        for follow in gathered.after:
            follow()


def _begin(gathered: _Started, stage: m.Stage, i: int, activity: m.Activity, scope: Scope) -> None:
    step = gathered.step
    whole = isinstance(activity.what, (m.VerifyActivity, m.OrderActivity))
    if activity.each is None or whole:
        _one(gathered, stage, i, activity, scope, None, None)
        return
    for index, item in enumerate(elements(step, activity.each, scope)):
        inner = scope.with_names({activity.each.variable: item})
        _one(gathered, stage, i, activity, inner, to_json(item), index)


def _one(
    gathered: _Started,
    stage: m.Stage,
    i: int,
    activity: m.Activity,
    scope: Scope,
    item: Any,
    index: int | None,
) -> None:
    n = gathered.take()
    record: dict[str, Any] = {
        "id": activity.id,
        "kind": _KINDS[type(activity.what)],
        "stage": stage.id,
        "i": i,
        "status": "waiting" if activity.manual else "running",
    }
    if index is not None:
        record |= {"index": index, "item": item}
    if isinstance(activity.what, m.CompensateActivity):
        record["scope"] = activity.what.scope
    gathered.activities[str(n)] = record
    if not activity.manual:
        _kind(gathered, stage, activity, n, scope, item, index)


def _kind(
    gathered: _Started,
    stage: m.Stage,
    activity: m.Activity,
    n: int,
    scope: Scope,
    item: Any,
    index: int | None,
) -> None:
    step = gathered.step
    later = gathered.after.append
    match activity.what:
        case m.TaskActivity() as what:
            _task(gathered, stage, activity, what, n, scope, item)
        case m.ApprovalActivity():
            later(lambda: approval_lines.start(step, str(n), scope))
        case m.VerifyActivity() as what:
            if what.recheck is not None:
                due = step.later(step.now, what.recheck)
                gathered.timers[str(gathered.take())] = _recheck(step, due, stage.id, n)
            later(lambda: _verify(step, n))
        case m.CallActivity():
            later(lambda: _call(step, n, activity, scope))
        case m.OrderActivity():
            later(lambda: _orders(step, n, activity, scope))
        case m.WaitActivity():
            later(lambda: _wait_or_end(step, str(n)))
        case m.CompensateActivity():
            later(lambda: run_compensation(step, str(n)))


def _task(
    gathered: _Started,
    stage: m.Stage,
    activity: m.Activity,
    what: m.TaskActivity,
    n: int,
    scope: Scope,
    item: Any,
) -> None:
    step = gathered.step
    task = gathered.take()
    gathered.tasks[str(task)] = task_record(step, activity, n, item, scope)
    if what.remind or what.escalate:
        after, people = what.escalate or (None, ())
        clocks = task_timers(
            step,
            task,
            stage.id,
            remind=what.remind,
            escalate=after,
            to=principals(step, people, scope),
            first=gathered.number,
        )
        gathered.timers.update(clocks)
        gathered.number += len(clocks)


def _recheck(step: Step, due: Any, stage: str, n: int) -> dict[str, Any]:
    return {"kind": "recheck", "due": iso(due), "stage": stage, "activity": n}


def _verify(step: Step, n: int) -> None:
    step.checked_data = step.state.data
    verifying.check(step, str(n), first=True)


def _call(step: Step, n: int, activity: m.Activity, scope: Scope) -> None:
    what = cast(m.CallActivity, activity.what)
    args = step.named(what.names, scope)
    call = step.number()
    step.emit(
        "call.requested",
        n=call,
        activity=n,
        stage=scope.stage,
        connector=what.connector,
        operation=what.operation,
    )
    step.effects.append(CallEffect(call, what.connector, what.operation, args))


def _orders(step: Step, n: int, activity: m.Activity, scope: Scope) -> None:
    what = cast(m.OrderActivity, activity.what)
    items: list[tuple[int, Any, Scope]] = [(0, None, scope)]
    if activity.each is not None:
        found = elements(step, activity.each, scope)
        variable = activity.each.variable
        items = [(i, item, scope.with_names({variable: item})) for i, item in enumerate(found)]
    orders.start_children(step, n, what, items)
    if not items:
        end_activity(step, n, "done")


def _wait_or_end(step: Step, n: str) -> None:
    wait(step, n)


def wait(step: Step, n: str) -> bool:
    """Ends a `wait` whose condition has become true."""
    record = step.state.activities[n]
    definition = step.release.process.stages[record["stage"]].do[record["i"]]
    what = cast(m.WaitActivity, definition.what)
    if not step.holds_true(what.condition, step.scope(None, record["stage"])):
        return False
    end_activity(step, n, "done")
    return True


def run_compensation(step: Step, n: str) -> None:
    """Runs undos; the activity ends when none is left."""
    if compensate(step, n):
        end_activity(step, n, "done")
