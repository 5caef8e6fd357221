"""`verify`: a ticket per row found, looked at again at each change of data (language 3.6).

A row that was set aside stays away as long as it says the same of the same values; then it is a
ticket again. What is set aside, and the warnings that stood when a check ended, are kept with the
order (`OrderState.checks`), wherever it goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from orderloom.platform.definitions import model as m
from orderloom.platform.engine.evolve_checks import waived
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.found_rows import Row, found_rows
from orderloom.platform.engine.people import asked_requester
from orderloom.platform.engine.step import Step
from orderloom.platform.engine.tasks import offer

# What a ticket tells of its row, by the name in the ticket.
TOLD: Final = ("title", "instruction", "fields", "severity", "waive", "why")


def check(step: Step, n: str, *, first: bool = False) -> bool:
    """Opens and closes tickets; ends the activity once nothing is left. Whether it changed."""
    activity = step.state.activities[n]
    definition = step.release.process.stages[activity["stage"]].do[activity["i"]]
    found, trace = found_rows(step, definition, activity["stage"])
    aside = waived(step.state, activity)
    found = {key: row for key, row in found.items() if not _is_aside(aside.get(key), row)}
    open_tickets = {
        task["key"]: key
        for key, task in step.state.tasks.items()
        if task["kind"] == "ticket" and str(task.get("activity")) == n
    }
    tasks: dict[str, Any] = {}
    number = step.number()
    for key, row in found.items():
        if key not in open_tickets:
            tasks[str(number)] = _ticket(step, int(n), key, row)
            number += 1
    changed = _told_anew(step, found, open_tickets)
    closed = [int(task) for key, task in open_tickets.items() if key not in found]
    if tasks or changed or closed or first:
        step.emit(
            "checked",
            step.decided_by(cast(m.VerifyActivity, definition.what).decision),
            trace=trace,
            activity=int(n),
            id=activity["id"],
            tasks={**tasks, **changed} or None,
            changed=[int(task) for task in changed] or None,
            closed=closed or None,
        )
        offer(step, tasks)
    if not any(row.stops() for row in found.values()):
        end_activity(step, n, "done")
        return True
    return bool(tasks or changed or closed)


def _is_aside(kept: Mapping[str, Any] | None, row: Row) -> bool:
    """Whether the row is what somebody set aside: the same words, of the same values."""
    if kept is None:
        return False
    said = (row.said.get("problem"), row.said.get("instruction"), row.why.get("values"))
    return said == (kept.get("title"), kept.get("instruction"), kept.get("values"))


def _told_anew(
    step: Step, found: Mapping[str, Row], open_tickets: Mapping[str, str]
) -> dict[str, Any]:
    """Open tickets whose row says something else now, or says it of other values."""
    changed: dict[str, Any] = {}
    for key, n in open_tickets.items():
        before = step.state.tasks[n]
        if key in found and any(before.get(k) != v for k, v in _told(found[key]).items()):
            kept = {k: v for k, v in before.items() if k not in TOLD}
            changed[n] = {**kept, **_plain(_told(found[key]))}
    return changed


def _ticket(step: Step, activity: int, key: str, row: Row) -> dict[str, Any]:
    role = row.said.get("role")
    ticket = {
        "kind": "ticket",
        "id": key.partition("/")[0],
        "key": key,
        "activity": activity,
        "role": role,
        "for": _asked(step, role),
        "opened": step.at,
        **_told(row),
    }
    return _plain(ticket)


def _asked(step: Step, role: str | None) -> list[str]:
    if role is None:
        return []
    return asked_requester(step) if role == "requester" else [f"r:{role}"]


def _told(row: Row) -> dict[str, Any]:
    """What a ticket tells of its row. Who is asked stays as it was when it was opened."""
    said = row.said
    return {
        "title": said.get("problem"),
        "instruction": said.get("instruction"),
        "fields": said.get("fields") or [],
        "severity": said.get("severity"),
        "waive": said.get("waive"),
        "why": row.why,
    }


def _plain(ticket: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in ticket.items() if value is not None}
