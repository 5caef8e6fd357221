"""Mappings (`mappings/`): the process is there, expressions can be read, fields are the form's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.forms.nodes import Node, find
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.expressions import judged
from orderloom.platform.definitions.checks.fields import unknown_field
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.plain import body, members
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.scopes import kind_of
from orderloom.platform.definitions.checks.sites import ANY, TRUTH, Site
from orderloom.platform.definitions.checks.written import misfits
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding

_EXPECTED: Final = {"key": ANY, "if": TRUTH, "data": ANY}


@checks
def of_mappings(context: Context) -> Iterator[Finding]:
    """What a mapping reads is its `record` and what it joins; what it gives fits the form."""
    for document in context.bundle.mappings:
        value = document.value
        process = str(value["process"])
        if not context.knows("process", process):
            hint = context.like("process", process)
            yield document.finding(("process",), "process.unknown", name=process, hint=hint)
        names = Names({"record": k.ANY, **dict.fromkeys(body(value.get("join")), k.ANY)})
        for key, expects in _EXPECTED.items():
            if key in value:
                yield from judged(Site(document, (key,), value[key], names, expects))
        view = context.process(process)
        form = context.fields(view.document.value.get("form")) if view is not None else None
        if form is not None:
            yield from _given(document, ("data",), value["data"], names, form)


def _given(
    document: Document, path: Path, value: Any, names: Names, form: Node
) -> Iterator[Finding]:
    """Maps name fields, whatever their depth; what is in them is of the field's type."""
    if not isinstance(value, Mapping):
        name = ".".join(str(part) for part in path[1:])
        field = find(form, tuple(name.split("."))) if name else None
        if field is not None:
            yield from misfits(document, path, name, k.of_node(field), kind_of(value, names))
        return
    for place, _, inner in members(value, path):
        told = list(unknown_field(document, place, ".".join(map(str, place[1:])), form))
        yield from told or _given(document, place, inner, names, form)
