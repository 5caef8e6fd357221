"""One suite for every store: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.migrated import lay_tables
from parts.stores import KINDS, Stores, local_url, opened

from orderloom.platform.store import Store


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of this test's own."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return local_url(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of this test's own; PostgreSQL's has its tables."""
    if request.param == "postgres":
        return str(request.getfixturevalue("migrated_postgres"))
    return local_url(request.param, tmp_path)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, stores: Stores) -> Store:
    """A store with its tables, on each kind of database."""
    return stores(request.param)


@pytest.fixture
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Opens stores with their tables."""
    made: list[Store] = []

    def made_for(kind: str) -> Store:
        if kind == "postgres":
            url = str(request.getfixturevalue("migrated_postgres"))
        else:
            url = local_url(kind, tmp_path)
        lay_tables(url)
        made.append(opened(url))
        return made[-1]

    yield made_for
    for each in made:
        each.close()
