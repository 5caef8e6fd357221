"""In whose name somebody acts: their own, or that of one for whom they stand in (language 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor
from orderloom.platform.engine.state import OrderState

_ABOUT_A_TASK: Final = (
    c.CastVerdict,
    c.CompleteTask,
    c.ClaimTask,
    c.Reassign,
    c.Delegate,
    c.AddApprover,
)


def whose(task: Mapping[str, Any], actor: Actor) -> str | None:
    """The id in whose name the actor may answer an open task: the actor's own where that will do;
    None: in nobody's."""
    if asked(task, actor):
        return actor.id
    return next((id_ for id_, other in actor.in_place_of.items() if asked(task, other)), None)


def asked(task: Mapping[str, Any], actor: Actor) -> bool:
    """Whether a task is offered to this person, and not taken by another."""
    if task.get("assignee"):
        return bool(task["assignee"] == actor.id)
    return any(name in actor.principals() for name in task["for"])


def in_whose_name(body: c.Body, state: OrderState | None, actor: Actor) -> str | None:
    """For whom a command about a task is given, where its sender does not say: None is for
    themselves."""
    if not actor.in_place_of or state is None or not isinstance(body, _ABOUT_A_TASK):
        return None
    task = state.tasks.get(str(body.task))
    found = whose(task, actor) if task is not None else None
    return None if found == actor.id else found
