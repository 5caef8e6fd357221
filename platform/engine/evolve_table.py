"""The table of `evolve`'s functions, one per event type, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orderloom.platform.engine.state import OrderState

Facts = Mapping[str, Any]
Handler = Callable[[OrderState, Facts], OrderState]
HANDLERS: dict[str, Handler] = {}


def on(type_: str) -> Callable[[Handler], Handler]:
    """Registers the function of an event type."""

    def register(function: Handler) -> Handler:
        HANDLERS[type_] = function
        return function

    return register


def without_tasks(state: OrderState, closed: Iterable[Any]) -> OrderState:
    """The state without these tasks and their clocks."""
    gone = {str(n) for n in closed}
    if not gone:
        return state
    return state.but(
        tasks={n: task for n, task in state.tasks.items() if n not in gone},
        timers={n: t for n, t in state.timers.items() if str(t.get("task")) not in gone},
    )


def without_windows(state: OrderState, n: Any, step: str | None = None) -> OrderState:
    """The state without the clocks that hold back what follows from verdicts on an approval, or on
    one of its steps."""
    gone = {
        key
        for key, timer in state.timers.items()
        if timer["kind"] == "undo"
        and str(timer["activity"]) == str(n)
        and step in (None, timer["step"])
    }
    if not gone:
        return state
    return state.but(timers={key: t for key, t in state.timers.items() if key not in gone})


def with_work(state: OrderState, facts: Facts) -> OrderState:
    """The state with the tasks and timers that an event carries (n → record)."""
    tasks, timers = facts.get("tasks"), facts.get("timers")
    if tasks:
        state = state.but(tasks={**state.tasks, **tasks})
    if timers:
        state = state.but(timers={**state.timers, **timers})
    return state


def activity(state: OrderState, n: Any, **changes: Any) -> OrderState:
    """The state with changes to one activity (if it is still there)."""
    key = str(n)
    if key not in state.activities:
        return state
    record = {**state.activities[key], **changes}
    return state.but(activities={**state.activities, key: record})


def task(state: OrderState, n: Any, **changes: Any) -> OrderState:
    """The state with changes to one open task."""
    key = str(n)
    return state.but(tasks={**state.tasks, key: {**state.tasks[key], **changes}})
