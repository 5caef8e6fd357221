"""The picture of a process on its page: seen, and saved as a PNG by the browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from parts.site import Site
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, expect

from orderloom.platform.web.security import THEME_COOKIE


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_seen_and_saved(browser: Browser, live_site: Site, theme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": live_site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, live_site, "ada", "sk")
    lines = live_site.app.views.definitions(live_site.actors["ada"])
    assert isinstance(lines, tuple)
    process = next(each for each in lines if each.kind == "process")
    page.goto(f"{live_site.url}/definitions/process/{process.id}")
    image = page.locator(".ol-picture img")
    expect(image).to_have_attribute("alt", re.compile("^Proces .+"))
    assert page.evaluate("document.querySelector('.ol-picture img').naturalWidth") > 300
    with page.expect_download() as waiting:
        page.locator("button[data-picture]").press("Enter")
    saved = Path(waiting.value.path())
    assert waiting.value.suggested_filename == f"{process.id}.png"
    assert saved.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert saved.stat().st_size > 5_000
    assert violations(page) == []
    assert overflow(page) == 0
    assert heard == []
    context.close()
