"""Amounts of balances: exact decimals of a bounded size, so that sums never round."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any, Final

NOTHING: Final = Decimal(0)
# Digits before the point, and after it.
WHOLE: Final = 24
PARTS: Final = 12
# Enough for the sum of as many amounts as there can be.
_EXACT: Final = Context(prec=64)


def amount_of(value: Any) -> Decimal | None:
    """The value as an amount, None where it is none: no number, too large, too fine."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**WHOLE else None
    if not value.is_finite() or value.adjusted() >= WHOLE:
        return None
    plain = plain_of(value)
    exponent = plain.as_tuple().exponent
    return plain if isinstance(exponent, int) and exponent >= -PARTS else None


def plain_of(value: Decimal) -> Decimal:
    """The same number without zeros at its end and without an exponent."""
    short = value.normalize(_EXACT)
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1), context=_EXACT) if int(exponent) > 0 else _EXACT.plus(short)


def plus(one: Decimal | int, other: Decimal | int) -> Decimal:
    """The exact sum."""
    return plain_of(_EXACT.add(Decimal(one), Decimal(other)))


def minus(one: Decimal | int, other: Decimal | int) -> Decimal:
    """The exact difference."""
    return plain_of(_EXACT.subtract(Decimal(one), Decimal(other)))
