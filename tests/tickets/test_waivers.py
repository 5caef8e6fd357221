"""What is set aside: by whom and why, for which values, and when it comes back."""

from __future__ import annotations

from pathlib import Path

from parts.api_client import Api
from parts.ticketing import Repairs, open_repairs

from orderloom.platform.app.auditing import verify_store
from orderloom.platform.engine.commands import CompleteTask, EditData, WaiveTicket
from orderloom.platform.problem import Rejection


def waive(repairs: Repairs, order: int, reason: str = "The board agreed") -> None:
    n = repairs.tickets(order)["dear"]
    assert not isinstance(repairs.send("carol", WaiveTicket(n, reason), order), Rejection)


def test_who_set_what_aside_and_why_is_told(shared: Repairs) -> None:
    order = shared.start(total=5000)
    waive(shared, order)
    assert shared.stages(order) == ["working"]
    (told,) = shared.view(order, "carol").waivers
    assert (told.row, told.problem, told.by.name) == ("dear", "Very dear", "Carol")
    assert (told.reason, told.values) == ("The board agreed", (("Total", "5,000.00 PLN"),))
    with Api(shared.app) as api:
        body = api.call("carol", "GET", f"/orders/{shared.number(order)}").body
        (sent,) = body["waivers"]
        assert (sent["row"], sent["by"]["name"], sent["reason"]) == (
            "dear",
            "Carol",
            "The board agreed",
        )
        events = api.call("erin", "GET", f"/orders/{shared.number(order)}/events").body["items"]
        said = [one["text"] for one in events if one["type"] == "ticket.waived"]
        assert len(said) == 1
        assert "Carol" in said[0]
        assert "Very dear" in said[0]
        assert "The board agreed" in said[0]
    assert verify_store(shared.app)["ok"]


def test_it_comes_back_when_its_values_change(shared: Repairs) -> None:
    order = shared.start(total=5000, phone=None)
    waive(shared, order)
    assert list(shared.tickets(order)) == ["no-phone"]
    shared.send("alice", EditData({"customer": "Tatra", "priority": "normal"}), order)
    assert list(shared.tickets(order)) == ["no-phone"]
    shared.send("carol", EditData({"total": 6000}), order)
    assert set(shared.tickets(order)) == {"no-phone", "dear"}
    shared.send("carol", EditData({"total": 5000}), order)
    assert list(shared.tickets(order)) == ["no-phone"]
    shared.send("carol", EditData({"total": 6000}), order)
    waive(shared, order, "Again")
    shared.send(
        "alice", CompleteTask(shared.tickets(order)["no-phone"], data={"phone": "1"}), order
    )
    assert shared.stages(order) == ["working"]
    assert [one.reason for one in shared.view(order, "carol").waivers] == ["Again"]


def test_only_the_named_role_and_only_with_a_reason(shared: Repairs) -> None:
    order = shared.start(total=5000, phone=None)
    dear, phone = (shared.tickets(order)[key] for key in ("dear", "no-phone"))
    tries = {
        ("alice", dear, "x"): "ticket.may_not_waive",
        ("carol", phone, "x"): "ticket.may_not_waive",
        ("carol", dear, "  "): "ticket.reason_required",
        ("mallory", dear, "x"): "order.not_found",
    }
    for (login, n, reason), code in tries.items():
        refused = shared.send(login, WaiveTicket(n, reason), order)
        assert isinstance(refused, Rejection)
        assert refused.code == code
    waive(shared, order)
    refused = shared.send("carol", WaiveTicket(dear, "x"), order)
    assert isinstance(refused, Rejection)
    assert refused.code == "task.closed"


def test_personal_values_and_reasons_stand_in_the_audit_as_commitments(shared: Repairs) -> None:
    order = shared.start(phone=None, total=5000)
    waive(shared, order, "Ask +48 600 100 200")
    with shared.app.store.database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT body FROM audit_entry WHERE stream = ?", (order,)
        ).fetchall()
    bodies = [str(row[0]) for row in rows]
    assert any('"no-phone"' in body for body in bodies)
    assert not any("600 100 200" in body for body in bodies)


def test_a_personal_value_that_only_a_trace_names_is_held_to_it(tmp_path: Path) -> None:
    with open_repairs(tmp_path) as repairs:
        order = repairs.start()
        assert verify_store(repairs.app)["ok"]
        with repairs.app.store.database.reading() as connection:
            slots = connection.exec_driver_sql(
                "SELECT e.type FROM audit_personal p JOIN audit_entry e"
                " ON e.stream = p.stream AND e.seq = p.seq WHERE p.stream = ?",
                (order,),
            ).fetchall()
        assert sorted(row[0] for row in slots) == ["checked", "order.created"]
