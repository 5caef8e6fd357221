"""Who may and who is asked (language 3.1, 3.3, 3.6 "People"): the one place that judges roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.platform.definitions.model import Code, People, Release
from orderloom.platform.engine.commands import Actor, is_machine
from orderloom.platform.engine.outcome import Approvers, Context
from orderloom.platform.engine.scope import Scope
from orderloom.platform.engine.state import OrderState
from orderloom.platform.engine.step import BlockError, Step
from orderloom.rules import to_json


def may(step: Step, people: Sequence[People], actor: Actor, stage: str | None = None) -> bool:
    """Whether the actor is among `people`. A condition that fails to evaluate means no."""
    return any(_is_one(step, one, actor, stage) for one in people)


def may_see(release: Release, state: OrderState, actor: Actor, context: Context) -> bool:
    """`access` of the process (language 3.1): besides those whom the app lets see everything."""
    if actor.kind == "person" and actor.id == state.requester:
        return True
    if any(_offered(task, one) for task in state.tasks.values() for one in _acting(actor)):
        return True
    if _has_voted(state, actor):
        return True
    return may(Step(release, state, context), release.process.access, actor)


def _has_voted(state: OrderState, actor: Actor) -> bool:
    """Whoever gave a verdict on an approval that is not over sees what becomes of it."""
    return any(
        vote["by"] == actor.id
        for record in state.activities.values()
        if record.get("round")
        for step in record["round"]["steps"]
        for vote in step["verdicts"]
    )


def _acting(actor: Actor) -> tuple[Actor, ...]:
    """The actor, and those for whom they stand in."""
    return (actor, *actor.in_place_of.values())


def _offered(task: Mapping[str, Any], actor: Actor) -> bool:
    if task.get("assignee"):
        return bool(task["assignee"] == actor.id)
    principals = actor.principals()
    return any(name in principals for name in task["for"] if not name.startswith("p:"))


def _is_one(step: Step, people: People, actor: Actor, stage: str | None) -> bool:
    if people.role == "requester":
        return actor.id == step.state.requester and actor.kind == "person"
    if people.role == "link":
        return actor.kind == "link"
    by_name = people.users is not None or people.manager_of is not None
    if not by_name and not _belongs(people, actor):
        return False
    if not by_name and people.where is None:
        return True
    scope = step.scope(None, stage, user=actor.record())
    if people.users is not None:
        return actor.id in _ids(step, people.users, scope)
    if people.manager_of is not None:
        return f"u:{actor.id}" in principals(step, (people,), scope)
    if people.where is None:
        return True
    try:
        return step.value(people.where, scope) is True
    except BlockError:
        return False


def _belongs(people: People, actor: Actor) -> bool:
    """Whether the actor has the role, in the unit that is meant."""
    in_unit = people.unit is None or people.unit in actor.units
    return people.role in actor.roles and in_unit


def _ids(step: Step, code: Code, scope: Scope) -> list[str]:
    value = step.value(code, scope)
    values = value if isinstance(value, list) else [value]
    return [v["id"] if isinstance(v, Mapping) else str(v) for v in values if v is not None]


def principals(
    step: Step, people: Sequence[People], scope: Scope, *, one_by_one: bool = False
) -> list[str]:
    """Whom a task is offered to: `r:role` as it is, else `u:user` for each user found.

    Asks the directory for everything but a plain role; `one_by_one`: for that too.
    """
    out: list[str] = []
    for one in people:
        for name in _principals(step, one, scope, one_by_one):
            if name not in out:
                out.append(name)
    return out


def _principals(step: Step, people: People, scope: Scope, one_by_one: bool) -> list[str]:
    if people.role == "requester":
        return asked_requester(step)
    if people.role == "link":
        return ["link"]
    if people.users is not None:
        users = tuple(_ids(step, people.users, scope))
        return [f"u:{id_}" for id_ in step.ask(Approvers(users=users))]
    if people.manager_of is not None:
        ids = _ids(step, people.manager_of, scope)
        if not ids:
            return []
        found = step.ask(Approvers(manager_of=ids[0], level=people.level))
        return [f"u:{id_}" for id_ in found]
    if people.unit is None and people.where is None and not one_by_one:
        return [f"r:{people.role}"]
    where = people.where
    question = Approvers(
        role=people.role,
        unit=people.unit,
        where=where.expression.text if where else None,
        names=_free_names(where, scope) if where else {},
    )
    return [f"u:{id_}" for id_ in step.ask(question)]


def asked_requester(step: Step) -> list[str]:
    """Who asked for the order, as a principal; nobody where another system or order did."""
    requester = step.state.requester
    return [] if is_machine(requester) else [f"u:{requester}"]


def _free_names(where: Code, scope: Scope) -> dict[str, Any]:
    """The values that `where` reads, except `user`: part of the question, so of the record."""
    out: dict[str, Any] = {}
    for path in sorted(where.expression.paths):
        if path[0] == "user":
            continue
        value = _follow(scope, path)
        target = out
        for part in path[:-1]:
            target = target.setdefault(part, {})
        target[path[-1]] = to_json(value)
    return out


def _follow(scope: Scope, path: Sequence[str]) -> Any:
    try:
        value: Any = scope[path[0]]
    except KeyError:
        return None
    for part in path[1:]:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
