"""Balances of records as plain values: amounts are exact decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRecord:
    """A record as a transaction has it for itself. `reserved`: by field, where anything ever was.
    `last`: the highest version that ever was, `told`: the highest that its history knows."""

    organisation: int
    collection: str
    key: str
    version: int
    last: int
    told: int
    body: Mapping[str, Any]
    reserved: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What there is of a balance: the record's field, and what is reserved of it."""

    organisation: int
    collection: str
    key: str
    field: str
    on_hand: Decimal
    reserved: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What an order holds; written with `amount` 0: nothing any more. `record`: the key of the
    record that `key` leads to."""

    organisation: int
    order: int
    collection: str
    field: str
    key: str
    record: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceMove:
    """One line of a move, told by entry `seq` of the order's stream. `reserved`, `on_hand`: by how
    much these changed. `at`: ISO 8601 UTC."""

    organisation: int
    order: int
    seq: int
    line: int
    collection: str
    record: str
    field: str
    way: str
    reserved: Decimal
    on_hand: Decimal
    at: str
    by: str
