"""Pages that look back: accessible, no wider than the window, without complaints."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from parts.browser import close_to_outside
from parts.site import LINES, Site
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser

from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import CastVerdict, EditData
from orderloom.platform.web.security import THEME_COOKIE

WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}
LONG = "Łódzkie Zakłady Żaluzji i Rolet, spółka z ograniczoną odpowiedzialnością"


@pytest.fixture(scope="module")
def order(site: Site) -> Reply:
    reply = site.order(customer=LONG, lines=[{**LINES[0], "qty": 30}])
    task = next(n for n, one in reply.state.tasks.items() if one["kind"] == "approval")
    site.send("bob", CastVerdict(int(task), "return", "Dwanaście, proszę."), reply.order)
    site.send("alice", EditData({"lines": [{**LINES[0], "qty": 12}]}), reply.order)
    return reply


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "pl")])
@pytest.mark.parametrize("window", list(WINDOWS))
def test_pages(
    browser: Browser, live_site: Site, order: Reply, window: str, theme: str, language: str
) -> None:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": live_site.url}])
    close_to_outside(context)
    page = context.new_page()
    heard = complaints(page)
    enter(page, live_site, "erin", language)
    base, bob = f"/orders/{order.number}", live_site.actors["bob"].id
    paths = {
        "as-of": f"{base}/as-of?entry=6",
        "compared": f"{base}/as-of?entry=1&b=9",
        "people": "/audit/people",
        "person": f"/audit/people/{bob}",
        "rules": "/audit/rules",
        "rule": "/audit/rules/approval/pump-approval",
    }
    wrong = {}
    for name, path in paths.items():
        page.goto(f"{live_site.url}{path}")
        assert page.locator("h1").count() == 1
        wide = overflow(page)
        wrong[name] = [*([f"{wide} px too wide"] if wide else []), *violations(page)]
        if folder := os.environ.get("ORDERLOOM_SCREENS"):
            shown = Path(folder) / f"{name}-{window}-{theme}.png"
            page.screenshot(path=str(shown), full_page=True)
    # The slider goes on by itself where scripts run.
    page.goto(f"{live_site.url}{paths['as-of']}")
    with page.expect_response(lambda answer: "as-of?entry=7" in answer.url):
        page.locator("#m-entry").press("ArrowRight")
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert [each for each in heard if "Failed to load resource" not in each] == []
