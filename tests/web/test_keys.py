"""The approval from sign-in to verdict without a mouse; keys of lists, the help, letters off."""

import re

from parts.site import PASSWORD, Site
from parts.surfing import enter
from playwright.sync_api import Locator, Page, expect

VISIBLE_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""


def test_bob_approves_without_a_mouse(page: Page, live_site: Site) -> None:
    order = live_site.order(customer="Keyboard Pumps")
    page.goto(f"{live_site.url}/sign-in")
    page.keyboard.type("bob")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks")
    rows = page.locator("tr[data-row]")
    wanted = next(n for n, text in enumerate(rows.all_inner_texts()) if str(order.number) in text)
    for _ in range(wanted + 1):
        page.keyboard.press("j")
    assert page.evaluate(VISIBLE_FOCUS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    page.keyboard.press("c")
    page.keyboard.type("Typed, and letters are letters here: a r j k ?")
    expect(page.locator("#comment")).to_have_value(re.compile(r"a r j k \?$"))
    _tab_to(page, page.locator('button[value="approve"]'))
    assert page.evaluate(VISIBLE_FOCUS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/**")
    expect(page.locator(".ol-tl")).to_contain_text("Bob approved")


def test_every_stop_of_the_tab_key_is_seen(page: Page, live_site: Site) -> None:
    order = live_site.order()
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks/{order.order}.{next(iter(order.state.tasks))}")
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.tagName + document.activeElement.className")
        if name.startswith("BODY"):
            break
        assert page.evaluate(VISIBLE_FOCUS), name
        assert page.evaluate("document.activeElement.getClientRects().length"), name
        stops.append(name)
    assert stops[0].startswith("Aol-skip")
    assert any("TEXTAREA" in stop for stop in stops)


def test_the_first_stop_leads_past_the_menu(page: Page, live_site: Site) -> None:
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/orders")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_question_mark_opens_the_keys_and_escape_closes_them(
    page: Page, live_site: Site
) -> None:
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_the_slash_goes_to_the_search_of_the_page(page: Page, live_site: Site) -> None:
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "t-q"
    page.goto(f"{live_site.url}/absences")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.goto(f"{live_site.url}/orders")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "f-number"
    page.keyboard.type("PO-")
    expect(page.locator("#f-number")).to_have_value("PO-")


def test_letters_can_be_turned_off(page: Page, live_site: Site) -> None:
    live_site.order()
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks")
    page.keyboard.press("?")
    page.locator("[data-letters]").press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.goto(f"{live_site.url}/tasks")
    page.keyboard.press("j")
    expect(page.locator("tr.at")).to_have_count(0)
    page.keyboard.press("?")
    page.locator("[data-letters]").press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("tr.at")).to_have_count(1)


def _tab_to(page: Page, target: Locator) -> None:
    for _ in range(30):
        if target.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the key Tab never gets there")
