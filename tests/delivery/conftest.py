"""The whole application on each kind of database, one for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.calling import Site, calling_site
from parts.postgres import PostgresServer


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    if request.param == "sqlite":
        with calling_site(folder) as site:
            yield site
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    with calling_site(folder, url) as site:
        yield site
    server.drop(url)
