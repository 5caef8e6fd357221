"""The API before a client, with a token for each of the cast."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.api_client import Api
from parts.application import small_application

from orderloom.platform.app.application import Application


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        yield opened


@pytest.fixture
def api(app: Application) -> Iterator[Api]:
    with Api(app) as opened:
        yield opened
