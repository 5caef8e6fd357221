"""`evolve(state, event)`: the only builder of states. One small function per event type.

It reads facts alone: no definition, no clock, no port. Unknown types change nothing but `last_at`,
so that a newer program's entries can still be folded by an older one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from orderloom.platform.codec import apply_patch
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.state import OrderState

Facts = Mapping[str, Any]
_HANDLERS: dict[str, Callable[[OrderState, Facts], OrderState]] = {}


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
    handler = _HANDLERS.get(event.type)
    if handler is not None:
        state = handler(state, event.facts)
    return replace(state, last_at=event.facts["at"], next_n=_next_n(state, event.facts))


def _next_n(state: OrderState, facts: Facts) -> int:
    top = state.next_n
    n = facts.get("n")
    if isinstance(n, int) and n >= top:
        top = n + 1
    for name in ("tasks", "timers", "activities", "set"):
        for key in facts.get(name) or ():
            top = max(top, int(key) + 1)
    return top


def _on(type_: str) -> Callable[[Callable[..., OrderState]], Callable[..., OrderState]]:
    def register(function: Callable[..., OrderState]) -> Callable[..., OrderState]:
        _HANDLERS[type_] = function
        return function

    return register


def _created(facts: Facts) -> OrderState:
    return OrderState(
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


@_on("order.started")
def _started(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, status="open", number=facts["number"], release=facts["release"])


@_on("order.discarded")
def _discarded(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, status="ended", outcome="discarded", ended_at=facts["at"])


@_on("order.ended")
def _ended(state: OrderState, facts: Facts) -> OrderState:
    late = {n: call for n, call in state.calls.items() if call.get("waits")}
    return replace(
        state,
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


@_on("stage.changed")
def _stage_changed(state: OrderState, facts: Facts) -> OrderState:
    left = set(facts.get("exits") or ())
    stages = {id_: at for id_, at in state.stages.items() if id_ not in left}
    stages.update(dict.fromkeys(facts.get("enters") or (), facts["at"]))
    history = facts.get("history")
    changed = replace(
        state,
        stages=stages,
        pending=(
            *(id_ for id_ in state.pending if id_ not in left),
            *(facts.get("pending") or ()),
        ),
        history={**state.history, **{k: tuple(v) for k, v in history.items()}}
        if history
        else state.history,
    )
    if not left:
        return changed
    gone = {n for n, activity in state.activities.items() if activity["stage"] in left}
    if not gone and not state.timers:
        return changed
    tasks = {n: t for n, t in state.tasks.items() if str(t.get("activity")) not in gone}
    return replace(
        changed,
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


def _without_tasks(state: OrderState, closed: Iterable[Any]) -> OrderState:
    gone = {str(n) for n in closed}
    if not gone:
        return state
    return replace(
        state,
        tasks={n: task for n, task in state.tasks.items() if n not in gone},
        timers={n: t for n, t in state.timers.items() if str(t.get("task")) not in gone},
    )


def _with_work(state: OrderState, facts: Facts) -> OrderState:
    tasks, timers = facts.get("tasks"), facts.get("timers")
    if tasks:
        state = replace(state, tasks={**state.tasks, **tasks})
    if timers:
        state = replace(state, timers={**state.timers, **timers})
    return state


@_on("work.started")
def _work_started(state: OrderState, facts: Facts) -> OrderState:
    begun = set(facts.get("stages") or ())
    state = replace(
        state,
        pending=tuple(id_ for id_ in state.pending if id_ not in begun),
        activities={**state.activities, **(facts.get("activities") or {})},
    )
    return _with_work(state, facts)


@_on("activity.started")
def _activity_started(state: OrderState, facts: Facts) -> OrderState:
    return _activity(state, facts["n"], status="running")


def _activity(state: OrderState, n: Any, **changes: Any) -> OrderState:
    key = str(n)
    if key not in state.activities:
        return state
    record = {**state.activities[key], **changes}
    return replace(state, activities={**state.activities, key: record})


def _with_result(state: OrderState, facts: Facts, value: Any) -> OrderState:
    name = facts.get("as")
    if name is None:
        return state
    index = facts.get("index")
    if index is not None:
        rows = list(state.results.get(name) or ())
        rows.extend([None] * (index + 1 - len(rows)))
        rows[index] = value
        value = rows
    return replace(state, results={**state.results, name: value})


@_on("activity.ended")
def _activity_ended(state: OrderState, facts: Facts) -> OrderState:
    n = facts["n"]
    open_tasks = [key for key, task in state.tasks.items() if str(task.get("activity")) == str(n)]
    state = _without_tasks(_activity(state, n, status=facts["status"]), open_tasks)
    return _with_result(state, facts, facts.get("result")) if "result" in facts else state


@_on("task.done")
def _task_done(state: OrderState, facts: Facts) -> OrderState:
    return _without_tasks(state, [facts["n"]])


@_on("task.claimed")
def _task_claimed(state: OrderState, facts: Facts) -> OrderState:
    return _task(state, facts["n"], assignee=facts.get("assignee"))


@_on("task.escalated")
def _task_escalated(state: OrderState, facts: Facts) -> OrderState:
    return _with_work(_task(state, facts["n"], **{"for": facts["for"]}), facts)


def _task(state: OrderState, n: Any, **changes: Any) -> OrderState:
    key = str(n)
    return replace(state, tasks={**state.tasks, key: {**state.tasks[key], **changes}})


@_on("checked")
def _checked(state: OrderState, facts: Facts) -> OrderState:
    return _with_work(_without_tasks(state, facts.get("closed") or ()), facts)


@_on("ticket.waived")
def _waived(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["activity"])]
    waived = [*record.get("waived", ()), facts["key"]]
    return _without_tasks(_activity(state, facts["activity"], waived=waived), [facts["n"]])


@_on("approval.opened")
def _approval_opened(state: OrderState, facts: Facts) -> OrderState:
    state = _without_tasks(state, facts.get("closed") or ())
    return _with_work(_activity(state, facts["n"], round=facts["round"]), facts)


@_on("approval.verdict")
def _approval_verdict(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    steps = []
    for step in record["round"]["steps"]:
        if step["id"] == facts["step"]:
            vote = {name: facts.get(name) for name in ("by", "for", "verdict", "comment", "at")}
            vote = {name: value for name, value in vote.items() if value is not None}
            step = {**step, "verdicts": [*step.get("verdicts", ()), vote]}
        status = (facts.get("statuses") or {}).get(step["id"])
        if status:
            step = {**step, "status": status}
        assigned = (facts.get("assigned") or {}).get(step["id"])
        if assigned is not None:
            step = {**step, "principals": assigned}
        steps.append(step)
    content = facts.get("content") or record["round"].get("content")
    round_ = {**record["round"], "steps": steps, "content": content}
    state = _without_tasks(_activity(state, facts["n"], round=round_), facts.get("closed") or ())
    return _with_work(state, facts)


@_on("approval.closed")
def _approval_closed(state: OrderState, facts: Facts) -> OrderState:
    record = state.activities[str(facts["n"])]
    kept = {
        "outcome": facts["outcome"],
        "content": facts["content"],
        "round": record.get("round"),
        "at": facts["at"],
    }
    state = replace(state, approvals={**state.approvals, facts["id"]: kept})
    tasks = [k for k, t in state.tasks.items() if str(t.get("activity")) == str(facts["n"])]
    return _without_tasks(_activity(state, facts["n"], round=None), tasks)


@_on("approval.voided")
def _approval_voided(state: OrderState, facts: Facts) -> OrderState:
    if not facts.get("late"):
        return _without_tasks(state, facts.get("closed") or ())
    kept = {**state.approvals[facts["id"]], "outcome": "voided"}
    return replace(state, approvals={**state.approvals, facts["id"]: kept})


@_on("decided")
@_on("read")
@_on("numbered")
@_on("result.set")
def _result(state: OrderState, facts: Facts) -> OrderState:
    return _with_result(state, facts, facts.get("out"))


@_on("data.changed")
def _data_changed(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, data=apply_patch(state.data, facts["patch"]))


@_on("milestone.reached")
def _milestone(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, milestones={**state.milestones, facts["id"]: facts["at"]})


@_on("tagged")
def _tagged(state: OrderState, facts: Facts) -> OrderState:
    removed = set(facts.get("remove") or ())
    added = [tag for tag in facts.get("add") or () if tag not in state.tags]
    return replace(state, tags=(*(t for t in state.tags if t not in removed), *added))


@_on("linked")
def _linked(state: OrderState, facts: Facts) -> OrderState:
    if facts["number"] in state.links:
        return state
    return replace(state, links=(*state.links, facts["number"]))


@_on("held")
def _held(state: OrderState, facts: Facts) -> OrderState:
    holds = {id_: stages for id_, stages in state.holds.items() if id_ != facts["hold"]}
    if facts["on"]:
        holds[facts["hold"]] = tuple(facts["stops"])
    return replace(state, holds=holds)


@_on("event.kept")
def _kept(state: OrderState, facts: Facts) -> OrderState:
    names = ("n", "name", "source", "by", "data", "reason", "time")
    record = {name: facts[name] for name in names if facts.get(name) is not None}
    return _with_work(replace(state, kept=(*state.kept, record)), facts)


@_on("event.dropped")
def _dropped(state: OrderState, facts: Facts) -> OrderState:
    return _unkept(state, facts["n"])


@_on("event.received")
def _received(state: OrderState, facts: Facts) -> OrderState:
    return _unkept(state, facts["kept"]) if facts.get("kept") is not None else state


def _unkept(state: OrderState, n: int) -> OrderState:
    timers = {key: timer for key, timer in state.timers.items() if timer.get("kept") != n}
    kept = tuple(record for record in state.kept if record["n"] != n)
    return replace(state, kept=kept, timers=timers)


@_on("child.started")
def _child_started(state: OrderState, facts: Facts) -> OrderState:
    key = str(facts["activity"])
    children = (*state.children.get(key, ()), *facts["children"])
    return replace(state, children={**state.children, key: children})


@_on("child.numbered")
@_on("child.ended")
def _child(state: OrderState, facts: Facts) -> OrderState:
    key = str(facts["activity"])
    news = {n: facts[n] for n in ("number", "outcome", "failed", "result", "ended") if n in facts}
    children = tuple(
        {**child, **news} if child["order"] == facts["order"] else child
        for child in state.children.get(key, ())
    )
    return replace(state, children={**state.children, key: children})


@_on("call.requested")
def _call_requested(state: OrderState, facts: Facts) -> OrderState:
    names = ("activity", "stage", "connector", "operation", "compensates", "undo")
    record = {name: facts[name] for name in names if facts.get(name) is not None}
    return replace(state, calls={**state.calls, str(facts["n"]): {**record, "waits": True}})


@_on("call.result")
def _call_result(state: OrderState, facts: Facts) -> OrderState:
    gone = str(facts["n"])
    return replace(state, calls={n: call for n, call in state.calls.items() if n != gone})


@_on("timer.fired")
def _timer_fired(state: OrderState, facts: Facts) -> OrderState:
    key = str(facts["n"])
    timer = state.timers.get(key)
    if timer is None:
        return state
    others = {n: t for n, t in state.timers.items() if n != key}
    if timer["kind"] == "at":
        others[key] = {**timer, "due": None, "fired": facts["due"]}
    elif facts.get("next"):
        others[key] = {**timer, "due": facts["next"], "k": facts.get("k")}
    return replace(state, timers=others)


@_on("timers.changed")
def _timers_changed(state: OrderState, facts: Facts) -> OrderState:
    gone = {str(n) for n in facts.get("cancel") or ()}
    timers = {n: timer for n, timer in state.timers.items() if n not in gone}
    return replace(state, timers={**timers, **(facts.get("set") or {})})


@_on("messages.taken")
def _messages_taken(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, seen={**state.seen, **facts["seen"]})


@_on("undo.noted")
def _undo_noted(state: OrderState, facts: Facts) -> OrderState:
    record = {"n": facts["n"], "stage": facts["stage"], "action": facts["action"]}
    return replace(state, undo=(*state.undo, record))


@_on("undone")
def _undone(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, undo=tuple(u for u in state.undo if u["n"] != facts["n"]))


@_on("attention.opened")
@_on("command.failed")
def _attention_opened(state: OrderState, facts: Facts) -> OrderState:
    gone = facts.get("timer")
    if gone is not None:
        state = replace(state, timers={n: t for n, t in state.timers.items() if n != str(gone)})
    return replace(state, tasks={**state.tasks, str(facts["n"]): facts["task"]})


@_on("attention.settled")
def _attention_settled(state: OrderState, facts: Facts) -> OrderState:
    return _without_tasks(state, [facts["n"]])


@_on("order.migrated")
def _migrated(state: OrderState, facts: Facts) -> OrderState:
    return replace(state, release=facts["release"])
