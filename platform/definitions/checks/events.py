"""Events (language 3.3 and 11): what is waited for or sent can come, what is declared is ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, items, members, text
from orderloom.platform.definitions.checks.process_view import (
    ActionView,
    ProcessView,
    TransitionView,
)
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.compile_activities import OUTCOMES
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Listed, Said, meant, one_of

RESERVED: Final = ("done", "failed", "approval", "child", "data", "error")
ERRORS: Final = ("evaluation", "data", "ruleset", "stock", "send", "loop")
Wrong = tuple[str, str, str, Said | None]  # code, variant, name, better advice


@checks
def declared_names(context: Context) -> Iterator[Finding]:
    """Authors' events do not begin as the engine's do."""
    for view in context.processes:
        for path, name, _ in members(view.document.value.get("events"), ("events",)):
            first = name.partition(".")[0]
            if first in RESERVED:
                yield view.document.finding(path, "event.reserved", name=name, first=first)


@checks
def awaited(context: Context) -> Iterator[Finding]:
    """Every pattern in `on` matches something that can come."""
    for view in context.processes:
        raised = [one.body["raise"] for one in view.actions if one.kind == "raise"]
        for transition in view.transitions:
            if transition.event is None:
                continue
            known = {*declared(view), *(name for name in raised if isinstance(name, str))}
            wrong = _wrong(view, transition, known)
            if wrong is not None:
                code, variant, name, hint = wrong
                path = _place(view, transition)
                yield view.document.finding(path, code, variant, name=name, hint=hint)


def declared(view: ProcessView) -> list[str]:
    """The events that the process declares."""
    return list(body(view.document.value.get("events")))


def matches(pattern: str, name: str) -> bool:
    """`carrier` and `carrier.*` match `carrier.delivered`; `*` all."""
    stem = pattern.removesuffix(".*")
    return pattern == "*" or name == stem or name.startswith(stem + ".")


def _place(view: ProcessView, transition: TransitionView) -> Path:
    """Of a list of transitions the event itself; what a fragment brings stands at its `use`."""
    path = transition.path
    if not transition.own:
        return path[: path.index("use") + 1] if "use" in path else path
    return path[:-1] if path and isinstance(path[-1], int) else path


def _wrong(view: ProcessView, transition: TransitionView, known: set[str]) -> Wrong | None:
    pattern = str(transition.event)
    if pattern in ("done", "done.*"):
        return "event.bare_done", "", pattern, None
    first, _, rest = pattern.removesuffix(".*").partition(".")
    if pattern == "*" or any(matches(pattern, name) for name in known):
        return None
    if view.fragment and first not in RESERVED:
        return None
    if first in RESERVED:
        return _OF_ENGINE[first](view, rest) if rest or first == "data" else None
    hint = meant(pattern, [*known, *(f"{name}.*" for name in RESERVED)])
    return "event.unknown", "awaited", pattern, hint


def _of_activity(view: ProcessView, id_: str) -> Wrong | None:
    return _unknown_activity(view, id_, [one.id for one in view.activities])


def _unknown_activity(view: ProcessView, id_: str, known: list[str]) -> Wrong | None:
    if id_ in known:
        return None
    if id_ in view.stages:
        return "activity.unknown", "stage", id_, None
    return "activity.unknown", "awaited", id_, meant(id_, known)


def _of_approval(view: ProcessView, rest: str) -> Wrong | None:
    outcome, _, id_ = rest.partition(".")
    if outcome not in OUTCOMES:
        hint = meant(outcome, OUTCOMES) or one_of(sorted(OUTCOMES))
        return "approval.outcome", "", outcome, hint
    known = [one.id for one in view.activities if one.kind == "approval"]
    return _unknown_activity(view, id_, known) if id_ else None


def _of_child(view: ProcessView, rest: str) -> Wrong | None:
    what, _, id_ = rest.partition(".")
    if what != "ended":
        return "event.unknown", "child", what, None
    known = [one.id for one in view.activities if one.kind == "order"]
    return _unknown_activity(view, id_, known) if id_ else None


def _of_data(view: ProcessView, rest: str) -> Wrong | None:
    if rest in ("changed", ""):
        return None
    return "event.unknown", "data", rest, None


def _of_error(view: ProcessView, rest: str) -> Wrong | None:
    if rest in ERRORS:
        return None
    return "event.unknown", "error", rest, meant(rest, ERRORS) or one_of(ERRORS)


_OF_ENGINE: Final[Mapping[str, Any]] = {
    "done": _of_activity,
    "failed": _of_activity,
    "approval": _of_approval,
    "child": _of_child,
    "data": _of_data,
    "error": _of_error,
}


@checks
def raised(context: Context) -> Iterator[Finding]:
    """`raise` names an event of the process."""
    for view in context.processes:
        if view.fragment:
            continue
        known = declared(view)
        for action in view.actions:
            name = text(action.body.get("raise"))
            if not action.own or action.kind != "raise" or name is None or name in known:
                continue
            path = (*action.path, "raise")
            hint = meant(name, known)
            yield view.document.finding(path, "event.unknown", "raised", name=name, hint=hint)


@checks
def sent(context: Context) -> Iterator[Finding]:
    """`send` names an event that the other process declares, and a key it is found by."""
    for view in context.processes:
        for action in view.actions:
            if action.own and action.kind == "send":
                yield from _send(context, view, action)


def _send(context: Context, view: ProcessView, action: ActionView) -> Iterator[Finding]:
    what = body(action.body.get("send"))
    name, place = text(what.get("event")), (*action.path, "send")
    others = receivers(context, view, what.get("to"))
    if name is not None and others and not any(name in declared(one) for one in others):
        processes = Listed(tuple(one.document.id for one in others))
        hint = meant(name, [event for one in others for event in declared(one)])
        yield view.document.finding(
            (*place, "event"), "event.unknown", "sent", name=name, processes=processes, hint=hint
        )
    for one in others:
        event = body(body(one.document.value.get("events")).get(name or ""))
        sources = {source for source in items(event.get("from")) if isinstance(source, str)}
        if name in declared(one) and not {_word(what.get("to")), view.document.id} & sources:
            yield view.document.finding(
                (*place, "event"),
                "source.not_allowed",
                process=one.document.id,
                name=name,
                source=view.document.id,
                word=_word(what.get("to")) or view.document.id,
            )
    key = text(body(what.get("to")).get("key"))
    keys = [key for one in others for key in body(one.document.value.get("keys"))]
    if key is not None and others and key not in ("number", *keys):
        path, process = (*place, "to", "key"), others[0].document.id
        hint = meant(key, ["number", *keys])
        yield view.document.finding(path, "key.unknown", process=process, name=key, hint=hint)


def _word(to: Any) -> str:
    """What the receiver calls the sender, beside the id of its process."""
    if not isinstance(to, str):
        return ""
    return {"parent": "child", "siblings": "siblings"}.get(to, "parent")


def receivers(context: Context, view: ProcessView, to: Any) -> list[ProcessView]:
    """The processes that `to` may mean, as far as they are in the bundle."""
    id_ = view.document.id
    if isinstance(to, Mapping):
        found = context.process(str(to.get("process")))
        return [found] if found is not None else []
    if to == "parent":
        return [one for one in context.processes if _starts(one, id_)]
    if to == "siblings":
        return [view]
    if isinstance(to, str) and to.startswith('children("') and to.endswith('")'):
        named = to[len('children("') : -2]
        activities = [one for one in view.activities if one.id == named and one.kind == "order"]
        children = [context.process(str(one.body.get("order"))) for one in activities]
        return [child for child in children if child is not None]
    return []


def _starts(view: ProcessView, child: str) -> bool:
    return any(
        str(one.body.get("order")).partition("@")[0] == child
        for one in view.activities
        if one.kind == "order"
    )
