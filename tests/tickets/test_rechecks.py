"""Tickets open and close by themselves: after a change, by the clock, by what is outside."""

from __future__ import annotations

from parts.ticketing import Repairs

from orderloom.platform.app.doctor import examine
from orderloom.platform.app.view_orders import OrderQuery
from orderloom.platform.engine.commands import CompleteTask, EditData, WaiveTicket
from orderloom.platform.problem import Rejection


def test_an_outside_fact_closes_the_ticket_at_the_next_recheck(repairs: Repairs) -> None:
    order = repairs.start(customer="Fatra")
    assert list(repairs.tickets(order)) == ["unknown"]
    repairs.customer("C-2", "Fatra")
    repairs.pass_(minutes=59)
    assert list(repairs.tickets(order)) == ["unknown"]
    repairs.pass_(minutes=1)
    assert (repairs.tickets(order), repairs.stages(order)) == ({}, ["working"])
    repairs.pass_(hours=5)
    assert repairs.stages(order) == ["working"]


def test_the_clock_strikes_again_and_again(repairs: Repairs) -> None:
    order = repairs.start(customer="Fatra")
    for _ in range(3):
        repairs.pass_(hours=1)
        assert list(repairs.tickets(order)) == ["unknown"]
    repairs.customer("C-2", "Fatra")
    repairs.pass_(hours=1)
    assert repairs.stages(order) == ["working"]


def test_a_change_of_data_closes_what_fell_and_keeps_the_rest(repairs: Repairs) -> None:
    order = repairs.start(phone=None, lines=[{"sku": "A"}, {"sku": "B"}])
    before = repairs.tickets(order)
    assert list(before) == ["no-phone", "no-quantity/A", "no-quantity/B"]
    lines = [{"sku": "A"}, {"sku": "B", "qty": 2}]
    assert not isinstance(repairs.send("alice", EditData({"lines": lines}), order), Rejection)
    after = repairs.tickets(order)
    assert after == {key: n for key, n in before.items() if key != "no-quantity/B"}


def test_a_recheck_brings_a_new_problem_too(repairs: Repairs) -> None:
    order = repairs.start(customer="Fatra")
    repairs.customer("C-2", "Fatra")
    waits = repairs.start(total=5000)
    assert list(repairs.tickets(waits)) == ["dear"]
    assert not isinstance(repairs.send("alice", EditData({"customer": "Matra"}), waits), Rejection)
    assert list(repairs.tickets(waits)) == ["dear", "unknown"]
    repairs.pass_(hours=1)
    assert repairs.stages(order) == ["working"]
    assert list(repairs.tickets(waits)) == ["dear", "unknown"]


def test_ready_and_needs_completion_part_by_a_key(repairs: Repairs) -> None:
    ready, aside = repairs.start(), repairs.start(total=5000)
    needs = repairs.start(phone=None, priority="urgent", lines=[{"sku": "A"}])
    waive = WaiveTicket(repairs.tickets(aside)["dear"], "agreed")
    assert not isinstance(repairs.send("carol", waive, aside), Rejection)
    mine = repairs.actors["erin"]

    def listed(check: str) -> dict[str, tuple[int, int]]:
        page = repairs.app.views.orders(mine, OrderQuery(check=check))
        assert not isinstance(page, Rejection)
        return {one.number: (one.problems, one.warnings) for one in page.items}

    assert listed("ready") == {repairs.number(one): (0, 0) for one in (aside, ready)}
    assert listed("completion") == {repairs.number(needs): (2, 1)}
    assert repairs.app.views.order_counts(mine) == {"completion": 1, "ready": 2}
    mend = CompleteTask(repairs.tickets(needs)["no-phone"], data={"phone": "1"})
    assert not isinstance(repairs.send("alice", mend, needs), Rejection)
    lines = [{"sku": "A", "qty": 1}]
    mend = CompleteTask(repairs.tickets(needs)["no-quantity/A"], data={"lines": lines})
    assert not isinstance(repairs.send("alice", mend, needs), Rejection)
    assert (listed("completion"), len(listed("ready"))) == ({}, 3)
    assert listed("ready")[repairs.number(needs)] == (0, 1)
    assert all(check.problems == () for check in examine(repairs.app))


def test_nobody_counts_what_they_may_not_see(repairs: Repairs) -> None:
    repairs.start()
    repairs.start(phone=None)
    counted = {
        login: repairs.app.views.order_counts(repairs.actors[login])
        for login in ("alice", "carol", "mallory")
    }
    assert counted == {
        "alice": {"completion": 1, "ready": 1},
        "carol": {"completion": 1, "ready": 1},
        "mallory": {"completion": 0, "ready": 0},
    }
