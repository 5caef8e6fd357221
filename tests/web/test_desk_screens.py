"""The auditor's desk in a browser: accessible in both themes and widths, pages by the script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.browser import close_to_outside
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, expect

from orderloom.platform.engine.commands import CastVerdict
from orderloom.platform.web.security import THEME_COOKIE

QUESTION = "/audit?what=verdict&who=Bob&v1=data+total+gt+50&o_what=created&since=2026-03-01"
SHOTS = {
    ("light", "en"): (1440, 900),
    ("dark", "pl"): (390, 844),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("desk")) as opened, serving(opened) as served:
        for number in range(4):
            reply = served.order(customer=f"Zakłady Mechaniczne Wołomin {number}")
            task = int(next(iter(reply.state.tasks)))
            served.send("bob", CastVerdict(task, "approve", "zgodnie z umową"), order=reply.order)
        served.app.sealing.seal()
        served.app.audit_desk.index.catch_up()
        yield served


@pytest.mark.parametrize(("theme", "language"), SHOTS)
def test_the_desk_is_accessible_and_continues(
    browser: Browser, site: Site, theme: str, language: str, tmp_path: Path
) -> None:
    width, height = SHOTS[theme, language]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    close_to_outside(context)
    page = context.new_page()
    enter(page, site, "erin", language)
    heard = complaints(page)
    wrong = {}
    for path in ("/audit", QUESTION):
        page.goto(f"{site.url}{path}")
        page.locator("#ask").evaluate("each => { each.open = true }")
        wide = overflow(page)
        wrong[path] = [*violations(page), *([f"wider by {wide}"] if wide else [])]
        page.screenshot(path=tmp_path / f"{theme}-{len(wrong)}.png", full_page=True)
    page.goto(f"{site.url}{QUESTION}")
    page.locator("details.ol-raw summary").first.press("Enter")
    expect(page.locator("details.ol-raw pre").first).to_be_visible()
    page.goto(f"{site.url}/audit")
    rows = page.locator(".ol-found tr:has(details)")
    before = rows.count()
    page.locator("#more a").press("Enter")
    expect(rows).not_to_have_count(before)
    assert heard == []
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
