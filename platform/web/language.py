"""Which of our languages a request asks for (RFC 9110, section 12.5.4)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from orderloom.platform.words import LANGUAGES

MOST: Final = 10


def asked_language(header: str) -> str | None:
    """The first of our languages by weight in an `Accept-Language`; None for none of them."""
    best, chosen = Decimal(0), None
    for part in header.split(",")[:MOST]:
        tag, _, parameters = part.partition(";")
        short = tag.strip().partition("-")[0].lower()
        weight = _weight(parameters)
        if short in LANGUAGES and weight > best:
            best, chosen = weight, short
    return chosen


def _weight(parameters: str) -> Decimal:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return Decimal(1)
    try:
        weight = Decimal(value[:8])
    except InvalidOperation:
        return Decimal(0)
    return weight if weight.is_finite() else Decimal(0)
