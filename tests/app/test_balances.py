"""Balances of collections through the whole application: moved whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.balance_bundle import Spender, level, spending, sum_of
from parts.collection_bundle import holder
from parts.exported import folded

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines
from orderloom.platform.app.balance_differences import balance_differences
from orderloom.platform.problem import Rejection
from orderloom.platform.store.collection_rows import Record

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


# ── records whose amounts orders hold ────────────────────────────────────────────────────────


def edited(app: Application, key: str, after: dict[str, Any], version: int) -> Any:
    keeper = holder(app, "ada", "collections.edit")
    return app.collections.put(keeper, "budgets", key, after, expected=version, channel="api")


def record(app: Application, key: str) -> Record:
    found = app.store.collections.record(1, "budgets", key)
    assert found is not None
    return found


def test_a_budget_does_not_fall_below_what_is_reserved(app: Application) -> None:
    alice = Spender(app)
    order = alice.begin()
    alice.tell(order, "take", unit="IT", n=300)
    refused = edited(app, "IT", {"id": "IT", "amount": D("299.99")}, 1)
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.path) == ("record.reserved", "amount")
    assert refused.params == {
        "key": "IT",
        "field": "amount",
        "reserved": 300,
        "amount": D("299.99"),
    }
    assert isinstance(edited(app, "IT", {"id": "IT", "amount": 300}, 1), Record)
    assert level(app, "IT") == (300, 300)
    short = alice.tell(order, "take", unit="IT", n=1)
    assert short.state.tags == ("short",)
    alice.tell(order, "give-all", unit="IT")
    assert isinstance(edited(app, "IT", {"id": "IT"}, 2), Record)
    assert level(app, "IT") == (0, 0)
    assert list(balance_differences(app.store)) == []


def test_a_record_stays_while_orders_hold_of_it(app: Application) -> None:
    alice, keeper = Spender(app), holder(app, "ada", "collections.edit")
    order = alice.begin()
    alice.tell(order, "take", unit="IT", n=300)
    gone = app.collections.delete(keeper, "budgets", "IT", expected=1, channel="api")
    assert isinstance(gone, Rejection)
    assert gone.code == "record.reserved_gone"
    merged = app.merging.merge(
        keeper, "budgets", record(app, "HR"), record(app, "IT"), channel="api"
    )
    assert isinstance(merged, Rejection)
    assert merged.code == "record.reserved_gone"
    # The one that stays may be reserved of: the other key leads to it from now on.
    done = app.merging.merge(keeper, "budgets", record(app, "IT"), record(app, "HR"), channel="api")
    assert not isinstance(done, Rejection)
    alice.tell(order, "take", unit="HR", n=5)
    assert level(app, "IT") == (1000, 305)
    split = app.merging.split(keeper, "budgets", "HR", channel="api")
    assert isinstance(split, Rejection)
    assert split.code == "record.reserved_as"
    alice.tell(order, "end")
    assert level(app, "IT") == (1000, 0)
    assert not isinstance(app.merging.split(keeper, "budgets", "HR", channel="api"), Rejection)
    assert list(balance_differences(app.store)) == []


def test_the_export_alone_tells_what_orders_hold(app: Application) -> None:
    alice = Spender(app)
    order = alice.begin()
    alice.tell(order, "take", unit="IT", n=300)
    alice.tell(order, "spend", unit="IT", n=D("99.5"))
    state = folded(export_lines(app))[order]
    assert state.reserved == {"budgets.amount": {"IT": D("200.5")}}
    assert state == app.store.reads.orders_by_id(1, [order])[order].state
