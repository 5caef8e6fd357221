"""Tickets of `verify` (language 3.6): the fields that rows ask to correct are in the form, and who
is asked may change them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from orderloom.forms import FormError
from orderloom.forms.editing import EditRule, compile_edit
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.fields import unknown_field
from orderloom.platform.definitions.checks.plain import body, listed, text
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.checks.roles import cell_of, quoted_text
from orderloom.platform.definitions.document import Document, Path
from orderloom.platform.definitions.finding import Finding
from orderloom.rules import FeelError, parse_expression
from orderloom.rules import syntax as s


@checks
def fields_of_rows(context: Context) -> Iterator[Finding]:
    """The column `fields` of decisions that processes verify by."""
    for view in context.processes:
        form = context.fields(view.document.value.get("form"))
        for activity in view.activities:
            name = text(activity.body.get("verify"))
            decision = context.find("decision", name) if name is not None else None
            if decision is None or form is None:
                continue
            for path, field, _ in _named(decision):
                yield from unknown_field(decision, path, field, form)


@checks
def fields_that_may_be_mended(context: Context) -> Iterator[Finding]:
    """Where the form's `edit` keeps a field from whoever is asked, the ticket cannot be mended by
    them: somebody else has to."""
    for view in context.processes:
        form = context.find("form", str(view.document.value.get("form")))
        rules = _rules(form)
        if form is None or rules is None:
            continue
        for activity in view.activities:
            name = text(activity.body.get("verify"))
            decision = context.find("decision", name) if name is not None else None
            stages = set(view.above(activity.stage))
            if decision is None:
                continue
            for path, field, role in _named(decision):
                if not _reached(rules, field, stages, role):
                    yield _shut(decision, path, field, activity.stage, role)


def _shut(document: Document, path: Path, field: str, stage: str, role: str | None) -> Finding:
    if role is None:
        return document.finding(path, "ticket.shut", severity="warning", name=field, id=stage)
    return document.finding(
        path, "ticket.shut", "role", severity="warning", name=field, id=stage, what=role
    )


def _rules(form: Document | None) -> tuple[EditRule, ...] | None:
    try:
        rules = compile_edit(form.value) if form is not None else None
    except FormError:
        return None
    # A form without `edit` is open in a draft alone.
    return rules if rules is not None else ()


def _reached(rules: Sequence[EditRule], field: str, stages: set[str], role: str | None) -> bool:
    """Whether the field, or a part of it, may be changed in one of the stages."""
    path = tuple(field.split("."))
    for rule in rules:
        roles = {role} if role is not None else set(rule.roles)
        for one in (path, *(each for each in rule.fields if each[: len(path)] == path)):
            if rule.allows(one, stages=stages, draft=False, roles=roles):
                return True
    return False


def _named(decision: Document) -> Iterator[tuple[Path, str, str | None]]:
    """Place and field of each, and the role that the row asks, where it is written out."""
    for path, row in listed(decision.value.get("rules"), ("rules",)):
        then = body(row).get("then")
        key, cell = cell_of(decision, then, "fields")
        role = quoted_text(cell_of(decision, then, "role")[1])
        for field in _literals(cell):
            yield (*path, "then", key), field, role


def _literals(cell: Any) -> list[str]:
    """The texts of a list that is written out."""
    if isinstance(cell, list | tuple):
        return [text for one in cell if (text := quoted_text(one)) is not None]
    if not isinstance(cell, str):
        return []
    try:
        node = parse_expression(cell).node
    except FeelError:
        return []
    found = node.items if isinstance(node, s.ListNode) else (node,)
    values = [one.value for one in found if isinstance(one, s.Literal)]
    return [value for value in values if isinstance(value, str)]
