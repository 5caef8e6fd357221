"""Beginning a process in a browser, by keys: the pages, the tour, a file; accessible everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, FilePayload, Page, expect

from orderloom.platform.web.security import THEME_COOKIE

WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}
LONG = "Postępowanie w sprawie zapotrzebowania na części zamienne do urządzeń w zakładach"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("start")) as opened, serving(opened) as served:
        yield served


def tab(browser: Browser, site: Site, window: str, theme: str, language: str) -> Page:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    page = context.new_page()
    enter(page, site, "ada", language)
    return page


@pytest.mark.parametrize(
    ("window", "theme", "language"), [("wide", "light", "sk"), ("phone", "dark", "pl")]
)
def test_from_the_list_to_the_tour(
    browser: Browser, site: Site, window: str, theme: str, language: str
) -> None:
    page = tab(browser, site, window, theme, language)
    heard = complaints(page)
    wrong = {}
    page.goto(f"{site.url}/definitions")
    page.locator(".ol-head a.btn-primary").press("Enter")
    page.wait_for_url("**/definitions/new")
    wrong["new"] = looked_at(page)
    page.locator("#title").fill(f"{window} {LONG}")
    page.locator("#starts").select_option("sales")
    page.locator("#approves").select_option("sales-manager")
    page.locator("#title").press("Enter")
    page.wait_for_url(re.compile("/design"))
    # The tour goes by the keyboard alone, and Escape ends it.
    for step in range(1, 6):
        expect(page.locator("#tour-h")).to_contain_text(str(step))
        assert inside(page)
        if step in (1, 3):
            # What is designed is looked at by the tests of its designer.
            wrong[f"tour {step}"] = [x for x in looked_at(page) if "data-key" not in x]
        if step < 5:
            page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".ol-tour")).to_have_count(0)
    bundle = re.sub(r".*/process/(.*)/design.*", r"\1", page.url)
    # Closed once it stays away until it is asked for.
    page.reload()
    page.locator(".ol-head .acts button").first.wait_for()
    expect(page.locator(".ol-tour")).to_have_count(0)
    page.locator(".ol-head .acts button").first.press("Enter")
    expect(page.locator("#tour-h")).to_be_visible()
    for path in (f"/bundles/{bundle}", "/definitions/import", f"/bundles/{bundle}/publish"):
        page.goto(f"{site.url}{path}")
        wrong[path] = looked_at(page)
    page.context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert [each for each in heard if "Failed to load resource" not in each] == []


def test_a_file_is_looked_at_and_taken(browser: Browser, site: Site) -> None:
    page = tab(browser, site, "wide", "light", "en")
    bundle = site.app.store.definitions.bundles(1)[0]
    packed = site.app.exchange.packed(site.actors["ada"], bundle, drafts=False)
    assert isinstance(packed, bytes)
    page.goto(f"{site.url}/definitions/import")
    page.locator("#file").set_input_files(
        FilePayload(name="b.zip", mimeType="application/zip", buffer=packed)
    )
    with page.expect_navigation():
        page.locator("form.card button").press("Enter")
    expect(page.locator("h2 .mono")).to_have_text(bundle)
    assert looked_at(page) == []
    page.locator("a.btn", has_text="Another file").click()
    page.locator("#file").set_input_files(
        FilePayload(name="b.zip", mimeType="application/zip", buffer=b"<script>")
    )
    with page.expect_navigation():
        page.locator("form.card button").press("Enter")
    page.get_by_role("alert").wait_for()
    assert looked_at(page) == []
    page.context.close()


def looked_at(page: Page) -> list[str]:
    wide = overflow(page)
    return [*violations(page), *([f"wider by {wide}"] if wide else [])]


def inside(page: Page) -> bool:
    """Whether the tour is in the window, and has the focus."""
    box = page.locator(".ol-tour").bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    fits = box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    fits = fits and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
    focused = page.evaluate("document.activeElement.closest('.ol-tour') !== null")
    return bool(fits and focused)
