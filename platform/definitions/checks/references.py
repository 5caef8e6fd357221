"""What definitions name in others (language 1): it is there, and of use there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import (
    body,
    everything,
    items,
    listed,
    members,
    text,
)
from orderloom.platform.definitions.checks.process_view import ActivityView, ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.references import BUILT_IN_COLLECTIONS
from orderloom.platform.definitions.saying import meant

_ACTIONS: Final = {
    "decide": "decision",
    "infer": "ruleset",
    "notify": "message",
    "start": "process",
}
_ACTIVITIES: Final = {"approval": "approval", "verify": "decision", "order": "process"}
Named = Iterator[tuple[Document, Path, str, Any]]  # document, place, kind, reference


@checks
def known_references(context: Context) -> Iterator[Finding]:
    """Forms, decisions, approvals, messages, calendars, collections, processes."""
    for document, path, kind, reference in _all(context):
        id_ = text(reference)
        if id_ is None:
            continue
        if not context.knows(kind, id_):
            hint = context.like(kind, id_)
            yield document.finding(path, f"{kind}.unknown", name=id_, hint=hint)
        elif _is_stock(context, kind, id_):
            yield document.finding(path, "action.unavailable", "stock")


def _is_stock(context: Context, kind: str, id_: str) -> bool:
    """Whether the product's own stock is meant, which nothing fills yet."""
    built_in = kind == "collection" and id_.partition("@")[0] in BUILT_IN_COLLECTIONS
    return built_in and context.find(kind, id_) is None


def _all(context: Context) -> Named:
    for view in context.processes:
        yield from _of_process(view)
    for document in context.documents:
        value = document.value
        if document.kind == "decision":
            for path, _, reference in members(value.get("requires"), ("requires",)):
                yield document, path, "decision", reference
            for path, _, reference in members(value.get("reads"), ("reads",)):
                yield document, path, "collection", reference
        elif document.kind == "approval":
            yield document, ("matrix",), "decision", value.get("matrix")
        elif document.kind == "form":
            for path, part in everything(value.get("schema"), ("schema",)):
                yield document, (*path, "x-collection"), "collection", _collection(part)
        elif document.kind == "connector":
            yield from _of_inbound(document)
    yield from _of_meta(context)


def _collection(part: Any) -> Any:
    return body(part).get("x-collection")


def _of_process(view: ProcessView) -> Named:
    document = view.document
    yield document, ("form",), "form", document.value.get("form")
    for path, _, event in members(document.value.get("events"), ("events",)):
        yield document, (*path, "form"), "form", body(event).get("form")
    for stage in view.stages.values():
        if stage.own:
            yield document, (*stage.path, "use"), "process", stage.body.get("use")
    for action in view.actions:
        if not action.own:
            continue
        for key, kind in _ACTIONS.items():
            yield document, (*action.path, key), kind, action.body.get(key)
        read = body(action.body.get("read"))
        yield document, (*action.path, "read", "collection"), "collection", read.get("collection")
        to = body(body(action.body.get("send")).get("to"))
        yield document, (*action.path, "send", "to", "process"), "process", to.get("process")
    for activity in view.activities:
        if activity.own:
            yield from _of_activity(document, activity)


def _of_activity(document: Document, activity: ActivityView) -> Named:
    own = activity.kind or ""
    if own in _ACTIVITIES:
        yield document, (*activity.path, own), _ACTIVITIES[own], activity.body[own]
    if activity.kind == "task":
        yield document, (*activity.path, "form"), "form", activity.body.get("form")


def _of_inbound(document: Document) -> Named:
    for path, _, one in members(document.value.get("inbound"), ("inbound",)):
        for key in ("event", "order"):
            process = body(body(one).get(key)).get("process")
            yield document, (*path, key, "process"), "process", process


def _of_meta(context: Context) -> Named:
    document = context.meta_document
    yield document, ("calendar",), "calendar", context.meta.get("calendar")


@checks
def calls(context: Context) -> Iterator[Finding]:
    """`call` names an operation of a connector."""
    for view in context.processes:
        for part in view.parts:
            name = text(part.body.get("call"))
            if part.own and part.kind == "call" and name is not None:
                yield from _call(context, view.document, (*part.path, "call"), name)


