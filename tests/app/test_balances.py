"""Balances of collections through the whole application: moved whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from parts.balance_bundle import Spender, level, spending, sum_of

from orderloom.platform.app.application import Application

D = Decimal


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with spending(tmp_path, amounts={"IT": 1000, "HR": D("50.25"), "OPS": None}) as made:
        yield made


def test_what_is_reserved_stands_against_what_there_is(app: Application) -> None:
    alice = Spender(app)
    order = alice.begin()
    alice.tell(order, "take", unit="IT", n=300)
    assert level(app, "IT") == (1000, 300)
    alice.tell(order, "spend", unit="IT", n=400)
    assert level(app, "IT") == (600, 0)
    assert sum_of(app, "SELECT on_hand FROM balance_move") == -400
    record = app.store.collections.record(1, "budgets", "IT")
    assert record is not None
    assert (record.version, record.body) == (2, {"id": "IT", "amount": 600})
    history = app.store.collections.history(1, "budgets", "IT", before=None, limit=9)
    assert [(each.way, each.version, each.more) for each in history] == [
        ("issued", 2, str(order)),
        ("added", 1, None),
    ]


def test_the_end_of_an_order_gives_back_what_it_holds(app: Application) -> None:
    alice = Spender(app)
    order = alice.begin(lines=[{"unit": "IT", "n": 1}, {"unit": "HR", "n": D("0.25")}])
    alice.tell(order, "take-all")
    assert (level(app, "IT"), level(app, "HR")) == ((1000, 1), (D("50.25"), D("0.25")))
    reply = alice.tell(order, "end")
    assert reply.state.reserved == {}
    assert (level(app, "IT"), level(app, "HR")) == ((1000, 0), (D("50.25"), 0))
    assert app.store.database.reader.rows("SELECT * FROM balance_reservation", ()) == []


def test_a_short_one_changes_nothing_and_says_what_is_free(app: Application) -> None:
    alice = Spender(app)
    order = alice.begin()
    reply = alice.tell(order, "take", unit="HR", n=D("50.26"))
    assert (reply.state.tags, reply.state.data["free"]) == (("short",), D("50.25"))
    assert level(app, "HR") == (D("50.25"), 0)


def test_a_block_that_fails_leaves_nothing_moved(app: Application) -> None:
    alice = Spender(app)
    order = alice.begin()
    alice.tell(order, "fail", unit="IT", n=10)
    assert level(app, "IT") == (1000, 0)
    assert sum_of(app, "SELECT on_hand FROM balance_move") == 0
