"""Balances as a transaction reads and writes them (engine 3: after the rows of orders)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from orderloom.platform.codec import loads
from orderloom.platform.store.balance_rows import (
    BalanceMove,
    BalanceRecord,
    Level,
    Reservation,
)
from orderloom.platform.store.cursor import Cursor
from orderloom.platform.store.plain_text import bounded

MOST_KEYS: Final = 500
MOST_STEPS: Final = 16
_OF: Final = "organisation_id = ? AND collection = ? AND key = ?"
_ROW: Final = f"SELECT version, body FROM collection_row WHERE {_OF}"
_LAST: Final = f"SELECT MAX(version) FROM collection_change WHERE {_OF}"
_KEPT: Final = f"SELECT kept FROM collection_merge WHERE {_OF}"
_LEVELS: Final = f"SELECT field, reserved FROM balance_level WHERE {_OF}"
_RESERVED: Final = (
    "SELECT key, field, reserved FROM balance_level"
    " WHERE organisation_id = ? AND collection = ? AND key IN ({marks})"
)
_HELD_AS: Final = (
    "SELECT 1 FROM balance_reservation WHERE organisation_id = ? AND collection = ?"
    " AND record <> ? AND key = ? LIMIT 1"
)
_LEVEL: Final = "organisation_id, collection, key, field, on_hand, reserved"
_LEVEL_THERE: Final = (
    " ON CONFLICT (organisation_id, collection, key, field)"
    " DO UPDATE SET on_hand = excluded.on_hand, reserved = excluded.reserved"
)
_HELD_KEY: Final = ("order_id", "collection", "field", "key")
_HELD: Final = "order_id, collection, field, key, organisation_id, record, amount"
_HELD_THERE: Final = (
    " ON CONFLICT (order_id, collection, field, key) DO UPDATE SET amount = excluded.amount"
)
_MOVE: Final = (
    "order_id, seq, line, organisation_id, collection, record, field, way, reserved, on_hand,"
    ' at, "by"'
)


def leads_to(cursor: Cursor, organisation: int, collection: str, key: str) -> str:
    """The key of the record that a key leads to, over those that were merged; else itself."""
    for _ in range(MOST_STEPS):
        known = (organisation, collection, bounded(key))
        if cursor.rows(_ROW, known):
            return key
        kept = cursor.rows(_KEPT, known)
        if not kept:
            return key
        key = kept[0][0]
    return key


def balance_record(
    cursor: Cursor, organisation: int, collection: str, key: str, *, locks: bool = True
) -> BalanceRecord | None:
    """The record of exactly that key, nobody else's until the end of the transaction (`locks`)."""
    known = (organisation, collection, bounded(key))
    lock = " FOR NO KEY UPDATE" if locks and not cursor.sqlite else ""
    rows = cursor.rows(_ROW + lock, known)
    if not rows:
        return None
    # Asked after the lock is held, so that they are as the one before has left them.
    told = cursor.rows(_LAST, known)[0][0] or 0
    reserved = {field: Decimal(amount) for field, amount in cursor.rows(_LEVELS, known)}
    ((version, body),) = rows
    return BalanceRecord(
        organisation=organisation,
        collection=collection,
        key=key,
        version=version,
        last=max(version, told),
        told=told,
        body=loads(body),
        reserved=reserved,
    )


def reserved_of(
    cursor: Cursor, organisation: int, collection: str, keys: Collection[str]
) -> dict[str, dict[str, Decimal]]:
    """What is reserved of records, by key and field; those of which nothing ever was are left
    out."""
    wanted = [bounded(key) for key in sorted(keys)]
    found: dict[str, dict[str, Decimal]] = {}
    for start in range(0, len(wanted), MOST_KEYS):
        part = wanted[start : start + MOST_KEYS]
        sql = _RESERVED.format(marks=", ".join("?" * len(part)))
        for key, field, amount in cursor.rows(sql, (organisation, collection, *part)):
            found.setdefault(key, {})[field] = Decimal(amount)
    return found


def held_as(cursor: Cursor, organisation: int, collection: str, key: str) -> bool:
    """Whether an order holds amounts by a key that leads to another record."""
    known = bounded(key)
    return bool(cursor.rows(_HELD_AS, (organisation, collection, known, known)))


def write_balances(
    cursor: Cursor,
    levels: Sequence[Level],
    held: Sequence[Reservation],
    moves: Sequence[BalanceMove],
) -> None:
    """Levels, what orders hold, and the moves that made it so."""
    put = _text if cursor.sqlite else _same
    cursor.insert("balance_level", _LEVEL, list(_levels(levels, put)), _LEVEL_THERE)
    # An order that moves twice in a batch holds what it held last.
    held = [*{_place(each): each for each in held}.values()]
    gone = [_place(each) for each in held if not each.amount]
    cursor.delete("balance_reservation", _HELD_KEY, gone)
    kept = [
        (*_place(each), each.organisation, bounded(each.record), put(each.amount))
        for each in held
        if each.amount
    ]
    cursor.insert("balance_reservation", _HELD, kept, _HELD_THERE)
    cursor.insert("balance_move", _MOVE, list(_moves(moves, put)))


def _place(held: Reservation) -> tuple[Any, ...]:
    return (held.order, held.collection, held.field, bounded(held.key))


def _levels(levels: Sequence[Level], put: Any) -> Iterable[tuple[Any, ...]]:
    for each in levels:
        place = (each.organisation, each.collection, bounded(each.key), each.field)
        yield (*place, put(each.on_hand), put(each.reserved))


def _moves(moves: Sequence[BalanceMove], put: Any) -> Iterable[tuple[Any, ...]]:
    for each in moves:
        yield (
            each.order,
            each.seq,
            each.line,
            each.organisation,
            each.collection,
            bounded(each.record),
            each.field,
            each.way,
            put(each.reserved),
            put(each.on_hand),
            each.at,
            each.by,
        )


def _text(amount: Decimal) -> str:
    """Plain digits, without an exponent: the same number is the same text."""
    return f"{amount:f}"


def _same(amount: Decimal) -> Decimal:
    return amount
