"""A command as its entries tell it: what is needed to carry it out once more.

Entries hold what happened, not what was sent. Most commands can be read off them; where something
is not kept (the reason of an edit, say) the command is `whole=False`: if it comes out otherwise,
that proves nothing. Refusals keep no command at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from orderloom.forms import Form
from orderloom.platform.codec import apply_patch
from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.model import Release
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.bodies import body_from_json
from orderloom.platform.engine.outcome import Event
from orderloom.platform.engine.rebuilding_messages import messages_of
from orderloom.platform.engine.state import OrderState

Facts = Mapping[str, Any]
# The causes of a change of data that a person or another system brought themselves.
BROUGHT: Final = frozenset({"edit", "event", "task", "verdict", "ticket"})


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A command's body. `judged`: as `Context.judged`. `task`: the one it answers, if any."""

    body: c.Body
    judged: bool = True
    whole: bool = True
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The events of one command with the state before them (None: the order begins)."""

    release: Release
    state: OrderState | None
    events: Sequence[Event]

    @property
    def before(self) -> OrderState:
        """The state of an order that is there."""
        if self.state is None:
            raise ValueError("the order has not begun")
        return self.state

    def first(self, type_: str) -> Facts | None:
        """The facts of the first event of a type."""
        return next((one.facts for one in self.events if one.type == type_), None)

    def patch(self, *causes: str) -> dict[str, Any]:
        """What a person changed first, as a merge patch."""
        for event in self.events:
            if event.type == "data.changed" and event.facts.get("cause") in causes:
                data = self.before.data
                made = merge_of(data, apply_patch(data, event.facts["patch"]))
                return _sent(self.release.form, made)
        return {}


def rebuilt(told: Told) -> Rebuilt | None:
    """The command behind the events; None where they do not tell."""
    failed = _failed(told)
    if failed is not None:
        return failed
    for event in told.events:
        make = _MAKERS.get(event.type)
        made = None if make is None else make(told, event.facts)
        if made is not None:
            return made
        if not _comes_before(event):
            return None
    return None


def merge_of(before: Any, after: Any) -> dict[str, Any]:
    """The RFC 7396 merge patch from one document to another."""
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if name in before and old == value:
            continue
        deep = isinstance(value, Mapping) and isinstance(old, Mapping)
        patch[name] = merge_of(old, value) if deep else value
    return patch


def _sent(form: Form, patch: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The patch without what the form computes by itself."""
    found: dict[str, Any] = {}
    for name, value in patch.items():
        place = (*path, name)
        if form.is_computed(place):
            continue
        if isinstance(value, Mapping):
            value = _sent(form, value, place)
            if not value:
                continue
        found[name] = value
    return found


def _comes_before(event: Event) -> bool:
    """What a command writes before the event that tells what it is."""
    return event.type == "data.changed" and event.facts.get("cause") in BROUGHT


def _failed(told: Told) -> Rebuilt | None:
    """What could not be carried out: the command stands in its ticket."""
    facts = told.first("command.failed")
    if facts is None or told.events[0].type in ("messages.taken", "attention.settled"):
        return None
    command = (facts["task"].get("retry") or {}).get("command")
    body = c.Wake() if command is None else body_from_json(dict(command))
    return Rebuilt(c.Fail(body, facts["error"]))


def _created(told: Told, facts: Facts) -> Rebuilt:
    parent = facts.get("parent")
    return Rebuilt(
        c.Create(
            process=facts["process"],
            data=facts["data"],
            order=facts["order"],
            draft=bool(facts.get("draft")),
            parent=None if parent is None else c.ParentRef(**parent),
            source=facts.get("source"),
        )
    )


def _event(told: Told, facts: Facts) -> Rebuilt | None:
    if "kept" in facts or "record" in facts:
        return None  # it had waited: another command let it in
    time = datetime.fromisoformat(facts["time"]) if facts.get("time") else None
    body = c.SendEvent(
        facts["name"], facts.get("data") or {}, facts.get("reason"), facts.get("source"), time
    )
    return Rebuilt(body, judged=body.source is None)


def _edited(told: Told, facts: Facts) -> Rebuilt | None:
    if facts.get("cause") == "edit":
        return Rebuilt(c.EditData(told.patch("edit")), whole=False)
    if facts.get("cause") == "ticket":
        ticket = next((n for n, t in told.before.tasks.items() if t["kind"] == "ticket"), None)
        if ticket is not None:
            return Rebuilt(c.CompleteTask(int(ticket), data=told.patch("ticket")), whole=False)
    return None


def _verdict(told: Told, facts: Facts) -> Rebuilt:
    changes = told.patch("verdict") or None
    body = c.CastVerdict(
        facts["task"], facts["verdict"], facts.get("comment"), changes, to=facts.get("to")
    )
    return Rebuilt(body, whole=changes is None, task=body.task)


def _undone(told: Told, facts: Facts) -> Rebuilt:
    return Rebuilt(c.CastVerdict(facts["task"], "undo", facts.get("reason")))


def _closed(told: Told, facts: Facts) -> Rebuilt | None:
    if facts.get("outcome") != "withdrawn" or not facts.get("withdrawn"):
        return None
    return Rebuilt(c.CastVerdict(facts["withdrawn"][0], "withdraw"))


