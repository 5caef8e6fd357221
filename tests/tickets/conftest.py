"""Repairs on each kind of database, and once for all tests that change nothing of each other's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.stores import KINDS, local_url
from parts.ticketing import Repairs, open_repairs


@pytest.fixture(params=KINDS)
def repairs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repairs]:
    """On each kind of database."""
    if request.param == "postgres":
        url = str(request.getfixturevalue("migrated_postgres"))
    else:
        url = local_url(request.param, tmp_path)
    with open_repairs(tmp_path, database=url) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repairs]:
    """In memory, once a module."""
    with open_repairs(tmp_path_factory.mktemp("repairs")) as opened:
        yield opened
