"""Messages of connectors (language 8): what they bring to an event is what it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.plain import Body, body, items, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.scopes import kind_of
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant

# What every expression of a message reads.
OFFERED: Final = Names({"body": k.ANY, "headers": k.record({}, open_=True)})
# JSON has none of these: their text is read.
_TEXTS: Final = ("date", "time", "date and time", "duration")


@checks
def brought_data(context: Context) -> Iterator[Finding]:
    """`data` of an event: names that the event declares, values that can be of their type."""
    for document in context.of_kind("connector"):
        for path, _, one in members(document.value.get("inbound"), ("inbound",)):
            event = body(body(one).get("event"))
            process = context.process(str(event.get("process")))
            name = text(event.get("name")) or ""
            if process is None or name not in body(process.document.value.get("events")):
                continue
            place = (*path, "event")
            yield from _time(document, place, event)
            yield from _data(context, document, (*place, "data"), event, process)


def _time(document: Document, path: Path, event: Body) -> Iterator[Finding]:
    found = kind_of(event.get("time"), OFFERED)
    if found.name in ("number", "boolean", "list", "context", "duration"):
        yield document.finding((*path, "time"), "expression.types", "moment", found=found.name)


def _data(
    context: Context, document: Document, path: Path, event: Body, process: ProcessView
) -> Iterator[Finding]:
    name = str(event["name"])
    known = _declared(context, process, name)
    if known is None:
        return
    for place, field, value in members(event.get("data"), path):
        if field not in known:
            hint = meant(field, known)
            yield document.finding(
                place, "field.unknown", "event", event=name, name=field, hint=hint
            )
            continue
        found, wanted = kind_of(value, OFFERED), known[field]
        if not _fits(found.name, wanted.name):
            yield document.finding(
                place,
                "expression.types",
                "written",
                found=found.name,
                name=field,
                wanted=wanted.name,
            )


def _declared(context: Context, process: ProcessView, name: str) -> Mapping[str, k.Kind] | None:
    """The data that an event takes; None where that is not known."""
    value = process.document.value
    event = body(body(value.get("events"))[name])
    if "form" in event:
        form = context.fields(event.get("form"))
        return k.of_node(form).fields if form is not None else None
    known: dict[str, Any] = {
        field: k.of_type(type_) for field, type_ in body(event.get("data")).items()
    }
    order = context.fields(value.get("form"))
    for path in items(event.get("fields")):
        if order is None:
            return None
        field = str(path).partition(".")[0]
        known.setdefault(field, k.of_node(order.properties.get(field)))
    if "reason" in event:
        known.setdefault("reason", k.STRING)
    return known


def _fits(found: str, wanted: str) -> bool:
    if found == wanted or "any" in (found, wanted) or found == "null":
        return True
    if wanted in _TEXTS and found == "string":
        return True
    dates = ("date", "date and time")
    return found in dates and wanted in dates
