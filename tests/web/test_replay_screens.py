"""The page of an order executed again, in a browser: accessible, and as wide as its window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.looking import tab, wrong_with
from parts.site import Site, only_order, open_site, serving
from playwright.sync_api import Browser

from orderloom.platform.engine.commands import CastVerdict


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("again")) as opened, serving(opened) as served:
        reply = served.order()
        task = int(next(iter(reply.state.tasks)))
        served.send("bob", CastVerdict(task, "approve", "as agreed"), order=reply.order)
        yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_an_order_executed_again(browser: Browser, site: Site, window: str, language: str) -> None:
    with tab(browser, site, "erin", language, window=window) as page:
        page.goto(f"{site.url}/orders/{only_order(site)}/audit")
        page.locator("a.btn[href$='/audit/again']").click()
        page.wait_for_url("**/audit/again")
        assert wrong_with(page, "audit-again") == []
