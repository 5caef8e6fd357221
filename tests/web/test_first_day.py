"""The first day in a real browser: alice starts an order, bob approves, erin reads why, mallory
sees nothing."""

import re
from collections.abc import Iterator

import pytest
from parts.site import Site
from parts.surfing import complaints, sign_in
from playwright.sync_api import Browser, Page, expect

NUMBER = re.compile(r"PO-2026-\d{6}")


@pytest.fixture(params=["script", "plain"])
def tab(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab with scripts, and one without: every step has to work in both."""
    context = browser.new_context(java_script_enabled=request.param == "script")
    yield context.new_page()
    context.close()


def test_the_first_day(tab: Page, live_site: Site) -> None:
    heard = complaints(tab)
    sign_in(tab, live_site, "alice")
    number = _create(tab, live_site)
    expect(tab.locator(".ol-way .chip.now")).to_contain_text("Approval")

    sign_in(tab, live_site, "bob")
    tab.locator(f'tr:has-text("{number}") a[data-open]').click()
    expect(tab.locator("h1")).to_have_text("Approve the order")
    tab.locator("#comment").fill("Fair price.")
    tab.locator('button[value="approve"]').click()
    tab.wait_for_url("**/orders/**")
    expect(tab.locator(".ol-tl")).to_contain_text("Bob")

    sign_in(tab, live_site, "erin")
    tab.goto(f"{live_site.url}/orders/{number}/audit")
    why = tab.locator("section", has=tab.locator("#h-why"))
    expect(why).to_contain_text("Sales manager")
    expect(tab.locator("section", has=tab.locator("#h-entries"))).to_contain_text("Fair price.")

    sign_in(tab, live_site, "mallory")
    answer = tab.goto(f"{live_site.url}/orders/{number}")
    assert answer is not None
    assert answer.status == 404
    expect(tab.locator("main")).not_to_contain_text("Tatra")
    # The 404 itself is the one thing the browser may complain about.
    assert [each for each in heard if "404" not in each] == []


def test_what_is_wrong_stands_at_the_field_and_nothing_is_lost(tab: Page, live_site: Site) -> None:
    sign_in(tab, live_site, "alice")
    tab.goto(f"{live_site.url}/orders/new/pump-order")
    tab.locator('[name="customer"]').fill("Tatra Pumps s.r.o.")
    tab.locator('button.btn-primary[value="create"]').click()
    expect(tab.locator('[name="customer"]')).to_have_value("Tatra Pumps s.r.o.")
    assert tab.locator('[aria-invalid="true"]').count() > 0
    expect(tab.locator("[role=alert]").first).to_be_visible()


def test_a_list_is_walked_by_keys(page: Page, live_site: Site) -> None:
    for customer in ("Hron Kovo", "Vltava Drives"):
        live_site.order(customer=customer)
    sign_in(page, live_site, "bob")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.at")).to_have_count(1)
    expect(page.locator("tbody[data-rows] tr").nth(1)).to_have_class(re.compile("at"))
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Approve the order")


def _create(tab: Page, site: Site) -> str:
    tab.goto(f"{site.url}/orders/new/pump-order")
    tab.locator('[name="customer"]').fill("Tatra Pumps")
    tab.locator('[name="currency"]').select_option("EUR")
    if tab.locator('[name="lines.0.item"]').count() == 0:
        tab.locator('button[name="_add"]').first.click()
    tab.locator('[name="lines.0.item"]').fill("Circulation pump P-220")
    tab.locator('[name="lines.0.qty"]').fill("4")
    tab.locator('[name="lines.0.price"]').fill("1,250.50")
    tab.locator('button.btn-primary[value="create"]').click()
    found = NUMBER.search(tab.locator("h1").inner_text())
    assert found, tab.locator("main").inner_text()
    return found[0]
