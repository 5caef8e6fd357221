"""What the tables of balances keep, whoever writes: exact, never too much, for ever."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from orderloom.platform.store import Store
from orderloom.platform.store.balance_rows import BalanceMove, Level, Reservation
from orderloom.platform.store.order_rows import Changes, Conflict

D = Decimal
FINE = D("123456789012345678901234.123456789012")
PLACE: dict[str, Any] = {"organisation": 1, "collection": "budgets", "key": "IT", "field": "amount"}


def level(on_hand: Decimal, reserved: Decimal, key: str = "IT") -> Level:
    return Level(**{**PLACE, "key": key}, on_hand=on_hand, reserved=reserved)


def held(order: int, amount: Decimal, key: str = "IT") -> Reservation:
    return Reservation(
        organisation=1,
        order=order,
        collection="budgets",
        field="amount",
        key=key,
        record="IT",
        amount=amount,
    )


def moved(order: int, seq: int, reserved: Decimal) -> BalanceMove:
    return BalanceMove(
        organisation=1,
        order=order,
        seq=seq,
        line=0,
        collection="budgets",
        record="IT",
        field="amount",
        way="reserve",
        reserved=reserved,
        on_hand=D(0),
        at="2026-03-02T09:00:00.000000Z",
        by="u_1",
    )


def write(store: Store, *levels: Level, **more: Any) -> None:
    with store.commands.transaction() as transaction:
        transaction.flush(Changes(levels=list(levels), **more))


def test_amounts_come_back_to_the_last_digit(store: Store) -> None:
    amounts = (FINE, D("0.1"), D("0.2"), D("-0.3"))
    moves = [moved(7, seq, amount) for seq, amount in enumerate(amounts, 1)]
    write(store, level(FINE, FINE), held=[held(7, FINE), held(8, D("0.1"))], moves=moves)
    (found,) = store.balances.levels(1, "budgets", "IT")
    assert (found.on_hand, found.reserved) == (FINE, FINE)
    assert [each.amount for each in store.balances.held(1, "budgets", "IT", 9)] == [FINE, D("0.1")]
    assert store.balances.moved_sum(1, "budgets", "IT", "amount") == FINE
    newest = store.balances.moves(1, "budgets", "IT", before=None, limit=2)
    assert [each.seq for each in newest] == [4, 3]
    last = newest[-1]
    place = (last.at, last.order, last.seq, last.line)
    older = store.balances.moves(1, "budgets", "IT", before=place, limit=9)
    assert [each.seq for each in older] == [2, 1]


@pytest.mark.parametrize(
    ("on_hand", "reserved"),
    [
        (D(0), D("-0.01")),
        (D(1), D("1.01")),
        (D("-5"), D("0.01")),
        (D("1000.00"), D("1000.000001")),
    ],
)
def test_never_more_is_reserved_than_there_is(
    store: Store, on_hand: Decimal, reserved: Decimal
) -> None:
    with pytest.raises(Conflict):
        write(store, level(on_hand, reserved))
    assert store.balances.levels(1, "budgets", "IT") == []


def test_all_of_it_may_be_reserved_and_a_debt_has_nothing_to_reserve(store: Store) -> None:
    write(store, level(FINE, FINE), level(D("-5"), D(0), "HR"))
    assert [each.reserved for each in store.balances.all_levels()] == [0, FINE]


@pytest.mark.parametrize(
    "sql", ["UPDATE balance_move SET reserved = reserved", "DELETE FROM balance_move"]
)
def test_a_move_is_kept_as_it_was(store: Store, sql: str) -> None:
    write(store, level(D(5), D(5)), moves=[moved(7, 1, D(5))])
    with pytest.raises(SQLAlchemyError), store.database.writing() as connection:
        connection.execute(text(sql))
    assert store.balances.moved_sum(1, "budgets", "IT", "amount") == 5


def test_what_an_order_holds_no_more_is_gone(store: Store) -> None:
    write(store, level(D(9), D(5)), held=[held(7, D(2)), held(7, D(5))], moves=[moved(7, 1, D(5))])
    assert [each.amount for each in store.balances.held_by(7)] == [5]
    write(store, level(D(9), D(0)), held=[held(7, D(0))], moves=[moved(7, 2, D(-5))])
    assert store.balances.held_by(7) == []


def test_rows_that_are_brought_anew_change_what_there_is(store: Store) -> None:
    write(store, level(D(9), D(5)))
    store.collections.replace(1, "budgets", {"IT": {"id": "IT", "amount": D("7.5")}})
    (found,) = store.balances.levels(1, "budgets", "IT")
    assert (found.on_hand, found.reserved) == (D("7.5"), D(5))
