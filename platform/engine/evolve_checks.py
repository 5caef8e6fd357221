"""`evolve` of checks: what their tickets were, what was set aside, what they ended with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderloom.platform.engine.evolve_table import Facts, on, with_work, without_tasks
from orderloom.platform.engine.state import OrderState


@on("checked")
def _checked(state: OrderState, facts: Facts) -> OrderState:
    state = with_work(without_tasks(state, facts.get("closed") or ()), facts)
    place = _place(state, facts["activity"])
    kept = state.checks.get(place) or {}
    if not kept.keys() & {"ended", "warnings"}:
        return state
    return _kept(state, place, {"waived": kept.get("waived")})


@on("ticket.waived")
def _waived(state: OrderState, facts: Facts) -> OrderState:
    n, key = str(facts["n"]), facts["key"]
    place, ticket = _place(state, facts["activity"]), state.tasks.get(n, {})
    kept = state.checks.get(place) or {}
    one = {
        "title": ticket.get("title"),
        "instruction": ticket.get("instruction"),
        "values": (ticket.get("why") or {}).get("values"),
        "by": facts.get("by"),
        "reason": facts.get("reason"),
        "at": facts["at"],
    }
    one = {name: value for name, value in one.items() if value is not None}
    waived = {**(kept.get("waived") or {}), key: one}
    return without_tasks(_kept(state, place, {**kept, "waived": waived}), [n])


def ended(state: OrderState, facts: Facts, tasks: Iterable[str]) -> OrderState:
    """The state after a check ended well: when, and which warnings stood. Others change nothing."""
    record = state.activities.get(str(facts["n"])) or {}
    if record.get("kind") != "verify" or facts["status"] != "done":
        return state
    place = _place(state, facts["n"])
    warnings = {
        state.tasks[n]["key"]: {
            name: state.tasks[n][name]
            for name in ("title", "instruction", "opened")
            if name in state.tasks[n]
        }
        for n in tasks
        if state.tasks[n].get("severity") == "warning"
    }
    waived = (state.checks.get(place) or {}).get("waived")
    return _kept(state, place, {"waived": waived, "ended": facts["at"], "warnings": warnings})


def place_of(activity: Mapping[str, Any]) -> str:
    """The name under which an order keeps what a check left behind."""
    return f"{activity['stage']}.{activity['id']}"


def waived(state: OrderState, activity: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was set aside of an activity's rows, by key."""
    kept: Mapping[str, Any] = state.checks.get(place_of(activity)) or {}
    return kept.get("waived") or {}


def _place(state: OrderState, n: Any) -> str:
    return place_of(state.activities[str(n)])


def _kept(state: OrderState, place: str, kept: Mapping[str, Any]) -> OrderState:
    found = {name: value for name, value in kept.items() if value}
    return state.but(checks={**state.checks, place: found})
