"""`evolve(state, event)`: the only builder of states. One small function per event type.

It reads facts alone: no definition, no clock, no port. Unknown types change nothing but `last_at`,
so that a newer program's entries can still be folded by an older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderloom.platform.codec import apply_patch
from orderloom.platform.engine import (
    evolve_approvals,
    evolve_checks,
    evolve_erased,
    evolve_outside,
)
from orderloom.platform.engine.amounts import minus, plus
from orderloom.platform.engine.evolve_erased import leads_into_erased
from orderloom.platform.engine.evolve_table import (
    HANDLERS,
    Facts,
    activity,
    on,
    task,
    with_work,
    without_tasks,
    without_windows,
)
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.state import OrderState

PARTS = (evolve_approvals, evolve_checks, evolve_erased, evolve_outside)
"""Modules that add their functions to the table."""


def fold(events: Iterable[Event]) -> OrderState | None:
    """The state after all events, from nothing."""
    state: OrderState | None = None
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: OrderState | None, event: Event) -> OrderState:
    """The next state. Raises `ValueError` when an order's first event does not create it."""
    if state is None:
        if event.type != "order.created":
            raise ValueError(f"an order cannot begin with {event.type}")
        return _created(event.facts)
    facts = event.facts
    handler = HANDLERS.get(event.type)
    changed = state if handler is None else handler(state, facts)
    return changed.stamped(facts["at"], _next_n(state.next_n, facts), new=changed is not state)


def _next_n(top: int, facts: Facts) -> int:
    n = facts.get("n")
    if isinstance(n, int) and n >= top:
        top = n + 1
    for name in ("tasks", "timers", "activities", "set"):
        if name in facts:
            for key in facts[name] or ():
                top = max(top, int(key) + 1)
    return top


def _created(facts: Facts) -> OrderState:
    return OrderState.first(
        order=facts["order"],
        process=facts["process"],
        status="draft" if facts.get("draft") else "open",
        number=facts.get("number", ""),
        release=facts.get("release", ""),
        requester=facts["requester"],
        channel=facts["channel"],
        created=facts["at"],
        last_at=facts["at"],
        parent=facts.get("parent"),
        data=facts["data"],
    )


@on("order.started")
def _started(state: OrderState, facts: Facts) -> OrderState:
    return state.but(status="open", number=facts["number"], release=facts["release"])


@on("order.discarded")
def _discarded(state: OrderState, facts: Facts) -> OrderState:
    return state.but(status="ended", outcome="discarded", ended_at=facts["at"])


@on("order.ended")
def _ended(state: OrderState, facts: Facts) -> OrderState:
    late = {n: call for n, call in state.calls.items() if call.get("waits")}
    return state.but(
        status="ended",
        outcome=facts.get("outcome"),
        failed=bool(facts.get("failed")),
        result=facts.get("result"),
        ended_at=facts["at"],
        activities={},
        tasks={},
        timers={},
        pending=(),
        kept=(),
        holds={},
        calls=late,
    )


@on("stage.changed")
def _stage_changed(state: OrderState, facts: Facts) -> OrderState:
    left = set(facts.get("exits") or ())
    stages = {id_: at for id_, at in state.stages.items() if id_ not in left}
    stages.update(dict.fromkeys(facts.get("enters") or (), facts["at"]))
    pending = tuple(facts.get("pending") or ())
    if state.pending:
        pending = (*(id_ for id_ in state.pending if id_ not in left), *pending)
    history = facts.get("history")
    changed = state.but(
        stages=stages,
        pending=pending,
        history={**state.history, **{k: tuple(v) for k, v in history.items()}}
        if history
        else state.history,
    )
    if not left or not (state.activities or state.timers):
        return changed
    gone = {n for n, record in state.activities.items() if record["stage"] in left}
    if not gone and not state.timers:
        return changed
    tasks = {n: t for n, t in state.tasks.items() if str(t.get("activity")) not in gone}
    return changed.but(
        activities={n: a for n, a in state.activities.items() if n not in gone},
        tasks=tasks,
        timers={
            n: timer
            for n, timer in state.timers.items()
            if timer.get("stage") not in left and _task_lives(timer, tasks)
        },
    )


