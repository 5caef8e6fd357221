"""Fields of an order as its form names and writes them: labels, choices, money and currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderloom.forms import Form
from orderloom.forms.labels import label_of, option_label, spoken
from orderloom.forms.money import currency_of, digits_of
from orderloom.forms.nodes import choices, find
from orderloom.forms.widgets import text_of
from orderloom.platform.app.plain_text import shown_value
from orderloom.platform.words import Words


def field_label(form: Form, path: str, words: Words) -> str:
    """What the form calls the field; what it does not know is its name as words."""
    parts = tuple(path.split("."))
    node = find(form.root, parts)
    return label_of(form.labels, parts, node, words) if node else spoken(parts[-1])


def field_value(form: Form, path: str, value: Any, data: Mapping[str, Any], words: Words) -> str:
    """The value as people read it. `data` has the currency of money."""
    parts = tuple(path.split("."))
    node, money = find(form.root, parts), form.money.get(parts)
    if node is None or value is None:
        return shown_value(value, words)
    if isinstance(value, str | bool) and value in choices(node.schema):
        return option_label(form.labels, parts, value, node, words)
    if money is None or not isinstance(value, int | Decimal):
        shown = shown_value(value, words)
        return value if isinstance(value, str) and shown.endswith("…") else shown
    currency = currency_of(money, data)
    # As many digits as the currency has; more only where the amount has more.
    digits = digits_of(replace(money, digits=None), currency) or 0
    amount = text_of(node, "money", value, words.language, digits=digits)
    return f"{amount} {currency}" if currency else amount


def value_at(data: Any, path: str) -> Any:
    """The value at a dotted path, None where there is none."""
    for part in path.split("."):
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def is_money(form: Form, path: str) -> bool:
    """Whether the field is an amount with a currency."""
    return tuple(path.split(".")) in form.money


def currency_field(form: Form, path: str) -> str:
    """The field that has the currency of an amount; empty where there is none."""
    money = form.money.get(tuple(path.split(".")))
    return ".".join(money.field) if money else ""
