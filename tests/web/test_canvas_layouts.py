"""Where stages lie is kept beside the definition: its text and tag stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.application import small_application
from parts.editing import WRITES, Hand

from orderloom.platform.app.application import Application

LAYOUT = "/definitions/process/request/layout"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


def test_places_are_kept_and_the_definition_stays(app: Application) -> None:
    alice, erin = Hand(app, "alice"), Hand(app, "erin")
    before = alice.opened()
    assert alice.get(LAYOUT).json() == {}
    places = {"paying": [10, -20], "*": [0, 0]}
    assert alice.post(LAYOUT, positions=json.dumps(places)).status_code == 200
    assert erin.get(LAYOUT).json() == places
    assert alice.opened() == before
    assert alice.post(LAYOUT, positions="{}").status_code == 200
    assert alice.get(LAYOUT).json() == {}


WRONG = {
    "no JSON": "{",
    "no map": "[]",
    "no place": '{"a": 1}',
    "three": '{"a": [1, 2, 3]}',
    "parts of pixels": '{"a": [1.5, 2]}',
    "words": '{"a": ["1", 2]}',
    "true": '{"a": [true, 2]}',
    "far away": '{"a": [1000001, 2]}',
    "long key": json.dumps({"a" * 201: [1, 2]}),
    "too many": json.dumps({str(n): [1, 2] for n in range(5001)}),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_is_no_layout_is_refused(app: Application, name: str) -> None:
    alice = Hand(app, "alice")
    assert alice.post(LAYOUT, positions=WRONG[name]).status_code == 422
    assert alice.get(LAYOUT).json() == {}


def test_who_may_not_does_not(app: Application) -> None:
    erin, mallory = Hand(app, "erin"), Hand(app, "mallory")
    assert erin.post(LAYOUT, positions="{}").status_code == 403
    assert mallory.get(LAYOUT).status_code == 403
    missing = LAYOUT.replace("request", "missing")
    assert erin.get(missing).status_code == 404
    assert Hand(app, "alice").post(missing, positions='{"a": [1, 2]}').status_code == 404
