"""Pages that look back: accessible, no wider than the window, without complaints."""

from __future__ import annotations

import pytest
from parts.looking import tab, wrong_with
from parts.site import LINES, Site
from playwright.sync_api import Browser

from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import CastVerdict, EditData

LONG = "Łódzkie Zakłady Żaluzji i Rolet, spółka z ograniczoną odpowiedzialnością"


@pytest.fixture(scope="module")
def order(site: Site) -> Reply:
    reply = site.order(customer=LONG, lines=[{**LINES[0], "qty": 30}])
    task = next(n for n, one in reply.state.tasks.items() if one["kind"] == "approval")
    site.send("bob", CastVerdict(int(task), "return", "Dwanaście, proszę."), reply.order)
    site.send("alice", EditData({"lines": [{**LINES[0], "qty": 12}]}), reply.order)
    return reply


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_pages(browser: Browser, live_site: Site, order: Reply, window: str, language: str) -> None:
    base, bob = f"/orders/{order.number}", live_site.actors["bob"].id
    paths = {
        "as-of": f"{base}/as-of?entry=3",
        "compared": f"{base}/as-of?entry=1&b=5",
        "people": "/audit/people",
        "person": f"/audit/people/{bob}",
        "rules": "/audit/rules",
        "rule": "/audit/rules/approval/pump-approval",
    }
    wrong = {}
    with tab(browser, live_site, "erin", language, window=window) as page:
        for name, path in paths.items():
            page.goto(f"{live_site.url}{path}")
            assert page.locator("h1").count() == 1
            wrong[name] = wrong_with(page, f"audit-{name}")
        # The slider goes on by itself where scripts run.
        page.goto(f"{live_site.url}{paths['as-of']}")
        with page.expect_response(lambda answer: "as-of?entry=4" in answer.url):
            page.locator("#m-entry").press("ArrowRight")
    assert {name: found for name, found in wrong.items() if found} == {}
