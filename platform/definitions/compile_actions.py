"""Actions and transitions (language 3.3, 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.compile_values import (
    CompileError,
    code,
    each,
    names,
    optional_code,
    words,
)
from orderloom.platform.definitions.spans import parse_span
from orderloom.rules import FeelError, parse_target

Document = Mapping[str, Any]
# What can be kept to reverse something.
UNDOES: Final = (m.SetData, m.Mark, m.Notify, m.Raise, m.Send, m.Call, m.MoveBalance)


def actions(value: Any, path: str) -> tuple[m.Action, ...]:
    """A list of actions, or one."""
    if value is None:
        return ()
    listed = [value] if isinstance(value, Mapping) else value
    return tuple(action(one, f"{path}[{index}]") for index, one in enumerate(listed))


def action(document: Document, path: str, *, as_undo: bool = False) -> m.Action:
    """One action with its `if`, `for_each`, `as` and `undo`. Only an undo may be a call."""
    kind = next((key for key in document if key in _KINDS), None)
    if kind is None or (kind == "call" and not as_undo):
        raise CompileError(path, f"no action that can be run here: {', '.join(document)}")
    return m.Action(
        what=_KINDS[kind](document, path),
        path=path,
        condition=optional_code(document, "if", path),
        each=each(document, path),
        result=document.get("as"),
        undo=undo(document["undo"], f"{path}.undo") if "undo" in document else None,
    )


def undo(document: Document, path: str) -> m.Action:
    """What reverses an action or activity: an action, or a call."""
    made = action(document, path, as_undo=True)
    if not isinstance(made.what, UNDOES):
        raise CompileError(path, f"this cannot be an undo: {', '.join(document)}")
    return made


def transitions(value: Any, path: str) -> tuple[m.Transition, ...]:
    """A bare target, a transition, or a list of them: the first with a true `if` is taken."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_transition(one, f"{path}[{index}]") for index, one in enumerate(value))
    return (_transition(value, path),)


def _transition(value: Any, path: str) -> m.Transition:
    if isinstance(value, str):
        return m.Transition(path=path, targets=(value,))
    value = value or {}
    return m.Transition(
        path=path,
        condition=optional_code(value, "if", path),
        targets=words(value.get("to")),
        actions=actions(value.get("actions"), f"{path}.actions"),
        internal=bool(value.get("internal", False)),
    )


def _set(document: Document, path: str) -> m.SetData:
    kind = "set" if "set" in document else "append"
    pairs = []
    for target, value in document[kind].items():
        place = f"{path}.{kind}.{target}"
        try:
            pairs.append((parse_target(target), code(value, place)))
        except FeelError as error:
            raise CompileError(place, str(error)) from error
    return m.SetData(tuple(pairs), append=kind == "append")


def _decide(document: Document, path: str) -> m.Decide:
    return m.Decide(document["decide"], names(document, "with", path))


def _infer(document: Document, path: str) -> m.Infer:
    return m.Infer(document["infer"], names(document, "with", path))


def _read(document: Document, path: str) -> m.Read:
    what, place = document["read"], f"{path}.read"
    return m.Read(
        collection=what.get("collection"),
        key=optional_code(what, "key", place),
        order=optional_code(what, "order", place),
    )


def _notify(document: Document, path: str) -> m.Notify:
    return m.Notify(document["notify"])


def _mark(kind: str) -> Callable[[Document, str], m.Mark]:
    def made(document: Document, path: str) -> m.Mark:
        return m.Mark(kind, document[kind])

    return made


def _next(document: Document, path: str) -> m.Next:
    return m.Next(document["next"])


def _raise(document: Document, path: str) -> m.Raise:
    return m.Raise(document["raise"], names(document, "data", path))


def _send(document: Document, path: str) -> m.Send:
    what, place = document["send"], f"{path}.send"
    to = what["to"]
    delay = parse_span(what["in"]) if "in" in what else None
    data = names(what, "data", place)
    if isinstance(to, Mapping):
        value = code(to["value"], f"{place}.to.value")
        found = m.Send(what["event"], process=to["process"], key=to["key"], value=value)
    else:
        found = m.Send(what["event"], to=code(to, f"{place}.to"))
    return m.Send(found.event, found.to, found.process, found.key, found.value, data, delay)


def _start(document: Document, path: str) -> m.StartOrder:
    return m.StartOrder(document["start"], names(document, "with", path))


def _link(document: Document, path: str) -> m.Link:
    return m.Link(code(document["link"], f"{path}.link"))


def _call(document: Document, path: str) -> m.Call:
    connector, _, operation = document["call"].partition(".")
    return m.Call(connector, operation, names(document, "with", path))


def _move(way: str) -> Callable[[Document, str], m.MoveBalance]:
    def made(document: Document, path: str) -> m.MoveBalance:
        what, place = document[way], f"{path}.{way}"
        if not isinstance(what, Mapping):
            raise CompileError(place, "stock cannot be moved yet")
        return m.MoveBalance(
            way=way,
            balance=what["balance"],
            key=code(what["key"], f"{place}.key"),
            amount=optional_code(what, "amount", place),
            partial=document.get("partial") is True,
        )

    return made


_KINDS: Final[dict[str, Callable[[Document, str], m.ActionKind]]] = {
    "set": _set,
    "append": _set,
    "decide": _decide,
    "infer": _infer,
    "read": _read,
    "notify": _notify,
    "next": _next,
    "raise": _raise,
    "send": _send,
    "start": _start,
    "link": _link,
    "call": _call,
    **{way: _move(way) for way in ("reserve", "release", "issue")},
    **{kind: _mark(kind) for kind in ("milestone", "tag", "untag", "hold", "unhold")},
}
