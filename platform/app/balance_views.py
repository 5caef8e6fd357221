"""Balances before the eyes of one person: what there is, who holds it, what was moved.

Orders that the viewer may not see are counted, not named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from orderloom.platform.app.collection_records import Collections
from orderloom.platform.app.cursors import read_cursor, write_cursor
from orderloom.platform.app.reading import Desk
from orderloom.platform.app.view_models import Page
from orderloom.platform.engine.amounts import NOTHING, amount_of, minus, plus
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Rejection
from orderloom.platform.store.balance_rows import BalanceMove, Level, Reservation
from orderloom.platform.store.balances import SqlBalances
from orderloom.platform.store.collection_rows import Record

# Orders that are named one by one.
MOST_ORDERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an order holds."""

    number: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A balance of a record. `held`: by the orders that the viewer may see; `others`: by all the
    others together."""

    key: str
    field: str
    on_hand: Decimal
    reserved: Decimal
    held: tuple[Held, ...] = ()
    others: Decimal = NOTHING

    @property
    def free(self) -> Decimal:
        return max(minus(self.on_hand, self.reserved), NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One move. `number`: of the order, None for one that the viewer may not see."""

    move: BalanceMove
    number: str | None


class Balances:
    """For holders of `collections.read`. Every refusal is a value."""

    def __init__(self, tables: SqlBalances, collections: Collections, desk: Desk) -> None:
        self._tables = tables
        self._collections = collections
        self._desk = desk

    def of_collection(
        self, actor: Actor, id: str, cursor: str | None = None, limit: int = 50
    ) -> Page[Balance] | Rejection:
        """The balances against which anything ever was moved, by key and field."""
        found = self._collections.one(actor, id)
        if isinstance(found, Rejection):
            return found
        after = read_cursor(cursor, str, str)
        if isinstance(after, Rejection):
            return after
        rows = self._tables.of_collection(actor.organisation, id, after or ("", ""), limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        more = write_cursor((last.key, last.field)) if last is not None else None
        return Page(tuple(map(_plain, rows[:limit])), more)

    def of_record(self, actor: Actor, id: str, key: str) -> tuple[Balance, ...] | Rejection:
        """Every balance of a record, in the order of the definition, with the orders that hold of
        it."""
        collection = self._collections.one(actor, id)
        record = self._collections.record(actor, id, key)
        if isinstance(collection, Rejection):
            return collection
        if isinstance(record, Rejection):
            return record
        levels = {one.field: one for one in self._tables.levels(actor.organisation, id, key)}
        fields = [*collection.balances, *(f for f in levels if f not in collection.balances)]
        held = self._tables.held(actor.organisation, id, key, MOST_ORDERS)
        numbers = self.numbers(actor, (each.order for each in held))
        return tuple(_balance(record, field, levels.get(field), held, numbers) for field in fields)

    def moves(
        self, actor: Actor, id: str, key: str, cursor: str | None = None, limit: int = 50
    ) -> Page[Moved] | Rejection:
        """What was moved of a record, the last first."""
        found = self._collections.record(actor, id, key)
        if isinstance(found, Rejection):
            return found
        before = read_cursor(cursor, str, int, int, int)
        if isinstance(before, Rejection):
            return before
        rows = self._tables.moves(actor.organisation, id, key, before=before, limit=limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        more = write_cursor((last.at, last.order, last.seq, last.line)) if last else None
        numbers = self.numbers(actor, (each.order for each in rows))
        items = [Moved(move=each, number=numbers.get(each.order)) for each in rows[:limit]]
        return Page(tuple(items), more)

    def numbers(self, actor: Actor, ids: Iterable[int]) -> dict[int, str]:
        """The numbers of those orders that the actor may see."""
        stored = self._desk.reads.orders_by_id(actor.organisation, sorted(set(ids)))
        return {id_: one.state.number for id_, one in stored.items() if self._desk.seen(actor, one)}


def _plain(level: Level) -> Balance:
    return Balance(key=level.key, field=level.field, on_hand=level.on_hand, reserved=level.reserved)


def _balance(
    record: Record,
    field: str,
    level: Level | None,
    held: Iterable[Reservation],
    numbers: dict[int, str],
) -> Balance:
    reserved = level.reserved if level is not None else NOTHING
    named: dict[str, Decimal] = {}
    for each in held:
        if each.field == field and each.order in numbers:
            number = numbers[each.order]
            named[number] = plus(named.get(number, NOTHING), each.amount)
    others = reserved
    for amount in named.values():
        others = minus(others, amount)
    return Balance(
        key=record.key,
        field=field,
        on_hand=amount_of(record.body.get(field)) or NOTHING,
        reserved=reserved,
        held=tuple(Held(number=number, amount=amount) for number, amount in named.items()),
        others=others,
    )
