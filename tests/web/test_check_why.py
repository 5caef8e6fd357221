"""Why a check found what it did, and what a ruleset concluded from what, in a shipped example."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import PASSWORD, add_cast
from parts.editing import Hand
from parts.guarded_bundle import open_guarded
from parts.migrated import build
from parts.personal_bundle import actor, done
from parts.shared_data import REPOSITORY
from sqlalchemy import text

from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.decision_why import DecisionWhy
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.engine.commands import Create
from orderloom.platform.settings import Settings
from orderloom.platform.store.read_rows import EntryRow

DATA: dict[str, Any] = {
    "customer": {"id": "C-8", "name": "Pod Lipą", "country": "PL", "tax_id": "PL5250000001"},
    "contact": {"email": "pod@lipa.example", "phone": "+48 22 100 20 30"},
    "payment_terms": "collective",
    "delivery": {
        "method": "express",
        "city": "Kraków",
        "street": "Długa 1",
        "postal_code": "31-001",
    },
    "lines": [
        {"sku": "KW-1", "qty": 10, "price": 62},
        {"sku": "TH-5", "qty": 120, "price": 40, "hazard": "3"},
    ],
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    home = tmp_path_factory.mktemp("why")
    made = build(Settings(home=home, database_url="memory:", second_person=False))
    made.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    add_cast(made)
    publish_if_new(made, open_bundle(REPOSITORY / "examples" / "b2b-order"))
    yield made
    made.close()


def entries(app: Application, order: int, type_: str) -> list[EntryRow]:
    rows = app.store.reads.entries_after(1, order, after=0, limit=200)
    return [each for each in rows if each.type == type_]


def why(app: Application, login: str, number: str, entry: EntryRow) -> DecisionWhy:
    found = app.moments.why(actor(app, login), number, entry.seq)
    assert isinstance(found, DecisionWhy)
    return found


def page(app: Application, login: str, address: str) -> str:
    answer = Hand(app, login, password=PASSWORD).get(address)
    assert answer.status_code == 200, answer.text[:300]
    return html.unescape(answer.text)


def test_a_check_tells_each_row(app: Application) -> None:
    contact = {"email": DATA["contact"]["email"]}
    made = done(app, "alice", Create("b2b-order", {**DATA, "contact": contact}))
    first, *_ = entries(app, made.order, "checked")
    found = why(app, "alice", made.number, first)
    rows = {each.row: each for each in found.rows}
    assert (rows["phone"].state, rows["phone"].found) == ("matched", "No phone number")
    address = rows["address"]
    assert (address.state, address.cell, address.value) == ("missed", "null", "Kraków")
    assert "PL5250000001" in dict(found.values).values()
    # Personal, and kept: a trace has it sealed.
    assert ("E-mail", DATA["contact"]["email"]) in found.values
    shown = page(app, "alice", f"/orders/{made.number}/why/{first.seq}")
    assert "No phone number" in shown
    assert address.column in shown
    assert f"/why/{first.seq}" in page(app, "alice", f"/orders/{made.number}/audit")


def test_a_check_of_each_line_tells_the_lines_apart(app: Application) -> None:
    lines = [*DATA["lines"], {"sku": "KW-1", "qty": 1, "price": 0}]
    made = done(app, "alice", Create("b2b-order", {**DATA, "lines": lines}))
    entry = next(
        each for each in entries(app, made.order, "checked") if each.facts["id"] == "line-checks"
    )
    found = why(app, "alice", made.number, entry)
    states = {each.row: each.state for each in found.rows}
    (told,) = (each["key"] for each in entry.facts["tasks"].values())
    row, _, place = told.partition("/")
    assert place == "2"
    assert [states[f"{row}/{at}"] for at in range(3)] == ["missed", "missed", "matched"]
    assert next(each.found for each in found.rows if each.row == told) not in ("", told)
    assert any(label.startswith("2: ") for label, _ in found.values)


def test_where_the_trace_is_gone_the_tickets_are_left(app: Application) -> None:
    made = done(app, "alice", Create("b2b-order", {**DATA, "contact": {}}))
    first, *_ = entries(app, made.order, "checked")
    with app.store.database.writing() as connection:
        statement = text("UPDATE audit_entry SET trace = NULL WHERE stream = :o AND seq = :seq")
        cleared = connection.execute(statement, {"o": made.order, "seq": first.seq})
        assert cleared.rowcount == 1
    found = why(app, "alice", made.number, first)
    assert found.gone
    assert [(each.row, each.found) for each in found.rows] == [("phone", "No phone number")]
    assert ("Delivery method", "Express") in found.values
    assert "is erased" in page(app, "alice", f"/orders/{made.number}/why/{first.seq}")


def test_a_ruleset_tells_its_steps(app: Application) -> None:
    made = done(app, "alice", Create("b2b-order", DATA))
    (entry,) = entries(app, made.order, "inferred")
    found = why(app, "alice", made.number, entry)
    values = dict(found.values)
    assert "KW-1" in values["line 1"]
    assert "TH-5" in values["line 2"]
    steps = {each.rule: each for each in found.steps}
    assert steps["hazardous goods"].found == "flag: HAZMAT"
    assert steps["hazardous goods"].because[0].startswith("line 2: ")
    assert "TH-5" in steps["hazardous goods"].because[0]
    # It rests on what was concluded before, and on how the goods travel.
    held = steps["not by express"]
    assert held.because[0] == "flag: HAZMAT"
    assert held.because[1].startswith("delivery 1: ")
    assert held.found == "flag: HOLD"
    shown = page(app, "alice", f"/orders/{made.number}/why/{entry.seq}")
    assert "not by express" in shown
    assert "flag: HOLD" in shown
    assert f"/why/{entry.seq}" in page(app, "alice", f"/orders/{made.number}/audit")


def test_what_follows_from_a_hidden_field_is_hidden_too(tmp_path: Path) -> None:
    """Also an amount too small to be known again wherever it stands."""
    data = {
        "topic": "late",
        "customer": {"name": "Wanda"},
        "limit": 20,
        "lines": [{"sku": "A", "cost": 37}],
    }
    with open_guarded(tmp_path) as app:
        made = done(app, "carol", Create("deal", data))
        (entry,) = entries(app, made.order, "inferred")
        (step,) = why(app, "carol", made.number, entry).steps
        assert "37" in step.found
        assert "37" in step.because[0]
        found = why(app, "erin", made.number, entry)
        (step,) = found.steps
        assert "DEAR" in step.found
        assert "37" not in f"{found.values}{found.steps}"
        lines = entries(app, made.order, "checked")[-1]
        assert ("0: Cost", "37") in why(app, "carol", made.number, lines).values
        found = why(app, "erin", made.number, lines)
        assert [(each.row, each.found) for each in found.rows] == [("costly", "Dear line")]
        assert found.values == ()
        assert "Dear line" in page(app, "erin", f"/orders/{made.number}/why/{lines.seq}")
