"""Other systems' orders become orders of the examples, each record once, money to the digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.examples import folder

from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import bring_orders
from orderloom.platform.app.records import read_records
from orderloom.platform.app.standing import innermost
from orderloom.platform.codec import dumps
from orderloom.platform.engine import OrderState

pytestmark = pytest.mark.slow

# example, mapping, folder or file of the shared data, number of records
SETS = (
    ("b2b-order", "northwind", "orders/northwind_json", 830),
    ("purchase-order", "adventureworks", "orders/adventureworks/purchase_orders.json", 500),
)


@pytest.mark.parametrize(("example", "mapping", "source", "count"), SETS)
def test_every_record_becomes_an_order_that_waits_or_ended(
    example: str, mapping: str, source: str, count: int, app: Application, shared_data: Path
) -> None:
    first = bring_orders(app, folder(example), mapping, shared_data / source)
    assert first.to_json() == {"read": count, "created": count, "duplicates": 0, "rejected": 0}
    states = dict(_orders(app))
    assert len(states) == count
    assert Counter(state.in_attention for state in states.values()) == {False: count}
    assert not [state.order for state in states.values() if not _rests(app, state)]
    again = bring_orders(app, folder(example), mapping, shared_data / source)
    assert again.to_json() == {"read": count, "created": 0, "duplicates": count, "rejected": 0}


def test_purchase_orders_keep_their_money_to_the_digit(app: Application, shared_data: Path) -> None:
    source = shared_data / SETS[1][2]
    bring_orders(app, folder("purchase-order"), "adventureworks", source)
    orders = {state.data["channel_ref"]: state.data for _, state in _orders(app)}
    records = {record.value["PurchaseOrderID"]: record.value for record in read_records(source)}
    assert orders.keys() == records.keys()
    for key, record in records.items():
        data = orders[key]
        assert data["subtotal"] == Decimal(record["SubTotal"])
        assert data["total"] == data["total_due"] == Decimal(record["TotalDue"])
        nets = [line["net"] for line in data["lines"]]
        assert nets == [Decimal(line["LineTotal"]) for line in record["Lines"]]
    statuses = {record["StatusName"] for record in records.values()}
    assert statuses == {data["source_status"] for data in orders.values()}


def test_a_broken_record_is_reported_and_the_others_go_in(app: Application, tmp_path: Path) -> None:
    good = _purchase("1")
    wrong_sum = {**_purchase("2"), "TaxAmt": "not a number"}
    too_fine = _purchase("3", UnitPrice="1.00001", LineTotal="2.00002")
    path = tmp_path / "orders.json"
    path.write_bytes(b"[\n" + b",\n".join(dumps(one) for one in (good, wrong_sum, too_fine)) + b"]")
    report = bring_orders(app, folder("purchase-order"), "adventureworks", path)
    assert (report.read, report.created, report.rejected) == (3, 1, 2)
    assert [(problem.line, problem.key) for problem in report.problems] == [(3, "2"), (4, "3")]
    assert [problem.code for problem in report.problems] == ["import.expression", "form.invalid"]
    path.write_bytes(dumps([good, _purchase("2")]))
    mended = bring_orders(app, folder("purchase-order"), "adventureworks", path)
    assert (mended.created, mended.duplicates, mended.rejected) == (1, 1, 0)


def _purchase(key: str, **line: str) -> dict[str, Any]:
    """A record as the source writes it: numbers are text."""
    lines = [{"ProductID": "7", "OrderQty": "2", "UnitPrice": "10.5000", "LineTotal": "21.0000"}]
    lines[0] |= {"ReceivedQty": "2.00", "RejectedQty": ".00", **line}
    return {
        "PurchaseOrderID": key,
        "StatusName": "Complete",
        "EmployeeID": "3",
        "VendorID": "40",
        "SubTotal": "21.0000",
        "TaxAmt": "1.6800",
        "Freight": "0.5250",
        "TotalDue": "23.2050",
        "Lines": lines,
    }


def _orders(app: Application) -> Iterator[tuple[int, OrderState]]:
    found = app.store.reads.orders_by_id(1, list(range(1, 2_000)))
    for id_, stored in found.items():
        yield id_, stored.state


def _rests(app: Application, state: OrderState) -> bool:
    """Ended, or something is there for which it waits: a task, a call, a clock, an event."""
    if state.status == "ended":
        return True
    stored = app.store.reads.orders_by_id(1, [state.order])[state.order]
    release = app.registry.by_no(stored.release)
    stages = [release.process.stages[id_] for id_ in innermost(state, release)]
    waiting = state.tasks or state.calls or state.timers or any(stage.on for stage in stages)
    return state.status == "open" and bool(waiting)
