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


def test_a_press_is_not_lost_to_an_answer_that_moves_the_page(page: Page, live_site: Site) -> None:
    """Leaving a field asks for its totals; whoever left it by pressing a button sends the form."""
    _fill(page, live_site)
    # A total of so many digits takes two lines, and moves the button.
    page.locator('[name="lines.0.price"]').fill("123456789012345678901234567890.1234")
    button = page.locator('button.btn-primary[value="create"]')
    button.scroll_into_view_if_needed()
    before = button.bounding_box()
    assert before is not None
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + 2)
    with page.expect_response("**/orders/new/pump-order"):
        page.mouse.down()
    page.wait_for_timeout(300)
    assert button.bounding_box() == before
    page.mouse.up()
    page.wait_for_url("**/orders/PO-*")


def test_what_was_held_back_by_a_press_is_shown_after_it(page: Page, live_site: Site) -> None:
    _fill(page, live_site)
    page.locator('[name="lines.0.price"]').fill("1,250.50")
    button = page.locator('button.btn-primary[value="create"]')
    button.hover()
    with page.expect_response("**/orders/new/pump-order"):
        page.mouse.down()
    # Somebody who thinks better of it lets go elsewhere.
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(page.locator("#f-total")).to_contain_text("5,002.00")