def _call(context: Context, document: Document, path: Path, name: str) -> Iterator[Finding]:
    connector, dot, operation = name.partition(".")
    if not dot or not operation:
        yield document.finding(path, "operation.unknown", "none", name=name)
        return
    found = context.find("connector", connector)
    if found is None:
        if not context.knows("connector", connector):
            hint = context.like("connector", connector)
            yield document.finding(path, "connector.unknown", name=connector, hint=hint)
        return
    operations = body(found.value.get("operations"))
    if operation not in operations:
        hint = meant(operation, operations)
        yield document.finding(
            path, "operation.unknown", "connector", connector=connector, name=operation, hint=hint
        )


@checks
def fragments(context: Context) -> Iterator[Finding]:
    """`use` names a process marked `fragment: true`, which nothing starts."""
    for view in context.processes:
        for stage in view.stages.values():
            name = text(stage.body.get("use"))
            found = context.process(name) if stage.own and name else None
            if found is None:
                continue
            if _within(context, found, view):
                path = (*stage.path, "use")
                yield view.document.finding(path, "process.circle", id=view.document.id)
            elif not found.fragment:
                path = (*stage.path, "use")
                yield view.document.finding(path, "process.not_a_fragment", name=name)


def _within(context: Context, inner: ProcessView, outer: ProcessView) -> bool:
    """Whether `inner` uses `outer`, by whatever detour."""
    waiting, seen = [inner], {id(inner)}
    while waiting:
        view = waiting.pop()
        if view is outer:
            return True
        for stage in view.stages.values():
            name = text(stage.body.get("use"))
            found = context.process(name) if stage.own and name else None
            if found is not None and id(found) not in seen:
                seen.add(id(found))
                waiting.append(found)
    return False


@checks
def inbound_events(context: Context) -> Iterator[Finding]:
    """What a connector brings is declared by the process, from it, and found by a key."""
    for document in context.of_kind("connector"):
        for path, _, one in members(document.value.get("inbound"), ("inbound",)):
            for key in ("event", "order"):
                brought = body(body(one).get(key))
                process = context.process(str(brought.get("process")))
                if process is not None:
                    yield from _brought(context, document, (*path, key), brought, process)


def _brought(
    context: Context, document: Document, path: Path, brought: Any, process: ProcessView
) -> Iterator[Finding]:
    value, id_ = process.document.value, process.document.id
    if path[-1] == "order":
        sources = body(value.get("start")).get("from")
        name = "start"
    else:
        name = text(brought.get("name")) or ""
        events = body(value.get("events"))
        if name not in events:
            hint = meant(name, events)
            yield document.finding(
                (*path, "name"), "event.unknown", "process", process=id_, name=name, hint=hint
            )
            return
        sources = body(events[name]).get("from")
        keys = ["number", *body(value.get("keys"))]
        if text(brought.get("key")) and brought["key"] not in keys:
            key, hint = brought["key"], meant(brought["key"], keys)
            yield document.finding((*path, "key"), "key.unknown", process=id_, name=key, hint=hint)
    if document.id not in items(sources):
        yield document.finding(
            path, "source.not_allowed", process=id_, name=name, source=document.id, word=document.id
        )


@checks
def sources(context: Context) -> Iterator[Finding]:
    """A source that is almost the id of a connector, process or watch is a slip of the pen."""
    kinds = ("connector", "process", "ruleset")
    ids = [one.id for kind in kinds for one in context.of_kind(kind)]
    known = {*ids, "api", "parent", "child", "siblings"}
    for view in context.processes:
        places: list[tuple[Path, Any]] = [
            (("start", "from"), body(view.document.value.get("start")).get("from"))
        ]
        for path, _, event in members(view.document.value.get("events"), ("events",)):
            places.append(((*path, "from"), body(event).get("from")))
        for path, value in places:
            for place, name in listed(value, path):
                if not isinstance(name, str) or name in known or _may_be(context, name):
                    continue
                hint = meant(name, known)
                if hint:
                    yield view.document.finding(place, "source.unknown", name=name, hint=hint)


def _may_be(context: Context, name: str) -> bool:
    return context.loose or any(id_ in ("", name) for _, id_ in context.bundle.unread)
