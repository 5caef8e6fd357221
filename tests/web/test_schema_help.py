"""Schemas for the editor's scripts: in the viewer's language, for those who may read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from parts.application import small_application
from parts.editing import Hand

from orderloom.platform.app.application import Application
from orderloom.platform.definitions.schema import SCHEMAS
from orderloom.platform.web.app import create_app


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=["definition.read"])
        opened.accounts.set_role("auditor", title="Auditor", permissions=[])
        yield opened


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "The form that an order's data must fit, such as `b2b-order`."),
        ("pl", "Formularz, do którego muszą pasować dane zamówienia, na przykład `b2b-order`."),
        ("sk", "Formulár, ktorému musia vyhovovať údaje objednávky, napríklad `b2b-order`."),
    ],
)
def test_a_schema_speaks_the_viewer_s_language(
    app: Application, language: str, expected: str
) -> None:
    answer = Hand(app, "alice", language).get("/definitions/schema/process")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["properties"]["form"]["description"] == expected


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_kind_has_one(app: Application, kind: str) -> None:
    found = Hand(app, "alice").get(f"/definitions/schema/{kind}").json()
    assert found["$id"].endswith(f"/{kind}.json")
    assert found["properties"]


def test_an_unknown_kind_and_a_stranger_get_none(app: Application) -> None:
    assert Hand(app, "alice").get("/definitions/schema/nothing").status_code == 404
    assert Hand(app, "erin").get("/definitions/schema/process").status_code == 403
    stranger = TestClient(create_app(app), follow_redirects=False)
    assert stranger.get("/definitions/schema/process").status_code == 303