def _done(told: Told, facts: Facts) -> Rebuilt:
    n = facts["n"]
    data, whole = told.patch("task"), True
    form = _form_of(told, str(n))
    if form is not None:
        ended = told.first("activity.ended") or {}
        data = dict(ended.get("result") or {})
    elif data:
        whole = False
    body = c.CompleteTask(n, facts.get("outcome"), data, facts.get("comment"))
    return Rebuilt(body, whole=whole, task=n)


def _form_of(told: Told, n: str) -> str | None:
    task = told.before.tasks.get(n)
    record = told.before.activities.get(str((task or {}).get("activity")))
    if record is None:
        return None
    what = told.release.process.stages[record["stage"]].do[record["i"]].what
    return what.form if isinstance(what, m.TaskActivity) else None


def _checked(told: Told, facts: Facts) -> Rebuilt | None:
    """A ticket's holder had it looked at again."""
    for n, task in told.before.tasks.items():
        if task["kind"] == "ticket" and task.get("activity") == facts["activity"]:
            return Rebuilt(c.CompleteTask(int(n)), whole=False)
    return None


def _extended(told: Told, facts: Facts) -> Rebuilt | None:
    for n, task in told.before.tasks.items():
        if task.get("activity") == facts["n"] and task["id"] == facts["step"]:
            body = c.AddApprover(int(n), facts["to"], facts.get("reason"))
            return Rebuilt(body, task=int(n))
    return None


def _settled(told: Told, facts: Facts) -> Rebuilt:
    data = told.patch("correction")
    body = c.SettleAttention(
        facts["n"], facts["way"], facts.get("reason"), facts.get("stage"), data
    )
    return Rebuilt(body, whole=not data)


def _reassigned(told: Told, facts: Facts) -> Rebuilt:
    """Whose part it was is seen from who is asked no more."""
    task = told.before.tasks.get(str(facts["n"])) or {}
    gone = [name for name in task.get("for", ()) if name not in facts.get("for", ())]
    whose = gone[0].removeprefix("u:") if len(gone) == 1 and gone[0].startswith("u:") else None
    body = c.Reassign(facts["n"], facts["to"], facts.get("reason"), whose)
    return Rebuilt(body, whole=False, task=facts["n"])


def _delivered(told: Told, facts: Facts) -> Rebuilt | None:
    messages = messages_of(told.events)
    return None if messages is None else Rebuilt(c.Deliver(messages), judged=False, whole=False)


def _held(told: Told, facts: Facts) -> Rebuilt | None:
    if "by" not in facts:
        return None  # an action did it
    return Rebuilt(c.SetHold(facts["hold"], bool(facts["on"]), facts.get("reason")))


def _attached(told: Told, facts: Facts) -> Rebuilt:
    return Rebuilt(c.Attach(facts["filename"], facts["size"], facts["type"], facts["sha256"]))


Maker = Callable[[Told, Facts], "Rebuilt | None"]
_MAKERS: Final[dict[str, Maker]] = {
    "order.created": _created,
    "order.started": lambda told, facts: Rebuilt(c.StartDraft()),
    "order.discarded": lambda told, facts: Rebuilt(c.DiscardDraft()),
    "event.received": _event,
    "event.kept": _event,
    "data.changed": _edited,
    "approval.verdict": _verdict,
    "approval.undone": _undone,
    "approval.closed": _closed,
    "approval.extended": _extended,
    "task.done": _done,
    "task.claimed": lambda told, facts: Rebuilt(
        c.ClaimTask(facts["n"], release=facts.get("assignee") is None), task=facts["n"]
    ),
    "task.reassigned": _reassigned,
    "task.delegated": lambda told, facts: Rebuilt(
        c.Delegate(facts["n"], facts["to"], facts.get("reason")), task=facts["n"]
    ),
    "ticket.waived": lambda told, facts: Rebuilt(
        c.WaiveTicket(facts["n"], str(facts.get("reason"))), task=facts["n"]
    ),
    "checked": _checked,
    "activity.started": lambda told, facts: Rebuilt(c.StartActivity(facts["n"])),
    "held": _held,
    "attention.settled": _settled,
    "file.attached": _attached,
    "file.detached": lambda told, facts: Rebuilt(c.Detach(facts["sha256"], facts.get("reason"))),
    "commented": lambda told, facts: Rebuilt(
        c.Comment(facts["comment"], tuple(facts.get("mentions") or ()))
    ),
    "timer.fired": lambda told, facts: Rebuilt(c.Wake(), judged=False),
    "call.result": lambda told, facts: Rebuilt(
        c.CallResult(facts["n"], facts.get("result"), facts.get("error")), judged=False
    ),
    "messages.taken": _delivered,
}


def tasks_of(body: c.Body, state: OrderState | None) -> Iterator[str]:
    """The principals to whom the task was offered that a command answers."""
    n = str(getattr(body, "task", ""))
    task = state.tasks.get(n) if state is not None else None
    if task is not None:
        yield from task.get("for") or ()
        if task.get("waive"):
            yield f"r:{task['waive']}"
