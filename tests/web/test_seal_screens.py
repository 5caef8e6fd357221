"""The seal's page in a browser: accessible, no wider than the window, light and dark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.browser import close_to_outside
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, in_the_dark, overflow, violations
from playwright.sync_api import Browser

from orderloom.platform.store.seal_rows import WatchRow
from orderloom.platform.web.security import THEME_COOKIE

WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}


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
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": "light", "url": site.url}])
    close_to_outside(context)
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "erin", language)
    page.goto(f"{site.url}/audit/seal")
    if folder := os.environ.get("SEAL_SHOTS"):
        page.screenshot(path=Path(folder) / f"{window}.png", full_page=True)
    assert overflow(page) == 0
    assert violations(page) == []
    assert in_the_dark(page) == []
    if folder:
        page.screenshot(path=Path(folder) / f"{window}-dark.png", full_page=True)
    assert heard == []
    context.close()
