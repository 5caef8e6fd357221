"""Forms that work themselves out: totals follow while one types, with scripts and without."""

import re

import pytest
from parts.site import Site
from parts.surfing import complaints, enter
from playwright.sync_api import Browser, Page, expect


def _fill(page: Page, site: Site) -> None:
    enter(page, site, "alice")
    page.goto(f"{site.url}/orders/new/pump-order")
    page.locator('[name="customer"]').fill("Live")
    page.locator('[name="currency"]').select_option("EUR")
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.0.item"]').fill("Pump")
    page.locator('[name="lines.0.qty"]').fill("4")


def test_totals_follow_and_what_is_typed_stays(page: Page, live_site: Site) -> None:
    heard = complaints(page)
    _fill(page, live_site)
    page.locator('[name="lines.0.price"]').fill("1,250.50")
    page.locator('[name="note"]').click()
    page.keyboard.type("still typing")
    expect(page.locator("#f-total")).to_contain_text("5,002.00")
    page.keyboard.type(" and on")
    expect(page.locator('[name="note"]')).to_have_value("still typing and on")
    expect(page.locator('[name="note"]')).to_be_focused()
    expect(page.locator('[name="lines.0.price"]')).to_have_value("1,250.50")
    page.locator('[name="lines.0.qty"]').fill("x")
    page.keyboard.press("Tab")
    expect(page.locator('[name="lines.0.qty"]')).to_have_attribute("aria-invalid", "true")
    page.locator('[name="lines.0.qty"]').fill("2")
    page.locator('button.btn-primary[value="create"]').click()
    page.wait_for_url("**/orders/PO-*")
    expect(page.locator("main")).to_contain_text("2,501.00")
    # An unreadable number is answered with 422, which browsers note.
    assert [each for each in heard if "422" not in each] == []


def test_without_scripts_a_button_works_it_out(browser: Browser, live_site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    _fill(page, live_site)
    page.locator('[name="lines.0.price"]').fill("1,250.50")
    page.locator('noscript button[name="_refresh"], button.btn[name="_refresh"]').last.click()
    expect(page.locator("#f-total")).to_contain_text("5,002.00")
    expect(page.locator('[name="customer"]')).to_have_value("Live")
    context.close()


@pytest.mark.parametrize("how", ["add", "remove"])
def test_rows_come_and_go_and_keep_what_was_typed(page: Page, live_site: Site, how: str) -> None:
    _fill(page, live_site)
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.1.item"]').fill("Seal")
    if how == "add":
        page.locator('button[name="_add"]').click()
        expect(page.locator('[name="lines.2.item"]')).to_have_count(1)
        expect(page.locator('[name="lines.1.item"]')).to_have_value("Seal")
        return
    page.locator('button[name="_remove"]').first.click()
    expect(page.locator('[name="lines.1.item"]')).to_have_count(0)
    expect(page.locator('[name="lines.0.item"]')).to_have_value(re.compile("Seal"))
