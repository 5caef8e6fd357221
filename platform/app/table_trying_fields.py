"""What a decision is to be given when it is tried by itself: a form of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orderloom.platform.definitions import Bundle
from orderloom.rules import Decision, Expression, to_json
from orderloom.rules.cell import test_of
from orderloom.rules.columns import Input
from orderloom.rules.reading import named_by

Path = tuple[str, ...]
MOST_FIELDS: Final = 100
TODAY: Final = "today"
# What a schema of a form calls a type, and what FEEL does.
_FORMATS: Final = {"date": "date", "date-time": "date and time", "time": "time"}
_TYPES: Final = {
    **{"string": "string", "number": "number", "integer": "number", "boolean": "boolean"},
    **{"array": "list", "object": "context"},
}
_MOMENTS: Final = {TODAY: "date", "now": "date and time", "entered": "date and time"}


@dataclass(slots=True)
class _Field:
    type: str = "any"
    nullable: bool = False
    options: list[Any] = field(default_factory=list)


def fields_of(decision: Decision, bundle: Bundle) -> list[dict[str, Any]]:
    """`{path, type, nullable, options}` of what it and those that it requires read beside
    collections; `options`: the only values that are allowed, where they are named one by one."""
    schemas = [
        schema
        for each in bundle.documents
        if each.kind == "form" and isinstance(schema := each.value.get("schema"), Mapping)
    ]
    found: dict[Path, _Field] = {}
    _decision(decision, schemas, found, set())
    # What has fields of its own is given by them.
    outer = {path[:length] for path in found for length in range(1, len(path))}
    return [
        {
            "path": list(path),
            "type": one.type,
            "nullable": one.nullable,
            "options": [to_json(each) for each in one.options],
        }
        for path, one in found.items()
        if path not in outer
    ][:MOST_FIELDS]


def _decision(
    decision: Decision, schemas: list[Any], found: dict[Path, _Field], seen: set[str]
) -> None:
    if decision.id in seen:
        return
    seen.add(decision.id)
    for other in decision.requires.values():
        # A function is given its parameters by what calls it.
        if not other.parameters:
            _decision(other, schemas, found, seen)
    hidden = {*decision.requires, *decision.own_reads, "?", "partial"}
    table = decision.table
    if table is not None:
        for one in table.inputs:
            _input(one, hidden, schemas, found)
        if table.validity is not None:
            found.setdefault((TODAY,), _Field("date"))
    for expression in _expressions(decision):
        _read(expression, hidden, schemas, found)


def _input(one: Input, hidden: set[str], schemas: list[Any], found: dict[Path, _Field]) -> None:
    paths = [path for path in one.value.paths if path[0] not in hidden]
    if named_by(one.value) is None or not paths:
        _read(one.value, hidden, schemas, found)
        return
    made = _Field(one.type or _typed(paths[0], schemas)[1], one.nullable, _options(one))
    before = found.get(paths[0])
    if before is None or (before.type == "any" and made.type != "any"):
        found[paths[0]] = made


def _read(
    expression: Expression, hidden: set[str], schemas: list[Any], found: dict[Path, _Field]
) -> None:
    for path in sorted(expression.paths):
        if path[0] not in hidden:
            place, type_ = _typed(path, schemas)
            found.setdefault(place, _Field(type_, nullable=True))


def _expressions(decision: Decision) -> Iterator[Expression]:
    if decision.value is not None:
        yield decision.value
    if decision.table is None:
        return
    for row in decision.table.rows:
        yield from (each for each in (*row.cells, *row.outputs) if each is not None)


def _typed(path: Path, schemas: list[Any]) -> tuple[Path, str]:
    """The place to fill in for what is read, and its type: a list is given as a whole."""
    if path[0] in _MOMENTS:
        return path[:1], _MOMENTS[path[0]]
    for schema in schemas:
        at: Any = schema
        for length, name in enumerate(path, 1):
            properties = at.get("properties") if isinstance(at, Mapping) else None
            at = properties.get(name) if isinstance(properties, Mapping) else None
            if not isinstance(at, Mapping):
                break
            if at.get("type") == "array":
                return path[:length], "list"
            if length == len(path):
                kind = at.get("type")
                given = _FORMATS.get(str(at.get("format"))) if kind == "string" else None
                return path, given or _TYPES.get(str(kind), "any")
    return path, "any"


def _options(one: Input) -> list[Any]:
    """The values of `allowed`, where it names them one by one."""
    test = None if one.allowed is None else test_of(one.allowed)
    if test is None or test.negated or not all(span.point for span in test.spans):
        return []
    return [span.low for span in test.spans]
