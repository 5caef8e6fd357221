"""The evidence page in a browser: accessible, no wider than the window, usable without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.browser import close_to_outside
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, in_the_dark, overflow, violations
from playwright.sync_api import Browser

from orderloom.audit.verify import verify_file
from orderloom.platform.web.security import THEME_COOKIE

WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}
PATHS = ("/audit/evidence", "/audit/evidence?seed=14&size=3&by=process")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("evidence")) as made:
        for n in range(4):
            made.order(customer=f"Tatra {n}")
        made.app.sealing.seal()
        with serving(made) as served:
            yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_the_page(browser: Browser, site: Site, window: str, language: str, tmp_path: Path) -> None:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": "light", "url": site.url}])
    close_to_outside(context)
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "erin", language)
    for path in PATHS:
        page.goto(f"{site.url}{path}")
        assert overflow(page) == 0
        assert violations(page) == []
        assert in_the_dark(page) == []
    page.fill("#p-reason", "Yearly audit, sample 14")
    with page.expect_download() as told:
        page.click("#pack button.btn-primary")
    pack = tmp_path / "p.zip"
    told.value.save_as(pack)
    assert verify_file(pack).ok
    assert heard == []
    context.close()
