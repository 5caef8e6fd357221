"""Balances are stored three times: as levels, as what orders hold, and as moves. They are compared,
with the records and the states of orders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from orderloom.platform.engine import OrderState
from orderloom.platform.engine.amounts import NOTHING, amount_of, plus
from orderloom.platform.store import Store
from orderloom.platform.store.balance_rows import Level, Reservation


def balance_differences(store: Store) -> Iterator[str]:
    """A sentence for each balance that is not what its record, orders and moves say."""
    for level in store.balances.all_levels():
        name = f"{level.collection}.{level.field} of {level.key}"
        for problem in _of_level(level, store):
            yield f"{name}: {problem}"


def _of_level(level: Level, store: Store) -> Iterator[str]:
    record = store.collections.record(level.organisation, level.collection, level.key)
    there = amount_of(record.body.get(level.field)) if record is not None else None
    if (there or NOTHING) != level.on_hand:
        yield f"the record has {there or NOTHING}, not {level.on_hand}"
    if level.reserved and not 0 <= level.reserved <= level.on_hand:
        yield f"{level.reserved} is reserved of {level.on_hand}"
    place = (level.organisation, level.collection, level.key, level.field)
    held, moved = store.balances.held_sum(*place), store.balances.moved_sum(*place)
    if held != level.reserved:
        yield f"orders hold {held}, not {level.reserved}"
    if moved != level.reserved:
        yield f"the moves come to {moved}, not {level.reserved}"


def held_differences(state: OrderState, held: list[Reservation]) -> Iterator[str]:
    """What an order holds by its state, and by the table."""
    expected = {
        (balance, key): Decimal(amount)
        for balance, keys in state.reserved.items()
        for key, amount in keys.items()
    }
    stored: dict[tuple[str, str], Decimal] = {}
    for each in held:
        place = (f"{each.collection}.{each.field}", each.key)
        stored[place] = plus(stored.get(place, NOTHING), each.amount)
    if stored != expected:
        yield f"reservations differ: {sorted(stored.items() ^ expected.items())}"
