"""Each verb of play by pointer and by keys: both end in the same walk; no page is in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from parts.site import Site, open_site, serving
from parts.small_bundle import write_small_bundle
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, Locator, Page, expect

from orderloom.platform.codec import loads
from orderloom.platform.web.security import THEME_COOKIE

PLAY = "/definitions/process/request/play"
MOST_TABS = 120
# What is pressed, or typed into what, and how many steps the page tells then (0: the beginning).
Deed = tuple[str, str, int | None]
DEEDS: tuple[Deed, ...] = (
    ('textarea[name="title"], input[name="title"]', "Desk", None),
    ('input[name="total"]', "250", None),
    ('button[value="create"]', "", 1),
    ('button[name="play.who"][value="bob"]', "", 1),
    ('button[name="play.open"][value="task:3"]', "", 1),
    ('textarea[name="play.comment"]', "fine", None),
    ('button[value="verdict:approve:3"]', "", 2),
    ('.ol-head button[value="back"]', "", 1),
    ('button[name="play.open"][value="task:3"]', "", 1),
    ('button[value="verdict:approve:3"]', "", 2),
    ('button[value="pass"]', "", 3),
)
Do = Callable[[Page, Locator, str], None]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("play")
    bundle = write_small_bundle(folder / "small")
    with open_site(folder / "home", bundle=bundle) as opened, serving(opened) as served:
        yield served


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, site, "ada")
    page.goto(site.url + PLAY)
    yield page
    context.close()


def by_pointer(page: Page, place: Locator, text: str) -> None:
    place.click()
    if text:
        place.fill(text)


def by_keys(page: Page, place: Locator, text: str) -> None:
    """Tab until it has the focus, never by a jump: whatever was pressed before keeps its place."""
    for _ in range(MOST_TABS):
        if place.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"no way to {place} by keys")
    page.keyboard.type(text) if text else page.keyboard.press("Enter")


def walked(page: Page, do: Do) -> dict[str, Any]:
    for selector, text, steps in DEEDS:
        do(page, page.locator(selector).first, text)
        if steps is not None:
            expect(page.locator(".ol-play-step")).to_have_count(steps)
            opened = selector.partition('[name="play.open"][value="')[2].removesuffix('"]')
            if opened:
                expect(page.locator(f'[data-panel="{opened}"]')).to_be_visible()
            if '[name="play.who"]' in selector:
                expect(page.locator(selector)).to_have_attribute("aria-pressed", "true")
    found: dict[str, Any] = loads(page.locator('input[name="play.walk"]').input_value())
    return found


def test_pointer_and_keys_end_in_the_same_walk(desk: Page, site: Site) -> None:
    heard = complaints(desk)
    pointed = walked(desk, by_pointer)
    desk.goto(site.url + PLAY)
    typed = walked(desk, by_keys)
    assert typed == pointed
    assert pointed["steps"] == [{"as": "bob", "approve": "manager"}, {"pass": "P1D"}]
    assert heard == []


@pytest.mark.parametrize(("theme", "language"), [("light", "pl"), ("dark", "sk")])
def test_pages_of_play_are_accessible_wide_and_narrow(
    browser: Browser, site: Site, theme: str, language: str
) -> None:
    wrong = {}
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "ada", language)
    for path in (PLAY, f"{PLAY}?scenario=approved", "/bundles/small/coverage"):
        page.goto(site.url + path)
        wrong[path] = [*violations(page), *([] if overflow(page) == 0 else ["too wide"])]
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site.url}{PLAY}?scenario=approved&steps=0")
    page.locator('button[name="play.open"][value^="task:"]').first.click()
    expect(page.locator(".ol-play-panel")).to_be_visible()
    wrong["panel"] = [*violations(page), *([] if overflow(page) == 0 else ["too wide"])]
    context.close()
    assert {path: found for path, found in wrong.items() if found} == {}
    assert heard == []
