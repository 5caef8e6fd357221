"""Keys, series, currencies: what tells rows, orders and amounts apart (language 3.1, 6, 7, 8)."""

from __future__ import annotations

from collections.abc import Iterator

from babel.numbers import list_currencies

from orderloom.forms.money import money_fields
from orderloom.forms.nodes import walk
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.context import Context
from orderloom.platform.definitions.checks.fields import unknown_field
from orderloom.platform.definitions.checks.names import loop_variable
from orderloom.platform.definitions.checks.plain import body, text, texts
from orderloom.platform.definitions.checks.registry import checks
from orderloom.platform.definitions.document import Path
from orderloom.platform.definitions.finding import Finding
from orderloom.platform.definitions.saying import meant


@checks
def of_collections(context: Context) -> Iterator[Finding]:
    """The key and the balances of a collection are fields of its rows."""
    for document in context.of_kind("collection"):
        rows = context.fields_of(document)
        if rows is None:
            continue
        for key in ("key", "balances"):
            for path, name in texts(document.value.get(key), (key,)):
                yield from unknown_field(document, path, name, rows)


@checks
def of_elements(context: Context) -> Iterator[Finding]:
    """The key of an approval's `for_each` is a field of the elements."""
    for document in context.of_kind("approval"):
        variable = loop_variable(document.value.get("for_each"))
        key = text(document.value.get("key"))
        if variable is None or key is None:
            continue
        element = context.callers.approval(document).known.get(variable, k.ANY)
        if element.name == "context" and not element.open and key not in element.fields:
            hint = meant(key, element.fields)
            yield document.finding(("key",), "field.unknown", "element", name=key, hint=hint)


@checks
def of_orders(context: Context) -> Iterator[Finding]:
    """Order numbers count: without a series two orders would have one number."""
    for view in context.processes:
        number = view.document.value.get("number")
        path: Path = ("number",) if isinstance(number, str) else ("number", "pattern")
        pattern = text(number) or text(body(number).get("pattern"))
        if pattern is not None and "{seq" not in pattern and not view.fragment:
            yield view.document.finding(
                path, "number.no_sequence", pattern=pattern, short="{seq}", long="{seq:6}"
            )


@checks
def of_money(context: Context) -> Iterator[Finding]:
    """`x-money` names a field that has the currency, or a currency."""
    known = list_currencies()
    for document in context.of_kind("form"):
        root = context.fields_of(document)
        if root is None:
            continue
        for money in money_fields(root):
            if money.currency is None or money.currency in known:
                continue
            fields = [".".join(path) for path, _ in walk(root)]
            hint = meant(money.currency, fields)
            path = ("schema", *_inside(money.path), "x-money")
            yield document.finding(path, "money.unknown", name=money.currency, hint=hint)


def _inside(path: tuple[str, ...]) -> Path:
    """A field's place in a plain schema; the nearest line is found where lists come between."""
    return tuple(part for name in path for part in ("properties", name))
