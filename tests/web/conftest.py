"""A site per test module: with a database file, and, where asked for, listening on loopback."""

from collections.abc import Iterator

import pytest
from parts.site import Site, open_site, serving


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Application and people, without a port."""
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest.fixture(scope="module")
def live_site(site: Site) -> Iterator[Site]:
    """The same site, served on 127.0.0.1."""
    with serving(site) as served:
        yield served
