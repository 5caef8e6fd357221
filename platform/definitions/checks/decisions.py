"""Decisions (language 4): columns, rows, cells, tests, and what their users need of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.cells import (
    allowed_of_inputs,
    allowed_of_outputs,
    cell_findings,
    cells_of_inputs,
    cells_of_outputs,
    expected_findings,
    output_findings,
)
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.expressions import judged
from orderloom.platform.definitions.checks.inference import Names
from orderloom.platform.definitions.checks.plain import Body, body, items, listed, members, text
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.scopes import all_fields
from orderloom.platform.definitions.checks.sites import Site, Sites
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import Listed, meant, one_of
from orderloom.rules import FeelError, parse_expression

_ORDERED: Final = ("PRIORITY", "OUTPUT ORDER")
_NUMERIC: Final = ("COLLECT SUM", "COLLECT MIN", "COLLECT MAX")


@checks
def circles(context: Context) -> Iterator[Finding]:
    """No decision requires itself, by whatever detour."""
    for document in context.of_kind("decision"):
        if document.id in _required(context, document):
            yield document.finding(("requires",), "decision.circle", id=document.id)


def _required(context: Context, document: Document) -> set[str]:
    found: set[str] = set()
    waiting = [document]
    while waiting:
        for reference in body(waiting.pop().value.get("requires")).values():
            id_ = str(reference).partition("@")[0]
            other = context.find("decision", id_)
            if id_ not in found and other is not None:
                waiting.append(other)
            found.add(id_)
    return found


@checks
def policies(context: Context) -> Iterator[Finding]:
    """Policies that sort need `allowed`, those that calculate one number."""
    for document in context.of_kind("decision"):
        hit = document.value.get("hit")
        outputs = [body(one) for one in items(document.value.get("outputs"))]
        if hit in _ORDERED and not any("allowed" in one for one in outputs):
            yield document.finding(("hit",), "decision.hit", "sorts", hit=hit)
        numbers = [one for one in outputs if one.get("type", "number") in ("number", "any")]
        if hit in _NUMERIC and (len(outputs) != 1 or len(numbers) != 1):
            yield document.finding(("hit",), "decision.hit", "calculates", hit=hit)


@checks
def columns(context: Context) -> Iterator[Finding]:
    """Each name once; rows have the columns of the table, by name or by position."""
    for document in context.of_kind("decision"):
        value = document.value
        for key in ("inputs", "outputs"):
            seen: set[str] = set()
            for path, one in listed(value.get(key), (key,)):
                name = text(body(one).get("name"))
                if name is not None and name in seen:
                    place = (*path, "name")
                    yield document.finding(place, "decision.column", "twice", name=name)
                seen.add(name or "")
        for path, row in listed(value.get("rules"), ("rules",)):
            yield from _cells_of(document, (*path, "when"), body(row).get("when"), "inputs")
            yield from _cells_of(document, (*path, "then"), body(row).get("then"), "outputs")
            yield from _dates(document, path, body(row))


def _cells_of(document: Document, path: Path, cells: Any, key: str) -> Iterator[Finding]:
    known = [str(body(one).get("name")) for one in items(document.value.get(key))]
    if not known:
        return
    if isinstance(cells, list | tuple):
        if len(cells) > len(known):
            yield document.finding(path, "decision.cells", key, given=len(cells), known=len(known))
        return
    for place, name, _ in members(cells, path):
        if name not in known:
            hint = meant(name, known) or one_of(known)
            yield document.finding(place, "decision.column", key, name=name, hint=hint)


def _dates(document: Document, path: Path, row: Body) -> Iterator[Finding]:
    found: list[date] = []
    for key in ("valid_from", "valid_to"):
        if text(row.get(key)) is None:
            continue
        try:
            found.append(date.fromisoformat(row[key]))
        except ValueError:
            return
    if len(found) == 2 and found[1] < found[0]:
        yield document.finding((*path, "valid_to"), "decision.date")


@checks
def expressions(context: Context) -> Iterator[Finding]:
    """Inputs, cells, outputs and values, read where the decision is used."""
    for document in context.of_kind("decision"):
        for site in _outside(context, document):
            yield from judged(site)
        inner = _inside(context, document, context.callers.decision(document))
        yield from cell_findings(document, inner)
        yield from output_findings(document, inner)


def sites_of_decision(context: Context, document: Document) -> Sites:
    """Every expression of a decision."""
    yield from _outside(context, document)
    inner = _inside(context, document, context.callers.decision(document))
    for sites in (allowed_of_inputs, cells_of_inputs, allowed_of_outputs, cells_of_outputs):
        yield from (site for _, site in sites(document, inner))


def _outside(context: Context, document: Document) -> Sites:
    """What is looked at, or the value of a decision without a table."""
    names = context.callers.decision(document)
    value = document.value
    if "value" in value:
        yield Site(document, ("value",), value["value"], names)
    for path, one in listed(value.get("inputs"), ("inputs",)):
        given = body(one)
        source = given.get("value", given.get("name"))
        place = (*path, "value") if "value" in given else (*path, "name")
        yield Site(document, place, source, names)


def _inside(context: Context, document: Document, names: Names) -> Names:
    """The names in cells. Nobody uses the decision yet: what its inputs and tests name."""
    if context.callers.used(document) or not names.open:
        return names
    known: dict[str, k.Kind] = dict.fromkeys(all_fields(context), k.ANY)
    for one in items(document.value.get("inputs")):
        source = body(one).get("value", body(one).get("name"))
        try:
            read = parse_expression(source).names if isinstance(source, str) else frozenset()
        except FeelError:
            continue
        known |= dict.fromkeys(read, k.ANY)
    for test in items(document.value.get("tests")):
        known |= dict.fromkeys((str(key) for key in body(body(test).get("given"))), k.ANY)
    return Names({**known, **names.known})


@checks
def tests(context: Context) -> Iterator[Finding]:
    """What a test expects has the shape of the decision's answer."""
    for document in context.of_kind("decision"):
        outputs = [str(body(one).get("name")) for one in items(document.value.get("outputs"))]
        if "value" in document.value or not outputs:
            continue
        for path, test in listed(document.value.get("tests"), ("tests",)):
            if "expect" in body(test):
                place = (*path, "expect")
                yield from _expected(document, place, test["expect"], outputs)
                yield from expected_findings(document, place, test["expect"])


