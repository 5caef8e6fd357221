"""The shape of a document: what its JSON Schema finds, as findings for people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any, Final

from orderloom.forms.schema import exact_validator
from orderloom.platform.definitions.choice import Choice
from orderloom.platform.definitions.document import KINDS, LATER_KINDS, Document
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant, one_of
from orderloom.platform.definitions.schema import SCHEMAS, schema
from orderloom.platform.definitions.sentences import shown, told

MOST_FINDINGS: Final = 100
# Maps and lists in each other; what stands deeper is not looked at.
DEEPEST: Final = 50


def shape_findings(document: Document) -> Iterator[Finding]:
    """What does not fit the schema of the document's kind, by line.

    The kinds are those of `SCHEMAS`: `bundle.yaml`, a scenario and a mapping are documents of the
    kinds `bundle`, `scenario`, `mapping`. At most `MOST_FINDINGS` are told.
    """
    if document.kind not in SCHEMAS:
        yield _no_kind(document)
        return
    place = too_deep(document.value)
    if place is not None:
        yield document.finding(place, "shape.too_deep", levels=DEEPEST)
        return
    errors = islice(validator(document.kind).iter_errors(document.value), MOST_FINDINGS)
    found: dict[str, Finding] = {}
    for error in errors:
        finding = told(document, error)
        found.setdefault(finding.path, finding)
    yield from sorted(found.values(), key=lambda one: (one.line, one.path))


@cache
def validator(kind: str) -> Any:
    """The validator of a kind: exact numbers, bounded patterns, one branch of a choice."""
    body = dict(schema(kind))
    choice = Choice(body["$defs"])
    keywords = {"anyOf": choice, "$ref": choice.follow, "propertyNames": _property_names}
    return exact_validator(body, keywords)


def too_deep(value: Any) -> tuple[str | int, ...] | None:
    """The first place that is nested too deep."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while waiting:
        path, part = waiting.pop()
        if len(path) > DEEPEST:
            return path
        if isinstance(part, dict):
            waiting += [((*path, key), item) for key, item in part.items()]
        elif isinstance(part, list):
            waiting += [((*path, index), item) for index, item in enumerate(part)]
    return None


def _property_names(validator: Any, names: Any, value: Any, _: Any) -> Iterator[Any]:
    """A name that is none is told at itself."""
    if not validator.is_type(value, "object"):
        return
    for name, item in value.items():
        for error in validator.descend(name, names):
            error.path.appendleft(name)
            error.without_value = item is None
            yield error


def _no_kind(document: Document) -> Finding:
    kind = document.kind
    if kind in LATER_KINDS:
        return document.finding(("kind",), "kind.unavailable", name=kind)
    hint = meant(kind, KINDS) or one_of(KINDS)
    return document.finding(("kind",), "kind.unknown", name=shown(kind), hint=hint)
