"""Tickets of `verify` (language 3.6): the fields that rows ask to correct are in the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
            for path, field in _named(decision):
                yield from unknown_field(decision, path, field, form)


def _named(decision: Document) -> Iterator[tuple[Path, str]]:
    for path, row in listed(decision.value.get("rules"), ("rules",)):
        key, cell = cell_of(decision, body(row).get("then"), "fields")
        for field in _literals(cell):
            yield (*path, "then", key), field


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