def _task_lives(timer: Mapping[str, Any], tasks: Mapping[str, Any]) -> bool:
    return timer.get("task") is None or str(timer["task"]) in tasks


@on("work.started")
def _work_started(state: OrderState, facts: Facts) -> OrderState:
    begun = set(facts.get("stages") or ())
    state = state.but(
        pending=tuple(id_ for id_ in state.pending if id_ not in begun),
        activities={**state.activities, **(facts.get("activities") or {})},
    )
    return with_work(state, facts)


@on("activity.started")
def _activity_started(state: OrderState, facts: Facts) -> OrderState:
    return activity(state, facts["n"], status="running")


def _with_result(state: OrderState, facts: Facts, value: Any, *, anew: bool) -> OrderState:
    """`anew`: the first of many begins a new list (actions run in order, activities end in any)."""
    name = facts.get("as")
    if name is None:
        return state
    index = facts.get("index")
    if index is not None:
        before = state.results.get(name)
        rows = list(before) if isinstance(before, list) and (index or not anew) else []
        rows.extend([None] * (index + 1 - len(rows)))
        rows[index] = value
        value = rows
    return state.but(results={**state.results, name: value})


@on("activity.ended")
def _activity_ended(state: OrderState, facts: Facts) -> OrderState:
    n = facts["n"]
    open_tasks = [key for key, task in state.tasks.items() if str(task.get("activity")) == str(n)]
    state = evolve_checks.ended(state, facts, open_tasks)
    state = without_tasks(activity(state, n, status=facts["status"]), open_tasks)
    if "held" in state.activities.get(str(n), {}):
        state = without_windows(state, n)
    if "result" not in facts:
        return state
    return _with_result(state, facts, facts["result"], anew=False)


@on("task.done")
def _task_done(state: OrderState, facts: Facts) -> OrderState:
    return with_work(without_tasks(state, [facts["n"]]), facts)


@on("task.claimed")
def _task_claimed(state: OrderState, facts: Facts) -> OrderState:
    return task(state, facts["n"], assignee=facts.get("assignee"))


@on("task.escalated")
def _task_escalated(state: OrderState, facts: Facts) -> OrderState:
    record = state.tasks[str(facts["n"])]
    if record["kind"] == "approval" and facts.get("added"):
        state = _may_vote_too(state, record, facts["added"])
    return with_work(task(state, facts["n"], **{"for": facts["for"]}), facts)


def _may_vote_too(state: OrderState, record: Mapping[str, Any], added: list[str]) -> OrderState:
    round_ = state.activities[str(record["activity"])]["round"]
    steps = [
        {**step, "also": [*step.get("also", ()), *added]} if step["id"] == record["id"] else step
        for step in round_["steps"]
    ]
    return activity(state, record["activity"], round={**round_, "steps": steps})


@on("decided")
@on("inferred")
@on("read")
@on("numbered")
@on("result.set")
def _result(state: OrderState, facts: Facts) -> OrderState:
    return _with_result(state, facts, facts.get("out"), anew=True)


@on("stock.moved")
def _stock_moved(state: OrderState, facts: Facts) -> OrderState:
    held = {balance: dict(keys) for balance, keys in state.reserved.items()}
    for line in facts["lines"]:
        keys = held.setdefault(line["balance"], {})
        has = keys.get(line["key"], 0)
        more = facts["way"] == "reserve"
        keys[line["key"]] = plus(has, line["amount"]) if more else minus(has, line.get("own", 0))
    kept = {
        balance: {key: amount for key, amount in keys.items() if amount}
        for balance, keys in held.items()
    }
    state = state.but(reserved={balance: keys for balance, keys in kept.items() if keys})
    return _with_result(state, facts, facts.get("out"), anew=True) if "as" in facts else state


@on("data.changed")
def _data_changed(state: OrderState, facts: Facts) -> OrderState:
    patch = [each for each in facts["patch"] if not leads_into_erased(state.data, each["path"])]
    return state.but(data=apply_patch(state.data, patch))
