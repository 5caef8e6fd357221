"""How marks, events from outside, other orders, calls, clocks and failures change the state."""

from __future__ import annotations

from orderloom.platform.engine.evolve_table import Facts, on, with_work, without_tasks
from orderloom.platform.engine.state import OrderState


@on("milestone.reached")
def _milestone(state: OrderState, facts: Facts) -> OrderState:
    return state.but(milestones={**state.milestones, facts["id"]: facts["at"]})


@on("tagged")
def _tagged(state: OrderState, facts: Facts) -> OrderState:
    removed = set(facts.get("remove") or ())
    added = [tag for tag in facts.get("add") or () if tag not in state.tags]
    return state.but(tags=(*(t for t in state.tags if t not in removed), *added))


@on("linked")
def _linked(state: OrderState, facts: Facts) -> OrderState:
    if facts["number"] in state.links:
        return state
    return state.but(links=(*state.links, facts["number"]))


@on("file.attached")
def _attached(state: OrderState, facts: Facts) -> OrderState:
    names = {"filename": "name", "size": "size", "type": "type", "sha256": "sha256", "by": "by"}
    record = {short: facts[name] for name, short in names.items()}
    files = {**state.attachments, str(facts["n"]): {**record, "at": facts["at"]}}
    return state.but(attachments=files)


@on("file.detached")
def _detached(state: OrderState, facts: Facts) -> OrderState:
    left = {n: file for n, file in state.attachments.items() if n != str(facts["n"])}
    return state.but(attachments=left)


@on("held")
def _held(state: OrderState, facts: Facts) -> OrderState:
    holds = {id_: stages for id_, stages in state.holds.items() if id_ != facts["hold"]}
    if facts["on"]:
        holds[facts["hold"]] = tuple(facts["stops"])
    return state.but(holds=holds)


@on("event.kept")
def _kept(state: OrderState, facts: Facts) -> OrderState:
    names = ("n", "name", "source", "by", "data", "reason", "time", "stage", "record")
    record = {name: facts[name] for name in names if facts.get(name) is not None}
    return with_work(state.but(kept=(*state.kept, record)), facts)


@on("event.dropped")
def _dropped(state: OrderState, facts: Facts) -> OrderState:
    return _unkept(state, facts["n"])


@on("event.received")
def _received(state: OrderState, facts: Facts) -> OrderState:
    return _unkept(state, facts["kept"]) if facts.get("kept") is not None else state


def _unkept(state: OrderState, n: int) -> OrderState:
    timers = {key: timer for key, timer in state.timers.items() if timer.get("kept") != n}
    kept = tuple(record for record in state.kept if record["n"] != n)
    return state.but(kept=kept, timers=timers)


@on("child.started")
def _child_started(state: OrderState, facts: Facts) -> OrderState:
    key = str(facts["activity"])
    children = (*state.children.get(key, ()), *facts["children"])
    return state.but(children={**state.children, key: children})


@on("child.numbered")
@on("child.ended")
def _child(state: OrderState, facts: Facts) -> OrderState:
    key = str(facts["activity"])
    news = {n: facts[n] for n in ("number", "outcome", "failed", "result", "ended") if n in facts}
    children = tuple(
        {**child, **news} if child["order"] == facts["order"] else child
        for child in state.children.get(key, ())
    )
    return state.but(children={**state.children, key: children})


@on("call.requested")
def _call_requested(state: OrderState, facts: Facts) -> OrderState:
    names = ("activity", "stage", "connector", "operation", "compensates", "undo")
    record = {name: facts[name] for name in names if facts.get(name) is not None}
    return state.but(calls={**state.calls, str(facts["n"]): {**record, "waits": True}})


@on("call.result")
def _call_result(state: OrderState, facts: Facts) -> OrderState:
    gone = str(facts["n"])
    return state.but(calls={n: call for n, call in state.calls.items() if n != gone})


@on("timer.fired")
def _timer_fired(state: OrderState, facts: Facts) -> OrderState:
    key = str(facts["n"])
    timer = state.timers.get(key)
    if timer is None:
        return state
    others = {n: t for n, t in state.timers.items() if n != key}
    if timer["kind"] == "at":
        others[key] = {**timer, "due": None, "fired": facts["due"]}
    elif timer["kind"] == "every":
        # One that has no next moment stays, so that it is not begun anew with other data.
        others[key] = {**timer, "due": facts.get("next"), "k": facts.get("k", timer["k"])}
    return state.but(timers=others)


@on("timers.changed")
def _timers_changed(state: OrderState, facts: Facts) -> OrderState:
    gone = {str(n) for n in facts.get("cancel") or ()}
    timers = {n: timer for n, timer in state.timers.items() if n not in gone}
    return state.but(timers={**timers, **(facts.get("set") or {})})


@on("messages.taken")
def _messages_taken(state: OrderState, facts: Facts) -> OrderState:
    return state.but(seen={**state.seen, **facts["seen"]})


@on("undo.noted")
def _undo_noted(state: OrderState, facts: Facts) -> OrderState:
    record = {"n": facts["n"], "stage": facts["stage"], "action": facts["action"]}
    return state.but(undo=(*state.undo, record))


@on("undone")
def _undone(state: OrderState, facts: Facts) -> OrderState:
    return state.but(undo=tuple(u for u in state.undo if u["n"] != facts["n"]))


@on("attention.opened")
@on("command.failed")
def _attention_opened(state: OrderState, facts: Facts) -> OrderState:
    gone = facts.get("timer")
    if gone is not None:
        state = state.but(timers={n: t for n, t in state.timers.items() if n != str(gone)})
    return state.but(tasks={**state.tasks, str(facts["n"]): facts["task"]})


@on("attention.settled")
def _attention_settled(state: OrderState, facts: Facts) -> OrderState:
    return without_tasks(state, [facts["n"]])


@on("order.migrated")
def _migrated(state: OrderState, facts: Facts) -> OrderState:
    return state.but(release=facts["release"])
