"""A field that the layout keeps from somebody is kept from them in the sentences of the audit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts import personal_bundle
from parts.application import PASSWORD
from parts.editing import Hand
from parts.personal_bundle import CANARY, claim, open_people, state_of

from orderloom.platform.app.application import Application

FINANCE_ONLY = """layout:
  - {section: Claim, fields: [topic, people, proof]}
  - {section: Customer, visible: '"finance" in actor.roles', fields: [customer]}
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    before = "personal:\n  - {path: customer.name"
    changed = personal_bundle.DOCUMENTS.replace(before, FINANCE_ONLY + before)
    monkeypatch.setattr(personal_bundle, "DOCUMENTS", changed)
    with open_people(tmp_path, "memory:") as opened:
        yield opened


def test_who_may_not_see_a_field_reads_no_value_of_it(app: Application) -> None:
    number = state_of(app, claim(app)).number
    carol, erin = (Hand(app, login, password=PASSWORD) for login in ("carol", "erin"))
    name = f"Zuzana {CANARY}"
    assert name in carol.get(f"/orders/{number}").text
    assert f"because of Name {name}" in carol.get(f"/orders/{number}/audit").text
    for page in ("audit", "as-of"):
        told = erin.get(f"/orders/{number}/{page}").text
        assert f"Name {name}" not in told
    assert "because of Name [left out]" in erin.get(f"/orders/{number}/audit").text
