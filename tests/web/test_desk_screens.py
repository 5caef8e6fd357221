"""The auditor's desk in a browser: accessible in both themes and widths, pages by the script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.looking import tab, wrong_with
from parts.site import Site, open_site, serving
from playwright.sync_api import Browser, expect

from orderloom.platform.engine.commands import CastVerdict

QUESTION = "/audit?what=verdict&who=Bob&v1=data+total+gt+50&o_what=created&since=2026-03-01"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("desk")) as opened, serving(opened) as served:
        for number in range(9):
            reply = served.order(customer=f"Zakłady Mechaniczne Wołomin {number}")
            task = int(next(iter(reply.state.tasks)))
            served.send("bob", CastVerdict(task, "approve", "zgodnie z umową"), order=reply.order)
        served.app.sealing.seal()
        served.app.audit_desk.index.catch_up()
        yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_the_desk_is_accessible_and_continues(
    browser: Browser, site: Site, window: str, language: str
) -> None:
    with tab(browser, site, "erin", language, window=window) as page:
        for name, path in (("audit-desk", "/audit"), ("audit-question", QUESTION)):
            page.goto(f"{site.url}{path}")
            page.locator("#ask").evaluate("each => { each.open = true }")
            assert wrong_with(page, name) == []
        page.goto(f"{site.url}{QUESTION}")
        page.locator("details.ol-raw summary").first.press("Enter")
        expect(page.locator("details.ol-raw pre").first).to_be_visible()
        page.goto(f"{site.url}/audit")
        rows = page.locator(".ol-found tr:has(details)")
        before = rows.count()
        page.locator("#more a").press("Enter")
        expect(rows).not_to_have_count(before)


def test_the_open_tab_is_seen_on_a_phone(browser: Browser, site: Site) -> None:
    with tab(browser, site, "erin", "sk", window="phone") as page:
        page.goto(f"{site.url}/audit/seal")
        expect(page.locator(".ol-tabs [aria-current]")).to_be_in_viewport(ratio=0.9)
