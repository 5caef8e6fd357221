"""One place for all the bad input of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.hostile import Hostile, hostile_place


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with hostile_place(tmp_path_factory.mktemp("hostile")) as opened:
        yield opened
