"""The steps of a scenario as commands (language 9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.platform.engine import Actor, OrderState
from orderloom.platform.engine import commands as c

Step = Mapping[str, Any]
# One command, made from the step and the order's state; `tasks` finds a task's number by its id,
# also of tasks that are closed meanwhile.
FindTask = Callable[[str], int]

VERDICTS: Final = ("approve", "reject", "return", "ask", "abstain", "withdraw", "undo")
QUIET: Final = frozenset({"pass", "until", "expect"})


class UnknownStep(Exception):
    """A step that says nothing known."""


def body_of(step: Step, state: OrderState, find: FindTask) -> c.Body:
    """The command of a step that acts. Raises `UnknownStep`."""
    for word in VERDICTS:
        if word in step:
            return _verdict(word, step, find)
    for word, make in _ACTS.items():
        if word in step:
            return make(step, state, find)
    raise UnknownStep(f"a step that says only {', '.join(map(str, step))}")


def actor_of(step: Step, cast: Mapping[str, Actor]) -> Actor:
    """Who takes the step: a person of the cast, the holder of the link, or a connector."""
    if "from" in step:
        return Actor(id=f"c:{step['from']}", kind="connector", name=step["from"])
    name = str(step.get("as"))
    if name == "link":
        return Actor(id="link", kind="link", name="link")
    if name not in cast:
        raise UnknownStep(f"a step as {name}, who is not in the cast")
    return cast[name]


def _verdict(word: str, step: Step, find: FindTask) -> c.Body:
    key = step.get("key")
    return c.CastVerdict(
        task=find(step[word]),
        verdict=word,
        comment=step.get("comment") or step.get("reason"),
        changes=step.get("with"),
        key=None if key is None else str(key),
        to=step.get("to"),
    )


def _do(step: Step, state: OrderState, find: FindTask) -> c.Body:
    name, data = step["do"], dict(step.get("with") or {})
    if state.status == "draft" and name in ("start", "discard"):
        return c.StartDraft() if name == "start" else c.DiscardDraft()
    reason = step.get("reason") or step.get("comment") or data.pop("reason", None)
    return c.SendEvent(name, data, reason=reason, source=step.get("from"))


def _task(step: Step, state: OrderState, find: FindTask) -> c.Body:
    return c.CompleteTask(
        task=find(step["task"]),
        outcome=step.get("outcome"),
        data=step.get("with") or {},
        comment=step.get("comment"),
    )


def _edit(step: Step, state: OrderState, find: FindTask) -> c.Body:
    return c.EditData(step["edit"], reason=step.get("reason"))


def _hold(step: Step, state: OrderState, find: FindTask) -> c.Body:
    on = "hold" in step
    return c.SetHold(step["hold" if on else "unhold"], on=on, reason=step.get("reason"))


def _claim(step: Step, state: OrderState, find: FindTask) -> c.Body:
    back = "release" in step
    return c.ClaimTask(find(step["release" if back else "claim"]), release=back)


def _reassign(step: Step, state: OrderState, find: FindTask) -> c.Body:
    whose = step.get("whose")
    return c.Reassign(find(step["reassign"]), step["to"], reason=step.get("reason"), whose=whose)


def _delegate(step: Step, state: OrderState, find: FindTask) -> c.Body:
    return c.Delegate(find(step["delegate"]), step["to"], reason=step.get("reason"))


def _add(step: Step, state: OrderState, find: FindTask) -> c.Body:
    return c.AddApprover(find(step["add"]), step["to"], reason=step.get("reason"))


def _waive(step: Step, state: OrderState, find: FindTask) -> c.Body:
    return c.WaiveTicket(find(step["waive"]), step.get("reason") or step.get("comment") or "")


def _settle(step: Step, state: OrderState, find: FindTask) -> c.Body:
    return c.SettleAttention(
        task=next((int(n) for n, t in state.tasks.items() if t["kind"] == "attention"), 0),
        way=step["settle"],
        reason=step.get("reason") or step.get("comment"),
        stage=step.get("stage"),
    )


def _start(step: Step, state: OrderState, find: FindTask) -> c.Body:
    wanted = step["start"]
    return c.StartActivity(
        next((int(n) for n, one in state.activities.items() if one["id"] == wanted), 0)
    )


_ACTS: Final[Mapping[str, Callable[[Step, OrderState, FindTask], c.Body]]] = {
    "do": _do,
    "task": _task,
    "edit": _edit,
    "hold": _hold,
    "unhold": _hold,
    "claim": _claim,
    "release": _claim,
    "reassign": _reassign,
    "delegate": _delegate,
    "add": _add,
    "waive": _waive,
    "settle": _settle,
    "start": _start,
}
