"""Approvals begin (language 6): one for the order, or one for each line.

An approval per line has a *head*, the activity itself, and a record for each line, whose rounds,
tasks and verdicts are its own. The head ends when its lines have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom import approvals
from orderloom.approvals import Policy
from orderloom.platform.definitions import model as m
from orderloom.platform.engine.actions import elements
from orderloom.platform.engine.approval_ends import element_slot, join, line_slot, policy_of, slot
from orderloom.platform.engine.approving import open_round
from orderloom.platform.engine.finish import end_activity
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.step import BlockError, Step
from orderloom.rules import Expression, to_json

Lines = Mapping[str, Any]


def start(step: Step, n: str, scope: Scope) -> None:
    """Begins the approval that is the activity `n`."""
    policy, activity = policy_of(step, n)
    if policy.for_each is None:
        open_round(step, n, scope)
        return
    lines = lines_of(step, policy, activity, scope)
    _open_lines(step, n, policy, lines, scope)
    join(step, n, "approved")


def lines_of(step: Step, policy: Policy, activity: m.Activity, scope: Scope) -> Lines:
    """The elements by their keys, as text. Keys that are missing or double are an error."""
    variable, expression = per_line(policy)
    place = f"approvals.{policy.id}.for_each"
    found: dict[str, Any] = {}
    for index, item in enumerate(
        elements(step, m.Each(variable, m.Code(expression, place)), scope)
    ):
        key = str(_key(policy, item, index))
        if key in found:
            message = f"two lines have the {policy.key} {key}"
            raise BlockError("evaluation", message, place, approval=policy.id)
        found[key] = item
    return found


def lines_by_slot(step: Step, policy: Policy, activity: m.Activity) -> Lines:
    """All lines of all elements of an activity, by what their verdicts are kept under."""
    scope = step.scope()
    if activity.each is None:
        return lines_of(step, policy, activity, scope)
    found: dict[str, Any] = {}
    for item in elements(step, activity.each, scope):
        inner = scope.with_names({activity.each.variable: item})
        of = element_slot(to_json(item))
        for line, element in lines_of(step, policy, activity, inner).items():
            found[line_slot(line, of)] = element
    return found


def per_line(policy: Policy) -> tuple[str, Expression]:
    """Name and list of an approval per line."""
    if policy.for_each is None:
        raise ValueError(f"{policy.id} is not per line")
    return policy.for_each


def _key(policy: Policy, item: Any, index: int) -> Any:
    if policy.key is None:
        return index + 1
    value = item.get(policy.key) if isinstance(item, Mapping) else None
    if value is None:
        message = f"line {index + 1} has no {policy.key}"
        raise BlockError("evaluation", message, f"approvals.{policy.id}.key", approval=policy.id)
    return value


def scope_of_line(policy: Policy, scope: Scope, element: Any) -> Scope:
    """Conditions, people and the matrix read the line under its name."""
    return scope.with_names({per_line(policy)[0]: element})


def records_of(step: Step, head: str) -> dict[str, str]:
    """Line → number of its record, in the order in which they began; lines that went left out."""
    return {
        record["line"]: n
        for n, record in step.state.activities.items()
        if str(record.get("head")) == head and record["status"] != "cancelled"
    }


def follow_lines(step: Step, head: str, scope: Scope) -> bool:
    """After a change of data: lines that came are asked about, those that went are not.

    Whether there were any.
    """
    policy, activity = policy_of(step, head)
    lines = lines_of(step, policy, activity, scope)
    known = records_of(step, head)
    gone = [n for line, n in known.items() if line not in lines]
    for n in gone:
        end_activity(step, n, "cancelled", quiet=True)
    came = [line for line in lines if line not in known]
    _begin(step, head, policy, lines, came, scope)
    if (gone or came) and step.state.activities[head]["status"] == "running":
        join(step, head, "approved")
    return bool(gone or came)


def _open_lines(step: Step, head: str, policy: Policy, lines: Lines, scope: Scope) -> None:
    """Every line has its turn; those of an earlier try run again."""
    known = records_of(step, head)
    for line, n in known.items():
        if line in lines:
            id_ = step.state.activities[n]["id"]
            step.emit("activity.started", n=int(n), by=step.context.actor.id, id=id_)
        else:
            end_activity(step, n, "cancelled", quiet=True)
    _begin(step, head, policy, lines, list(lines), scope)


def _begin(
    step: Step, head: str, policy: Policy, lines: Lines, chosen: Sequence[str], scope: Scope
) -> None:
    known, fresh, number = records_of(step, head), {}, step.number()
    record = step.state.activities[head]
    for index, (line, item) in enumerate(lines.items()):
        if line in chosen and line not in known:
            fresh[str(number)] = {
                "id": record["id"],
                "kind": "approval",
                "stage": record["stage"],
                "i": record["i"],
                "status": "running",
                "head": int(head),
                "line": line,
                "key": to_json(_key(policy, item, index)),
                **({"of": slot(record)} if "index" in record else {}),
            }
            number += 1
    if fresh:
        step.emit("work.started", activities=fresh)
    for line, n in records_of(step, head).items():
        if line not in chosen or step.state.activities[head]["status"] != "running":
            continue
        open_round(step, n, scope_of_line(policy, scope, lines[line]), lines[line])


def line_content(step: Step, policy: Policy, element: Any) -> str:
    """The digest of what the verdicts on a line are bound to."""
    return approvals.content_digest(policy, step.state.data, to_json(element))