def _expected(
    document: Document, path: Path, expected: Any, outputs: list[str]
) -> Iterator[Finding]:
    hit = document.value.get("hit", "UNIQUE")
    many = hit in ("RULE ORDER", "OUTPUT ORDER", "COLLECT")
    if many and expected is not None and not isinstance(expected, list | tuple):
        yield document.finding(path, "decision.expect", "rows", hit=hit)
        return
    rows = listed(expected, path) if many else [(path, expected)]
    for place, row in rows:
        if len(outputs) == 1 and outputs[0] not in body(row):
            continue
        if len(outputs) > 1 and row is not None and not body(row) and row != {}:
            names = Listed(tuple(outputs))
            yield document.finding(
                place, "decision.expect", "outputs", names=names, name=outputs[0]
            )
        for at, name, _ in members(row, place):
            if name not in outputs:
                hint = meant(name, outputs) or one_of(outputs)
                yield document.finding(at, "decision.expect", "output", name=name, hint=hint)


@checks
def for_tickets_and_matrices(context: Context) -> Iterator[Finding]:
    """`verify` needs a COLLECT decision with `problem`, a matrix rows that say who is asked."""
    for view in context.processes:
        for one in view.activities:
            name = text(one.body.get("verify"))
            found = context.find("decision", name) if name and one.own else None
            if found is not None and "rules" in found.value:
                hit = found.value.get("hit", "UNIQUE")
                if hit != "COLLECT" or "problem" not in _outputs(found):
                    path = (*one.path, "verify")
                    yield view.document.finding(path, "decision.verify", name=name)
    for document in context.of_kind("approval"):
        name = text(document.value.get("matrix"))
        found = context.find("decision", name) if name else None
        if found is not None and "rules" in found.value:
            outputs = _outputs(found)
            if not {"role", "users", "manager_of"} & outputs or not {"step", "role"} & outputs:
                yield document.finding(("matrix",), "decision.matrix", name=name)


def _outputs(document: Document) -> set[str]:
    return {str(body(one).get("name")) for one in items(document.value.get("outputs"))}
