"""The API before a client, with a token for each of the cast, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.api_client import Api
from parts.application import small_application
from parts.inbound_bundle import set_secrets
from parts.inbound_senders import open_parcels

from orderloom.platform.app.application import Application


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Application]:
    on_file = request.param == "sqlite"
    database = "" if on_file else str(request.getfixturevalue("migrated_postgres"))
    with small_application(tmp_path, database=database) as opened:
        yield opened


@pytest.fixture
def api(app: Application) -> Iterator[Api]:
    with Api(app) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def parcels(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    set_secrets(monkeypatch)
    on_file = request.param == "sqlite"
    database = "" if on_file else str(request.getfixturevalue("migrated_postgres"))
    with open_parcels(tmp_path, database) as made:
        yield made


@pytest.fixture
def sender(parcels: Application) -> Iterator[Api]:
    """Calls an application that takes messages of other systems."""
    with Api(parcels) as opened:
        yield opened
