"""Balances of collections (language 3.5, 8): numbers of records that orders reserve and issue."""

from __future__ import annotations

from collections.abc import Iterator

from orderloom.forms.nodes import find
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.plain import body, items, text
from orderloom.platform.definitions.checks.process_view import ActionView, ProcessView
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant


@checks
def balance_fields(context: Context) -> Iterator[Finding]:
    """`balances` of a collection are fields of its records, and numbers."""
    for document in context.of_kind("collection"):
        schema = context.fields_of(document)
        for index, name in enumerate(items(document.value.get("balances"))):
            if schema is None or not isinstance(name, str):
                continue
            node = find(schema, (name,))
            if node is None:
                hint = meant(name, list(schema.properties))
                yield document.finding(("balances", index), "field.unknown", name=name, hint=hint)
            elif k.of_node(node).name not in ("number", "any"):
                found = k.of_node(node).name
                yield document.finding(
                    ("balances", index), "balance.not_a_number", name=name, found=found
                )


@checks
def moved_balances(context: Context) -> Iterator[Finding]:
    """What is reserved, released or issued is a balance of a collection, with an amount."""
    for view in context.processes:
        for action in view.actions:
            if action.own and action.balance is not None:
                yield from _moved(context, view, action)


def _moved(context: Context, view: ProcessView, action: ActionView) -> Iterator[Finding]:
    moved, path = body(action.balance), (*action.path, str(action.kind))
    if "amount" not in moved and action.kind != "release":
        yield view.document.finding(path, "balance.no_amount", action=str(action.kind))
    collection, _, field = (text(moved.get("balance")) or "").partition(".")
    if not field:
        return
    place = (*path, "balance")
    if not context.knows("collection", collection):
        hint = context.like("collection", collection)
        yield view.document.finding(place, "collection.unknown", name=collection, hint=hint)
        return
    found = context.find("collection", collection)
    known = [str(one) for one in items(found.value.get("balances"))] if found is not None else None
    if known is not None and field not in known:
        yield view.document.finding(
            place, "balance.unknown", name=field, collection=collection, hint=meant(field, known)
        )
