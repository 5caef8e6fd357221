"""Fields that are money (`x-money`): their currency, and its ISO 4217 digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from orderloom.forms.nodes import Node, find, walk
from orderloom.forms.problem import FieldProblem, dotted

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """`currency`: a code; or `field`, the path of the field that has the code.

    `digits`: `x-scale`, more or fewer digits than the currency's own (unit prices).
    """

    path: Path
    currency: str | None = None
    field: Path = ()
    digits: int | None = None


def money_fields(root: Node) -> tuple[Money, ...]:
    """All fields with `x-money`. A name is looked for beside the field, then at the top."""
    found = []
    for path, node in walk(root):
        named = node.schema.get("x-money")
        if not isinstance(named, str):
            continue
        digits = node.schema.get("x-scale")
        parts = tuple(named.split("."))
        beside = (*path[:-1], *parts)
        if find(root, beside) is not None:
            found.append(Money(path, field=beside, digits=digits))
        elif find(root, parts) is not None:
            found.append(Money(path, field=parts, digits=digits))
        else:
            found.append(Money(path, currency=named, digits=digits))
    return tuple(found)


def currency_of(money: Money, data: Any, row: Any = None) -> str | None:
    """The currency's code; `row`: the list element that the field is in, if it is in one."""
    if money.currency is not None:
        return money.currency
    beside = money.path[: len(money.field) - 1] == money.field[:-1] and len(money.field) > 1
    value: Any = row if beside and row is not None else data
    path = money.field[-1:] if beside and row is not None else money.field
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def digits_of(money: Money, currency: str | None) -> int | None:
    """How many digits after the mark the amount may have; None if that is not known."""
    if money.digits is not None:
        return money.digits
    return None if currency is None else get_currency_precision(currency)


def scale_problems(fields: tuple[Money, ...], data: Mapping[str, Any]) -> tuple[FieldProblem, ...]:
    """Amounts with more digits than their currency has: rounding is written, never silent."""
    problems = []
    for money in fields:
        for place, amount, row in _amounts(money.path, data, (), None):
            currency = currency_of(money, data, row)
            digits = digits_of(money, currency)
            if digits is None or _digits(amount) <= digits:
                continue
            message = f"{amount} has more than {digits} digits after the mark"
            params = {"count": digits, "currency": currency or ""}
            problems.append(FieldProblem(dotted(place), "money_scale", message, params))
    return tuple(problems)


def _amounts(
    path: Path, value: Any, place: tuple[str | int, ...], row: Any
) -> Iterator[tuple[tuple[str | int, ...], Decimal, Any]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _amounts(path, each, (*place, index), each)
    elif not path:
        if isinstance(value, Decimal):
            yield place, value, row
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _amounts(path[1:], value[path[0]], (*place, path[0]), row)


def _digits(amount: Decimal) -> int:
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0:
        return 0
    wasted = 0
    for digit in reversed(digits):
        if digit or wasted == -exponent:
            break
        wasted += 1
    return -exponent - wasted
