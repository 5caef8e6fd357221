"""From a table to its new version without a pointer: found, changed, saved, compared and published
by keys alone, with the focus where one sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter
from playwright.sync_api import Browser, Locator, Page, expect

DECISION = "/definitions/decision/pump-checks"
MOST_STEPS = 120
IS_FOCUSED = "e => e === document.activeElement"
# Whether whoever looks can see where they are: an outline, or a frame of the field itself.
IS_SHOWN = """e => {
  const seen = getComputedStyle(e), box = e.getBoundingClientRect();
  const framed = seen.outlineStyle !== "none" || seen.boxShadow !== "none";
  return framed && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("keys"), second_person=True) as opened:
        may = ["definition.read", "definition.publish"]
        opened.app.accounts.set_role("sales-manager", title="Sales manager", permissions=may)
        with serving(opened) as served:
            yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def tab_to(page: Page, target: Locator) -> None:
    """Goes on by the Tab key until the target has the focus."""
    expect(target).to_be_visible()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if target.evaluate(IS_FOCUSED):
            assert target.evaluate(IS_SHOWN), "one does not see where the focus is"
            return
    pytest.fail(f"no Tab key leads to {target}")


def follow(page: Page, name: str) -> None:
    tab_to(page, page.locator("main").get_by_role("link", name=name, exact=True).first)
    page.keyboard.press("Enter")


def test_by_keys_alone(page: Page, site: Site) -> None:
    heard = complaints(page)
    enter(page, site, "ada")
    page.goto(f"{site.url}{DECISION}")
    follow(page, "Edit")
    page.wait_for_url("**/design")
    cell = page.locator("td", has_text='"unknown"').first
    tab_to(page, cell)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type('"unknown","nobody"')
    page.keyboard.press("Enter")
    # The focus stays in the table, and Tab leaves it.
    assert page.evaluate("!!document.activeElement.closest('table')")
    page.keyboard.press("Control+S")
    expect(page.locator(".ol-head .sub")).to_contain_text("The draft is saved.")
    page.goto(f"{site.url}{DECISION}/design")
    follow(page, "What it changes")
    page.wait_for_url("**/differences")
    expect(page.locator("main")).to_contain_text('unknown → "unknown","nobody"')

    page.goto("about:blank")
    page.context.clear_cookies(name="orderloom_session")
    enter(page, site, "bob")
    page.goto(f"{site.url}{DECISION}/differences")
    follow(page, "Publish")
    page.wait_for_url("**/publish")
    tab_to(page, page.get_by_label("Why"))
    page.keyboard.type("Nobody is no customer.")
    tab_to(page, page.locator("main").get_by_role("button", name="Publish", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**/definitions?**")

    versions = site.app.store.definitions.versions(1)
    made = max((each.number, each.comment) for each in versions if each.id == "pump-checks")
    assert made == (2, "Nobody is no customer.")
    assert [each for each in heard if "Failed to load resource" not in each] == []
