"""What a move does to a record's balances: pure arithmetic, exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from orderloom.platform.engine.amounts import NOTHING, amount_of, minus, plus
from orderloom.platform.store.balance_rows import BalanceRecord


def on_hand(record: BalanceRecord, field: str) -> Decimal:
    """What there is: the field; 0 where it is empty or no amount."""
    return amount_of(record.body.get(field)) or NOTHING


def free(record: BalanceRecord, field: str) -> Decimal:
    """What nobody has reserved, never below 0."""
    left = minus(on_hand(record, field), record.reserved.get(field, NOTHING))
    return max(left, NOTHING)


def granted(record: BalanceRecord, field: str, way: str, line: Mapping[str, Any]) -> Decimal:
    """How much of a line there is; a release is always possible."""
    amount = Decimal(line["amount"])
    if way == "release":
        return amount
    own = Decimal(line["own"]) if way == "issue" else NOTHING
    return min(amount, plus(own, free(record, field)))


def moved(
    record: BalanceRecord, field: str, way: str, amount: Decimal, own: Decimal
) -> BalanceRecord:
    """The record after a move; a negative `amount` and `own` take one back."""
    reserved = record.reserved.get(field, NOTHING)
    after = plus(reserved, amount) if way == "reserve" else minus(reserved, own)
    record = replace(record, reserved={**record.reserved, field: after})
    if way != "issue":
        return record
    return replace(record, body={**record.body, field: minus(on_hand(record, field), amount)})


def changes(line: Mapping[str, Any], way: str) -> tuple[Decimal, Decimal]:
    """By how much a line of `stock.moved` changed what is reserved, and what there is."""
    amount, own = Decimal(line["amount"]), Decimal(line.get("own", 0))
    if way == "reserve":
        return amount, NOTHING
    return minus(NOTHING, own), minus(NOTHING, amount) if way == "issue" else NOTHING
