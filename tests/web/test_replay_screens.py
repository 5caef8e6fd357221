"""The page of an order executed again, in a browser: accessible, and as wide as its window."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.browser import close_to_outside
from parts.site import Site, only_order, open_site, serving
from parts.surfing import complaints, enter, in_the_dark, overflow, violations
from playwright.sync_api import Browser

from orderloom.platform.engine.commands import CastVerdict
from orderloom.platform.web.security import THEME_COOKIE

PICTURES = os.environ.get("ORDERLOOM_SCREENS")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("again")) as opened, serving(opened) as served:
        reply = served.order()
        task = int(next(iter(reply.state.tasks)))
        served.send("bob", CastVerdict(task, "approve", "as agreed"), order=reply.order)
        yield served


@pytest.mark.parametrize(
    ("window", "theme", "language"), [((1440, 900), "light", "en"), ((390, 844), "dark", "pl")]
)
def test_an_order_executed_again(
    browser: Browser, site: Site, window: tuple[int, int], theme: str, language: str
) -> None:
    width, height = window
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    close_to_outside(context)
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "erin", language)
    number = only_order(site)
    page.goto(f"{site.url}/orders/{number}/audit")
    page.locator("a.btn[href$='/audit/again']").click()
    page.wait_for_url("**/audit/again")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"again-{width}-{theme}.png", full_page=True)
    found = [*violations(page), *in_the_dark(page)]
    assert (found, overflow(page)) == ([], 0)
    assert heard == []
    context.close()
