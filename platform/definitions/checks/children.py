"""Data for orders of other processes (language 3.5, 3.6, 8): fields they have, all they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderloom.forms.nodes import Node
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.fields import unknown_field
from orderloom.platform.definitions.checks.plain import body, items, members, text
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding


@checks
def startable(context: Context) -> Iterator[Finding]:
    """A process lets the one that starts its orders do so (`start: {from: […]}`)."""
    for view in context.processes:
        for part in view.parts:
            name = text(part.body.get(part.kind or "")) if part.kind in ("order", "start") else None
            other = context.process(name) if name is not None else None
            if other is None or not part.own or view.fragment:
                continue
            start = body(other.document.value.get("start"))
            if view.document.id not in items(start.get("from")):
                path = (*part.path, str(part.kind))
                yield view.document.finding(
                    path, "process.not_startable", name=name, process=view.document.id
                )


@checks
def given_data(context: Context) -> Iterator[Finding]:
    """`with` of orders that are started, and the data of inbound orders, fit the other form."""
    for view in context.processes:
        for part in view.parts:
            if part.own and part.kind in ("order", "start"):
                process = text(part.body.get(part.kind))
                path = (*part.path, "with")
                yield from _data(context, view.document, path, process, part.body.get("with"))
    for document in context.of_kind("connector"):
        for path, _, one in members(document.value.get("inbound"), ("inbound",)):
            order = body(body(one).get("order"))
            if order:
                place = (*path, "order", "data")
                process = text(order.get("process"))
                yield from _data(context, document, place, process, order.get("data"))


def _data(
    context: Context, document: Document, path: Path, process: str | None, data: Any
) -> Iterator[Finding]:
    other = context.process(process) if process is not None else None
    found = context.find("form", str(other.document.value.get("form"))) if other else None
    form = context.fields_of(found) if found is not None else None
    if form is None or found is None or isinstance(data, str):
        return
    for place, name, _ in members(data, path):
        yield from unknown_field(document, place, name, form)
    for name in _needed(form, set(body(found.value.get("compute")))):
        if name not in body(data):
            yield document.finding(path, "field.missing", process=process, name=name)


def _needed(form: Node, computed: set[str]) -> Iterator[str]:
    """Required fields that nothing else fills in."""
    for name, node in form.properties.items():
        filled = "default" in node.schema or name in computed
        if name in form.required and not filled:
            yield name
