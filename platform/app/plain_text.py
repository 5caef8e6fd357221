"""Data values as short text for lists and reasons, in the viewer's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.words import Words
from orderloom.platform.words.erased import erased_words

LONGEST: Final = 80


def shown_value(value: Any, words: Words) -> str:
    """One value in a few words; lists by their length, money with its currency."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.text("web.yes") if value else words.text("web.no")
    if isinstance(value, int | Decimal):
        return words.number(value)
    if isinstance(value, str):
        return _text(value, words)
    if isinstance(value, Mapping):
        return _record(value, words)
    if isinstance(value, list | tuple):
        if value and all(isinstance(each, str | int | Decimal) for each in value):
            return _cut(", ".join(shown_value(each, words) for each in value))
        return words.text("web.values", count=len(value))
    return _cut(str(value))


def _text(value: str, words: Words) -> str:
    if len(value) == 10 and value[4:5] == "-" and value[7:8] == "-":
        try:
            return words.date(date.fromisoformat(value))
        except ValueError:
            return value
    return _cut(value)


def _record(value: Mapping[str, Any], words: Words) -> str:
    gone = erased_words(value, words)
    if gone is not None:
        return gone
    amount, currency = value.get("amount"), value.get("currency")
    if isinstance(amount, int | Decimal) and isinstance(currency, str) and currency:
        return words.money(amount, currency)
    named = value.get("name") or value.get("title") or value.get("id")
    if isinstance(named, str):
        return _cut(named)
    return words.text("web.values", count=len(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
