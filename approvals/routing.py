"""Which steps apply now, and why: from the policy's steps or from its matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from orderloom.approvals.people import PeopleSpec, of_row
from orderloom.approvals.policy import (
    Escalation,
    Expiry,
    Mode,
    Policy,
    Step,
    Text,
    escalation_of,
    expiry_of,
    texts,
)
from orderloom.platform.record import changed, record
from orderloom.rules import Expression, parse_expression

Evaluate = Callable[[Expression], Any]


@record
class StepPlan:
    """A step that applies. `why`: `rule`, and `values` it read, as they are now."""

    id: str
    group: int
    people: tuple[PeopleSpec, ...]
    title: Text
    mode: Mode = field(default_factory=Mode)
    why: Mapping[str, Any] = field(default_factory=dict)
    due: str | None = None
    remind: tuple[str, ...] = ()
    escalate: Escalation | None = None
    expire: Expiry | None = None
    edit: tuple[str, ...] = ()


def plan(
    policy: Policy, evaluate: Evaluate, rows: Sequence[Mapping[str, Any]] | None = None
) -> tuple[StepPlan, ...]:
    """The steps that apply, in ascending groups; none: nobody has to approve.

    `evaluate` gives an expression's value in the order's scope and raises where it has none.
    `rows`: what the matrix decided, each with `rule`, the row's id. Raises `ValueError` for a
    condition that is neither true nor false, or a row without people.
    """
    if policy.matrix is not None:
        return _of_matrix(policy, rows or ())
    return tuple(_of_step(step, evaluate) for step in policy.steps if _applies(step, evaluate))


def plan_as_opened(policy: Policy, id_: str) -> StepPlan | None:
    """A step of a round whose condition has become false meanwhile: what was to be asked is asked.
    None: no such step, as where the matrix names others now."""
    found = next((step for step in policy.steps if step.id == id_), None)
    if found is None:
        return None
    return _of_step(changed(found, condition=None), lambda expression: None)


def plan_of_added(policy: Policy, id_: str, *, group: int, added: Mapping[str, Any]) -> StepPlan:
    """What a step asks that an approver added: `added` is `{user, by, reason?}`."""
    why = {"added_by": added["by"], "reason": added.get("reason")}
    return StepPlan(
        id=id_,
        group=group,
        people=of_row({"users": [added["user"]]}),
        title=policy.title,
        why={key: value for key, value in why.items() if value is not None},
        due=policy.defaults.get("due"),
        remind=texts(policy.defaults.get("remind")),
    )


def _applies(step: Step, evaluate: Evaluate) -> bool:
    if step.condition is None:
        return True
    value = evaluate(step.condition)
    if not isinstance(value, bool):
        raise ValueError(f"the condition of step {step.id} is neither true nor false")
    return value


def _of_step(step: Step, evaluate: Evaluate) -> StepPlan:
    why: dict[str, Any] = {}
    if step.condition is not None:
        values = {".".join(path): evaluate(_reader(path)) for path in sorted(step.condition.paths)}
        why = {"rule": step.condition.text, "values": values}
    return StepPlan(
        id=step.id,
        group=step.group,
        people=step.people,
        title=step.title,
        mode=step.mode,
        why=why,
        due=step.due,
        remind=step.remind,
        escalate=step.escalate,
        expire=step.expire,
        edit=step.edit,
    )


def _reader(path: Sequence[str]) -> Expression:
    return parse_expression(".".join(f"`{part}`" for part in path))


def _of_matrix(policy: Policy, rows: Sequence[Mapping[str, Any]]) -> tuple[StepPlan, ...]:
    """Rows of one step make one step, with the strictest mode and all the people."""
    found: dict[str, StepPlan] = {}
    for row in rows:
        one = _of_row(policy, row)
        found[one.id] = _joined(found[one.id], one) if one.id in found else one
    return tuple(sorted(found.values(), key=lambda one: one.group))


def _of_row(policy: Policy, row: Mapping[str, Any]) -> StepPlan:
    people = of_row(row)
    if not people:
        raise ValueError(f"row {row.get('rule')} of the matrix names nobody")
    defaults = policy.defaults
    why = {
        "decision": policy.matrix,
        "rule": row.get("rule"),
        "text": row.get("why"),
        "values": row.get("values"),
        "limits": row.get("limits"),
    }
    return StepPlan(
        id=str(row.get("step") or row.get("role")),
        group=int(row.get("level") or 1),
        people=people,
        title=row.get("title") or policy.title,
        mode=_row_mode(row),
        why={key: value for key, value in why.items() if value is not None},
        due=row.get("due") or defaults.get("due"),
        remind=texts(defaults.get("remind")),
        escalate=escalation_of(defaults.get("escalate")),
        expire=expiry_of(defaults.get("expire")),
    )


def _row_mode(row: Mapping[str, Any]) -> Mode:
    if row.get("quorum"):
        return Mode("quorum", int(row["quorum"]))
    return Mode(str(row.get("mode") or "any"))


def _joined(one: StepPlan, other: StepPlan) -> StepPlan:
    people = (*one.people, *(spec for spec in other.people if spec not in one.people))
    mode = max(one.mode, other.mode, key=_strictness)
    rules = [str(plan_.why.get("rule")) for plan_ in (one, other)]
    return StepPlan(
        id=one.id,
        group=min(one.group, other.group),
        people=people,
        title=one.title,
        mode=mode,
        why={
            **one.why,
            "rule": ", ".join(dict.fromkeys(rules)),
            "limits": _both(one.why.get("limits"), other.why.get("limits")),
        },
        due=one.due or other.due,
        remind=one.remind,
        escalate=one.escalate,
        expire=one.expire,
        edit=one.edit,
    )


def _both(one: Any, other: Any) -> dict[str, str]:
    """What the cells of two rows compare with, by column."""
    found: dict[str, list[str]] = {}
    for limits in (one, other):
        for name, text in (limits or {}).items():
            found.setdefault(name, []).append(text)
    return {name: "; ".join(dict.fromkeys(texts_)) for name, texts_ in found.items()}


def _strictness(mode: Mode) -> tuple[int, int]:
    order = ("any", "weight", "percent", "quorum", "all")
    return order.index(mode.kind), mode.number
