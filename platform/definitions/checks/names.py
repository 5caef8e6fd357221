"""Names that expressions read (language 1 and 11): no hyphens, not reserved, no two the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, listed, members, text
from orderloom.platform.definitions.checks.process_view import ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.compile_values import EACH
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Said

RESERVED: Final = frozenset(
    (
        *("order", "parent", "siblings", "event", "actor", "user", "now", "today"),
        *("entered", "result", "active", "held", "children", "convert", "working", "manager"),
    )
)
_KEYWORDS: Final = frozenset(
    (
        *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or"),
        *("not", "between", "true", "false", "null", "function", "instance", "of", "external"),
    )
)
_NAME: Final = re.compile(r"[^\W\d]\w*")
Named = Iterator[tuple[Document, Path, str]]


@checks
def readable_names(context: Context) -> Iterator[Finding]:
    """What an expression is to read can be read there."""
    for document, path, name in (*_outer(context), *_inner(context)):
        if _NAME.fullmatch(name):
            continue
        made = re.sub(r"\W+", "_", name).strip("_")
        hint = Said("name.format.hint_made", {"made": made}) if _NAME.fullmatch(made) else None
        variant = "hyphen" if "-" in name else ""
        yield document.finding(path, "name.format", variant, name=name, hint=hint)


@checks
def reserved_names(context: Context) -> Iterator[Finding]:
    """No field or result hides what the language itself names."""
    for document, path, name in _outer(context):
        if name in RESERVED:
            yield document.finding(path, "name.reserved", name=name)
        elif name in _KEYWORDS:
            yield document.finding(path, "name.reserved", "word", name=name)


@checks
def collisions(context: Context) -> Iterator[Finding]:
    """A result (`as`) has another name than every field of the form."""
    for view in context.processes:
        form = context.fields(view.document.value.get("form"))
        fields = form.properties if form is not None else {}
        for path, name in results_of(view):
            if name in fields:
                yield view.document.finding(path, "name.collision", name=name)


def results_of(view: ProcessView) -> Iterator[tuple[Path, str]]:
    """Every `as` that is written in the process itself."""
    for part in view.parts:
        name = text(part.body.get("as"))
        if part.own and name is not None:
            yield (*part.path, "as"), name


def _outer(context: Context) -> Named:
    """Names at the top of a scope: where the reserved ones are."""
    for document in context.of_kind("form"):
        place = ("schema", "properties")
        for path, name, _ in members(_properties(document.value.get("schema")), place):
            yield document, path, name
    for view in context.processes:
        for path, name in results_of(view):
            yield view.document, path, name
        for part in view.parts:
            variable = loop_variable(part.body.get("for_each"))
            if part.own and variable is not None:
                yield view.document, (*part.path, "for_each"), variable
    for document in context.of_kind("decision"):
        for key in ("requires", "reads", "parameters"):
            for path, name, _ in members(document.value.get(key), (key,)):
                yield document, path, name
    for document in context.of_kind("approval"):
        variable = loop_variable(document.value.get("for_each"))
        if variable is not None:
            yield document, ("for_each",), variable


def _inner(context: Context) -> Named:
    """Names below others: inputs, outputs, fields of fields, data of events, arguments."""
    for document in context.of_kind("decision"):
        for key in ("inputs", "outputs"):
            for path, one in listed(document.value.get(key), (key,)):
                name = text(body(one).get("name"))
                if name is not None:
                    yield document, (*path, "name"), name
    for document in (*context.of_kind("form"), *context.of_kind("collection")):
        top = document.kind == "form"
        for path, name in _fields(document.value.get("schema"), ("schema",), top=top):
            yield document, path, name
    for view in context.processes:
        for path, _, declared in members(view.document.value.get("events"), ("events",)):
            for place, name, _ in members(body(declared).get("data"), (*path, "data")):
                yield view.document, place, name
        for part in view.parts:
            if part.own:
                for place, name, _ in members(part.body.get("with"), (*part.path, "with")):
                    yield view.document, place, name


def loop_variable(value: object) -> str | None:
    """`line` of `line in lines`."""
    found = EACH.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


def _properties(schema: object) -> object:
    return body(schema).get("properties")


def _fields(schema: object, path: Path, *, top: bool) -> Iterator[tuple[Path, str]]:
    """The fields of a schema; those of the first level only where not `top`."""
    for place, name, below in members(_properties(schema), (*path, "properties")):
        if not top:
            yield place, name
        yield from _fields(below, place, top=False)
    if isinstance(body(schema).get("items"), dict):
        yield from _fields(body(schema)["items"], (*path, "items"), top=False)
