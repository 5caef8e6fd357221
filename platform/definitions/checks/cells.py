"""Cells of a decision table: tests that fit their column, outputs that fit theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.expressions import judged
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.plain import Body, body, items, listed
from orderloom.platform.definitions.checks.scopes import kind_of
from orderloom.platform.definitions.checks.sites import Site
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.rules import FeelError, parse_expression, parse_unary

_NOTHING = ("-", "")


# An expression with the column that it belongs to.
Columned = Iterator[tuple[Body, Site]]


def cell_findings(document: Document, names: Names) -> Iterator[Finding]:
    """`when`: each cell is a unary test of its input; so is `allowed`."""
    for index, one in enumerate(_columns(document, "inputs")):
        yield from _input(document, ("inputs", index), one, names)
    for _, site in allowed_of_inputs(document, names):
        yield from judged(site)
    for column, site in cells_of_inputs(document, names):
        yield from judged(site)
        yield from _never_allowed(document, site.path, site.value, column)


def output_findings(document: Document, names: Names) -> Iterator[Finding]:
    """`then` and `default`: expressions of their output's type, among its allowed values."""
    for _, site in allowed_of_outputs(document, names):
        yield from judged(site)
    for column, site in cells_of_outputs(document, names):
        yield from _output(column, site)


def allowed_of_inputs(document: Document, names: Names) -> Columned:
    """What inputs may be: tests of the input."""
    for index, one in enumerate(_columns(document, "inputs")):
        if "allowed" in one:
            path: Path = ("inputs", index, "allowed")
            yield one, Site(document, path, one["allowed"], _tested(one, names), unary=True)


def cells_of_inputs(document: Document, names: Names) -> Columned:
    """The tests in rows; those that test nothing are left out."""
    inputs = _columns(document, "inputs")
    for place, row in listed(document.value.get("rules"), ("rules",)):
        for column, path, cell in _cells(inputs, (*place, "when"), body(row).get("when")):
            test = _as_text(cell)
            if test is not None and test.strip() not in _NOTHING:
                yield column, Site(document, path, test, _tested(column, names), unary=True)


def allowed_of_outputs(document: Document, names: Names) -> Columned:
    """What outputs may be."""
    for index, one in enumerate(_columns(document, "outputs")):
        if "allowed" in one:
            path: Path = ("outputs", index, "allowed")
            yield one, Site(document, path, one["allowed"], names, unary=True)


def cells_of_outputs(document: Document, names: Names) -> Columned:
    """The values in rows and the usual ones."""
    outputs = _columns(document, "outputs")
    for index, one in enumerate(outputs):
        if one.get("default") is not None:
            yield one, Site(document, ("outputs", index, "default"), one["default"], names)
    for place, row in listed(document.value.get("rules"), ("rules",)):
        for column, path, cell in _cells(outputs, (*place, "then"), body(row).get("then")):
            yield column, Site(document, path, cell, names)


def _columns(document: Document, key: str) -> list[Body]:
    return [body(one) for one in items(document.value.get(key))]


def expected_findings(document: Document, path: Path, expected: Any) -> Iterator[Finding]:
    """What a test expects, alone or in rows, is among the allowed values of its output."""
    outputs = [body(one) for one in items(document.value.get("outputs"))]
    for place, row in listed(expected, path) if isinstance(expected, list) else [(path, expected)]:
        for one in outputs:
            name = one.get("name")
            named = isinstance(row, dict) and name in row
            value = row[name] if named else row if len(outputs) == 1 else None
            if isinstance(value, str):
                at = (*place, str(name)) if named else place
                yield from _not_among(document, at, f'"{value}"', one)


def _input(document: Document, path: Path, column: Body, names: Names) -> Iterator[Finding]:
    """What is looked at is of the column's type."""
    wanted = k.of_type(column.get("type"))
    found = kind_of(column.get("value", column.get("name")), names)
    if {wanted.name, found.name} <= set(k.SIMPLE) and wanted.name != found.name:
        place = (*path, "value") if "value" in column else (*path, "name")
        yield document.finding(
            place, "decision.type", "input", found=found.name, wanted=wanted.name
        )


def _tested(column: Body, names: Names) -> Names:
    kind = k.of_type(column["type"]) if "type" in column else k.ANY
    source = kind_of(column.get("value", column.get("name")), names)
    if kind.name in ("any", source.name):
        kind = source
    # Values that the column allows itself are looked at with these.
    return names.within({"?": replace(kind, values=()) if "allowed" in column else kind})


def _cells(columns: list[Body], path: Path, cells: Any) -> Iterator[tuple[Body, Path, Any]]:
    """Each cell with its column; those without one are told elsewhere."""
    if isinstance(cells, list | tuple):
        for index, (column, cell) in enumerate(zip(columns, cells, strict=False)):
            yield column, (*path, index), cell
        return
    given = body(cells)
    for column in columns:
        name = column.get("name")
        if isinstance(name, str) and name in given:
            yield column, (*path, name), given[name]


def _output(column: Body, site: Site) -> Iterator[Finding]:
    yield from judged(site)
    document, path = site.document, site.path
    wanted, found = k.of_type(column.get("type")), kind_of(site.value, site.names)
    known = found.name in (*k.SIMPLE, "list", "context")
    if known and wanted.name not in ("any", found.name):
        yield document.finding(path, "decision.type", found=found.name, wanted=wanted.name)
        return
    text = _as_text(site.value)
    if text is not None:
        yield from _not_among(document, path, text, column)


def _not_among(document: Document, path: Path, text: str, column: Body) -> Iterator[Finding]:
    """A literal that is not one of the output's allowed values."""
    literal = _literal(text)
    if literal is None or not isinstance(column.get("allowed"), str):
        return
    try:
        fits = parse_unary(column["allowed"]).evaluate({"?": literal}, strict=False)
    except FeelError:
        return
    if fits is not True:
        allowed = column["allowed"]
        yield document.finding(path, "decision.not_allowed", value=text, allowed=allowed)


def _never_allowed(document: Document, path: Path, test: str, column: Body) -> Iterator[Finding]:
    """A cell that tests for literals, of which one can never come."""
    if not isinstance(column.get("allowed"), str):
        return
    try:
        parts = parse_expression(f"[{test}]").node
    except FeelError:
        return
    for item in getattr(parts, "items", ()):
        if not hasattr(item, "value") or item.value is None:
            return
        literal = f'"{item.value}"' if isinstance(item.value, str) else str(item.value)
        yield from _not_among(document, path, literal, column)


def _literal(text: str) -> Any:
    """The value of a plain text or number, else None."""
    try:
        node = parse_expression(text).node
    except FeelError:
        return None
    value = getattr(node, "value", None)
    return value if isinstance(value, str | int | Decimal) else None


def _as_text(cell: Any) -> str | None:
    """A cell as FEEL: numbers and booleans are themselves; what is no cell is None."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return str(cell) if isinstance(cell, str | int) else None
