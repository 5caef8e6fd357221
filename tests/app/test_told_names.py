"""The timeline tells decisions, steps and people by what they are called, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.mail_room import MailRoom
from parts.named_bundle import open_trips, reader, trip

from orderloom.platform.app.audit_models import AuditView

SAID = {
    "en": (
        "Who approves a trip gave Costs (Finance), Superior (superior of Alice), because of Class "
        "of carriage first, Total 1,000, Dear yes, nights 3 (row first, second of Who approves a "
        "trip)",
        "Carol approved step Costs",
    ),
    "pl": (
        "Kto zatwierdza podróż: wynik Koszty (Finanse), Przełożony (przełożony osoby Alice), "
        "ponieważ Klasa wagonu pierwsza, Razem 1 000, Drogo tak, nights 3 (wiersz first, second "
        "tabeli Kto zatwierdza podróż)",
        "Koszty",
    ),
    "sk": (
        "Kto schvaľuje cestu: výsledok Náklady (Financie), Nadriadený (nadriadený osoby Alice), "
        "pretože Trieda vozňa prvá, Spolu 1 000, Draho áno, nights 3 (riadok first, second "
        "tabuľky Kto schvaľuje cestu)",
        "Náklady",
    ),
}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[MailRoom]:
    with open_trips(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("language", SAID)
def test_a_matrix_and_its_verdict(room: MailRoom, language: str) -> None:
    number = trip(room)
    task = room.deals.open("money")
    answer = room.deals.post("carol", f"/tasks/{task}/verdict", verdict="approve")
    assert answer.status == 200, answer
    found = room.app.views.audit(reader(room, "erin", language), number)
    assert isinstance(found, AuditView), found
    said = {each.type: each.text.replace("\u00a0", " ") for each in found.entries.items}
    decided, verdict = SAID[language]
    assert said["decided"] == decided
    assert verdict in said["approval.verdict"]
    opened = said["approval.opened"]
    assert verdict.removeprefix("Carol approved step ") in opened
    assert "trip-matrix" not in opened
    assert "money" not in opened
