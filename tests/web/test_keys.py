"""The approval from sign-in to verdict without a mouse; keys of lists, the help, letters off."""

import re

from parts.site import PASSWORD, Site
from parts.surfing import enter
from playwright.sync_api import Locator, Page, expect

from orderloom.platform.engine.commands import CastVerdict

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


def test_letters_act_on_the_row_one_is_at(page: Page, live_site: Site) -> None:
    orders = [live_site.order(customer=f"Letters {n}") for n in range(3)]
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks?q=letters")
    expect(page.locator("tr[data-row]")).to_have_count(3)
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    second = page.locator("tr[data-row]").nth(1)
    expect(second.locator("input[type=checkbox]")).to_be_checked()
    page.keyboard.press("e")
    expect(page.locator(".ol-unfolded")).to_contain_text("Letters 1")
    expect(second.locator("[data-unfold]")).to_have_attribute("aria-expanded", "true")
    assert page.evaluate(VISIBLE_FOCUS)
    # Another row folds it; the same key again folds that one too.
    page.keyboard.press("k")
    page.keyboard.press("Space")
    expect(page.locator(".ol-unfolded")).to_have_count(1)
    expect(page.locator(".ol-unfolded")).to_contain_text("Letters 0")
    page.keyboard.press("e")
    expect(page.locator(".ol-unfolded")).to_have_count(0)
    page.keyboard.press("r")
    page.wait_for_url(re.compile(rf"/tasks/{orders[0].order}\.\d+#comment$"))
    assert page.evaluate("document.activeElement.id") == "comment"
    page.go_back()
    for key in ("j", "o"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/tasks/{orders[0].order}.*")


def test_approving_from_a_row_asks_once_more(page: Page, live_site: Site) -> None:
    order = live_site.order(customer="Askonce Pumps")
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks?q=askonce")
    page.keyboard.press("j")
    page.keyboard.press("a")
    dialog = page.locator("#approve-one")
    expect(dialog).to_contain_text(str(order.number))
    # No letter does anything while the question stands.
    page.keyboard.press("x")
    expect(page.locator("input[name=task]:checked")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "approval" in _stages(live_site, order.order)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/verdicts")
    expect(page.locator(".ol-results")).to_contain_text("Approved")
    assert "approval" not in _stages(live_site, order.order)


def test_rows_that_come_and_go_leave_the_cursor_and_what_is_open(
    page: Page, live_site: Site
) -> None:
    first, second = (live_site.order(customer=f"Merging {n}") for n in range(2))
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks?q=merging")
    for key in ("j", "j", "x", "e"):
        page.keyboard.press(key)
    expect(page.locator(".ol-unfolded")).to_contain_text("Merging 1")
    live_site.order(customer="Merging 2")
    task = int(next(iter(first.state.tasks)))
    live_site.send("bob", CastVerdict(task, "approve", "Elsewhere"), first.order)
    # As the stream says it; the page asks for the rows by itself.
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live-tasks'))")
    expect(page.locator("tr[data-row]")).to_have_count(2, timeout=15_000)
    expect(page.locator("tr[data-row]").nth(1)).to_contain_text("Merging 2")
    row = page.locator("tr.at")
    expect(row).to_contain_text("Merging 1")
    expect(row.locator("input[type=checkbox]")).to_be_checked()
    below = row.locator("xpath=following-sibling::tr[1]")
    expect(below).to_contain_text("Merging 1")
    expect(below).to_have_class("ol-under")
    assert second.order


def test_letters_typed_into_a_field_are_letters(page: Page, live_site: Site) -> None:
    live_site.order(customer="Typed Pumps")
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks?q=typed")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" ajrxeok?")
    expect(page.locator("#t-q")).to_have_value("typed ajrxeok?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("tr.at")).to_have_count(0)


def test_a_filter_answers_at_once_and_stays_in_the_address(page: Page, live_site: Site) -> None:
    live_site.order(customer="Atonce Pumps")
    enter(page, live_site, "bob")
    page.goto(f"{live_site.url}/tasks?q=atonce")
    page.locator("#t-kind").select_option("task")
    expect(page.locator(".ol-empty")).to_be_visible()
    assert "kind=task" in page.url
    page.locator("#t-kind").focus()
    page.locator("#t-kind").select_option("approval")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    assert page.evaluate("document.activeElement.id") == "t-kind"
    page.go_back()
    expect(page.locator(".ol-empty")).to_be_visible()


def _stages(site: Site, order: int) -> list[str]:
    return list(site.app.store.reads.orders_by_id(1, [order])[order].state.stages)
