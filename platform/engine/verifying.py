"""`verify`: a ticket per row found, looked at again at each change of data (language 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine.actions import elements, evaluate_decision
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.platform.engine.tasks import offer
from orderloom.rules import to_json

Found = dict[str, Mapping[str, Any]]


def check(step: Step, n: str, *, first: bool = False) -> bool:
    """Opens and closes tickets; ends the activity once nothing is left. Whether it changed."""
    activity = step.state.activities[n]
    definition = step.release.process.stages[activity["stage"]].do[activity["i"]]
    found, trace = _rows(step, definition, activity)
    waived = set(activity.get("waived", ()))
    open_tickets = {
        task["key"]: key
        for key, task in step.state.tasks.items()
        if task["kind"] == "ticket" and str(task.get("activity")) == n
    }
    tasks: dict[str, Any] = {}
    number = step.number()
    for key, row in found.items():
        if key not in open_tickets and key not in waived:
            tasks[str(number)] = _ticket(step, int(n), key, row)
            number += 1
    closed = [int(task) for key, task in open_tickets.items() if key not in found]
    if tasks or closed or first:
        step.emit(
            "checked",
            step.decided_by(cast(m.VerifyActivity, definition.what).decision),
            trace=trace,
            activity=int(n),
            id=activity["id"],
            tasks=tasks or None,
            closed=closed or None,
        )
        offer(step, tasks)
    stopping = [
        key for key, row in found.items() if key not in waived and row.get("severity") != "warning"
    ]
    if not stopping:
        end_activity(step, n, "done")
        return True
    return bool(tasks or closed)


def _rows(
    step: Step, definition: m.Activity, activity: Mapping[str, Any]
) -> tuple[Found, Mapping[str, Any]]:
    scope = step.scope(None, activity["stage"])
    if definition.each is None:
        return _of_one(step, definition, scope, "")
    found: Found = {}
    traces: list[Any] = []
    for key, item in _keyed(definition, elements(step, definition.each, scope)).items():
        inner = scope.with_names({definition.each.variable: item})
        rows, trace = _of_one(step, definition, inner, f"/{key}")
        found.update(rows)
        traces.append(trace)
    return found, {"elements": traces}


def _keyed(definition: m.Activity, items: Sequence[Any]) -> dict[str, Any]:
    """The elements by what tells them apart: the field `key`, else their place."""
    field = cast(m.VerifyActivity, definition.what).key
    if field is None:
        return {str(index): item for index, item in enumerate(items)}
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        value = item.get(field) if isinstance(item, Mapping) else None
        key = str(to_json(value))
        if value is None or key in found:
            what = "has no" if value is None else "has the same"
            raise BlockError("evaluation", f"element {index + 1} {what} {field}", definition.path)
        found[key] = item
    return found


def _of_one(
    step: Step, definition: m.Activity, scope: Scope, suffix: str
) -> tuple[Found, Mapping[str, Any]]:
    what = cast(m.VerifyActivity, definition.what)
    result, matched = evaluate_decision(step, what.decision, scope, definition.path)
    rows = result.outputs or []
    if not isinstance(rows, list):
        raise BlockError("evaluation", f"{what.decision} must list problems", definition.path)
    found: Found = {}
    for index, row in enumerate(rows):
        id_ = matched[index] if len(matched) == len(rows) else str(index + 1)
        found[id_ + suffix] = _named(step, what.decision, to_json(row))
    return found, result.trace


def _named(step: Step, decision: str, row: Any) -> Mapping[str, Any]:
    """A decision with one output gives its values bare (DMN): here they need their name."""
    if isinstance(row, Mapping):
        return row
    table = step.release.decisions[decision].table
    return {table.outputs[0].name if table is not None else "problem": row}


def _ticket(step: Step, activity: int, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
    ticket = {
        "kind": "ticket",
        "id": key.partition("/")[0],
        "key": key,
        "activity": activity,
        "title": row.get("problem"),
        "instruction": row.get("instruction"),
        "fields": row.get("fields") or [],
        "for": [f"r:{row['role']}"] if row.get("role") else [],
        "severity": row.get("severity"),
        "waive": row.get("waive"),
        "opened": step.at,
    }
    return {name: value for name, value in ticket.items() if value is not None}
