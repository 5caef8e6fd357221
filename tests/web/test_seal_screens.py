"""The seal's page in a browser: accessible, no wider than the window, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.looking import tab, wrong_with
from parts.site import Site, open_site, serving
from playwright.sync_api import Browser

from orderloom.platform.store.seal_rows import WatchRow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("seal")) as made:
        made.order()
        made.app.sealing.seal()
        at = "2026-03-02T09:00:00.000000Z"
        tables = made.app.store.seal
        tables.watched(WatchRow(name="file", no=1, at=at))
        told = "anchor.refused: the other side answered 500"
        tables.watched(WatchRow(name="webhook", at=at, fault=told, since=at, failures=3))
        with serving(made) as served:
            yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_the_page(browser: Browser, site: Site, window: str, language: str) -> None:
    with tab(browser, site, "erin", language, window=window) as page:
        page.goto(f"{site.url}/audit/seal")
        assert wrong_with(page, "audit-seal") == []
