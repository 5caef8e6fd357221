"""The page of privacy in a browser: nobody asked for, somebody found, somebody erased."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.looking import tab, wrong_with
from parts.site import Site, open_site, serving
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("privacy")) as opened, serving(opened) as served:
        served.order()
        yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_the_page(browser: Browser, site: Site, window: str, language: str) -> None:
    with tab(browser, site, "ada", language, window=window) as page:
        page.goto(f"{site.url}/audit/privacy")
        assert wrong_with(page, "audit-privacy") == []
        page.goto(f"{site.url}/audit/privacy?person={site.actors['alice'].id}")
        assert wrong_with(page, "audit-privacy-person") == []
        for who in ("alice", "bob"):
            page.goto(f"{site.url}/audit/people/{site.actors[who].id}/erase")
            assert wrong_with(page, f"audit-person-erase-{who}") == []
