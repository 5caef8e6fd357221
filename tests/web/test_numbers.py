"""Numbers in pages: typed in the reader's language, exact to the API and back, shown by locale."""

import json
import re

import httpx2
import pytest
from parts.site import Site
from parts.surfing import enter
from playwright.sync_api import Page, expect

# 34 digits, which no binary floating point keeps.
EXACT = "123456789012345678901234567890.1234"
TYPED = {
    "en": ("123,456,789,012,345,678,901,234,567,890.1234", "5 000.00", "5,000.00 EUR"),
    "pl": ("123 456 789 012 345 678 901 234 567 890,1234", "5 000,00", "5 000,00 EUR"),
    "sk": ("123456789012345678901234567890,1234", "5000,00", "5 000,00 EUR"),
}


@pytest.mark.parametrize("language", list(TYPED))
def test_34_digits_survive_page_api_and_page(page: Page, live_site: Site, language: str) -> None:
    enter(page, live_site, "alice", language)
    page.goto(f"{live_site.url}/orders/new/pump-order")
    page.locator('[name="customer"]').fill("Exact")
    page.locator('[name="currency"]').select_option("EUR")
    page.locator('button[name="_add"]').click()
    page.locator('[name="lines.0.item"]').fill("Pump")
    page.locator('[name="lines.0.qty"]').fill("1")
    page.locator('[name="lines.0.price"]').fill(TYPED[language][0])
    page.locator('button.btn-primary[value="create"]').click()
    page.wait_for_url("**/orders/PO-*")
    number = page.locator("h1").inner_text()

    token = live_site.app.accounts.create_token("alice")
    answer = httpx2.get(
        f"{live_site.url}/api/v1/orders/{number}", headers={"Authorization": f"Bearer {token}"}
    )
    data = json.loads(answer.text, parse_float=str)["data"]
    assert data["lines"][0]["price"] == EXACT
    assert data["total"] == "123456789012345678901234567890.12"
    shown = page.locator("main").inner_text()
    assert re.sub(r"[\s,.]", "", EXACT) in re.sub(r"[\s,.\u00a0\u202f]", "", shown)


@pytest.mark.parametrize("language", list(TYPED))
def test_amounts_are_written_as_the_language_does(
    page: Page, live_site: Site, language: str
) -> None:
    order = live_site.order(customer="Shown")
    enter(page, live_site, "bob", language)
    page.goto(f"{live_site.url}/tasks/{order.order}.{next(iter(order.state.tasks))}")
    facts = page.locator(".ol-facts").first.inner_text()
    assert TYPED[language][2] in re.sub(r"[\u00a0\u202f]", " ", facts)


def test_times_are_those_of_the_reader(page: Page, live_site: Site) -> None:
    """The clock stands at 9:00 UTC; everybody here lives in Warsaw."""
    order = live_site.order()
    enter(page, live_site, "erin")
    page.goto(f"{live_site.url}/orders/{order.number}/audit")
    expect(page.locator("main .sub")).to_contain_text("Europe/Warsaw")
    expect(page.locator("#e1")).to_contain_text("2 Mar 2026, 10:00")
