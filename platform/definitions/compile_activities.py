"""Activities (language 3.6) and the events that end them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from orderloom.platform.definitions import model as m
from orderloom.platform.definitions.compile_actions import undo
from orderloom.platform.definitions.compile_values import (
    CompileError,
    code,
    each,
    names,
    optional_code,
    people,
    words,
)
from orderloom.platform.definitions.spans import parse_span

Document = Mapping[str, Any]

OUTCOMES: Final = frozenset(
    ("approved", "rejected", "returned", "withdrawn", "partial", "unassignable", "voided")
)


def activity(document: Document, path: str) -> m.Activity:
    """One entry of a stage's `do`, without its `on`."""
    kind = kind_of(document)
    if kind is None:
        raise CompileError(path, f"no activity that can be run here: {', '.join(document)}")
    return m.Activity(
        id=activity_id(document),
        what=_KINDS[kind](document, path),
        path=path,
        condition=optional_code(document, "if", path),
        each=each(document, path),
        result=document.get("as"),
        optional=bool(document.get("optional", False)),
        manual=document.get("start") == "manual",
        by=people(document.get("by"), f"{path}.by"),
        undo=undo(document["undo"], f"{path}.undo") if "undo" in document else None,
    )


def kind_of(document: Document) -> str | None:
    """Which activity this is, or None."""
    return next((key for key in _KINDS if key in document), None)


def activity_id(document: Document) -> str:
    """`id`, or the last part of what is named (`erp.create-invoice`: `create-invoice`)."""
    if "id" in document:
        return str(document["id"])
    kind = kind_of(document)
    if kind in (None, "wait", "compensate"):
        return str(kind)
    return str(document[kind]).partition("@")[0].rpartition(".")[2]


def event_of(document: Document, name: str) -> str:
    """The full name of an event in an activity's `on`: `failed` is `failed.<id>`."""
    id_ = activity_id(document)
    if "approval" in document and name in OUTCOMES:
        return f"approval.{name}.{id_}"
    return f"{name}.{id_}"


def _approval(document: Document, path: str) -> m.ApprovalActivity:
    return m.ApprovalActivity(document["approval"])


def _task(document: Document, path: str) -> m.TaskActivity:
    escalate = document.get("escalate")
    return m.TaskActivity(
        title=document.get("title", document["task"]),
        by=people(document.get("by"), f"{path}.by"),
        instruction=document.get("instruction"),
        due=parse_span(document["due"]) if "due" in document else None,
        remind=tuple(parse_span(span) for span in words(document.get("remind"))),
        escalate=(
            parse_span(escalate["after"]),
            people(escalate["to"], f"{path}.escalate.to"),
        )
        if escalate
        else None,
        outcomes=_outcomes(document.get("outcomes")),
        fields=words(document.get("fields")),
        form=document.get("form"),
    )


def _outcomes(value: Any) -> tuple[tuple[str, m.Text], ...]:
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return tuple(value.items())
    return tuple((name, name) for name in value)


def _verify(document: Document, path: str) -> m.VerifyActivity:
    recheck = parse_span(document["recheck"]) if "recheck" in document else None
    return m.VerifyActivity(document["verify"], recheck, document.get("key"))


def _call(document: Document, path: str) -> m.CallActivity:
    connector, _, operation = document["call"].partition(".")
    return m.CallActivity(connector, operation, names(document, "with", path))


def _order(document: Document, path: str) -> m.OrderActivity:
    return m.OrderActivity(
        process=document["order"],
        names=names(document, "with", path),
        until=document.get("until", "all"),
        leave=document.get("leave", "cancel"),
    )


def _wait(document: Document, path: str) -> m.WaitActivity:
    return m.WaitActivity(code(document["wait"], f"{path}.wait"))


def _compensate(document: Document, path: str) -> m.CompensateActivity:
    return m.CompensateActivity(document["compensate"])


_KINDS: Final[dict[str, Callable[[Document, str], m.ActivityKind]]] = {
    "approval": _approval,
    "task": _task,
    "verify": _verify,
    "call": _call,
    "order": _order,
    "wait": _wait,
    "compensate": _compensate,
}
