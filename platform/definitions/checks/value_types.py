"""Types as definitions write them (language 2): of event data, inputs, outputs, parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.kinds import SIMPLE
from orderloom.platform.definitions.checks.plain import body, listed, members
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Listed, meant

TYPES: Final = (*SIMPLE, "any")
_MORE: Final = ("days and time duration", "years and months duration", "list", "context")


@checks
def known_types(context: Context) -> Iterator[Finding]:
    """Every type is one of the language's, a list `[t]` or a context `{a: t}` of them."""
    for document, path, type_ in _written(context):
        yield from _type(document, path, type_)


def _written(context: Context) -> Iterator[tuple[Document, Path, Any]]:
    for view in context.processes:
        for path, _, event in members(view.document.value.get("events"), ("events",)):
            for place, _, type_ in members(body(event).get("data"), (*path, "data")):
                yield view.document, place, type_
    for document in context.of_kind("decision"):
        for key in ("inputs", "outputs"):
            for path, column in listed(document.value.get(key), (key,)):
                if "type" in body(column):
                    yield document, (*path, "type"), column["type"]
        for path, _, type_ in members(document.value.get("parameters"), ("parameters",)):
            yield document, path, type_


def _type(document: Document, path: Path, type_: Any) -> Iterator[Finding]:
    if isinstance(type_, Mapping):
        for place, _, inner in members(type_, path):
            yield from _type(document, place, inner)
    elif isinstance(type_, list | tuple):
        for place, inner in listed(type_, path):
            yield from _type(document, place, inner)
    elif isinstance(type_, str) and not _known(type_):
        hint = meant(type_, TYPES)
        yield document.finding(path, "type.unknown", name=type_, names=Listed(TYPES), hint=hint)


def _known(name: str) -> bool:
    plain = name.strip()
    if plain.startswith("[") and plain.endswith("]"):
        return _known(plain[1:-1])
    return plain in (*TYPES, *_MORE) or plain.startswith(("{", "list<", "context<"))
