"""Fields for expressions in a browser: proposals, what is wrong, the value on a sample."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.answered import answered
from parts.panels import Panel
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, violations
from playwright.sync_api import Browser, Locator, expect

from orderloom.platform.web.pages import designers

STEP = {"id": "one", "approvers": "sales", "if": "total > 5"}
START = {"kind": "approval", "id": "pump-approval", "title": "Pumps", "steps": [STEP]}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(designers, "DESIGNERS", {})
        with open_site(tmp_path_factory.mktemp("feel")) as site, serving(site) as served:
            yield served


@pytest.fixture(scope="module")
def panel(browser: Browser, shown: Site) -> Iterator[Panel]:
    """One tab for all tests; each begins anew."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    page = made.new_page()
    enter(page, shown, "ada")
    yield Panel(page, shown, "approval", "pump-approval")
    made.close()


def field(panel: Panel, written: str = "") -> Locator:
    """The condition of the first step, with the caret at its end."""
    panel.put({**START, "steps": [{**STEP, "if": written}]})
    panel.unfold(levels=2)
    place = panel.page.locator("[data-at='steps.0.if']").first
    place.focus()
    panel.page.keyboard.press("End")
    return place


def proposals(panel: Panel) -> Locator:
    return panel.page.locator("[data-path='steps.0.if'] [role='listbox'] [role='option']")


# What stands there, what is typed, what is pressed then, what stands there after that.
TYPED: dict[str, tuple[str, str, list[str], str]] = {
    "a field of the data": ("", "curr", ["Tab"], "currency"),
    "a field inside a list": ("count(lines.", "qt", ["Enter"], "count(lines.qty"),
    "a field of a loop's variable": (
        "for l in lines return l.",
        "pri",
        ["Tab"],
        "for l in lines return l.price",
    ),
    "a field in a filter": ("lines[", "qt", ["Enter"], "lines[qty"),
    "a function": ("", "upper", ["Enter"], "upper case()"),
    "a function of several words": ("", "string le", ["Enter"], "string length()"),
    "a value that may be chosen": ("currency = ", '"P', ["Tab"], 'currency = "PLN"'),
    "a word of the language": ("total > 1 ", "an", ["Enter"], "total > 1 and"),
    "the second one": ("", "str", ["ArrowDown", "Enter"], "string join()"),
    "none of them": ("", "curr", ["Escape"], "curr"),
    "nothing in a text": ('"', "curr", ["End"], '"curr'),
}


@pytest.mark.parametrize("name", list(TYPED))
def test_what_could_stand_there_is_proposed(panel: Panel, name: str) -> None:
    written, typed, keys, expected = TYPED[name]
    place = field(panel, written)
    # The names around the place have come when its type is known, or what is wrong with it.
    with panel.page.expect_response("**/expression"):
        panel.page.keyboard.type(typed)
    if name == "nothing in a text":
        expect(proposals(panel).filter(visible=True)).to_have_count(0)
    else:
        expect(proposals(panel).first).to_be_visible()
    for key in keys:
        panel.page.keyboard.press(key)
    expect(place).to_have_value(expected)
    expect(place).to_be_focused()
    assert panel.value()["steps"][0]["if"] == expected


def test_a_pointer_takes_a_proposal_too(panel: Panel) -> None:
    place = field(panel)
    with panel.page.expect_response("**/expression"):
        panel.page.keyboard.type("curr")
    proposals(panel).first.click()
    expect(place).to_have_value("currency")


def test_the_list_says_what_it_is(panel: Panel) -> None:
    place = field(panel)
    expect(place).to_have_attribute("role", "combobox")
    expect(place).to_have_attribute("aria-expanded", "false")
    with panel.page.expect_response("**/expression"):
        panel.page.keyboard.type("str")
    expect(place).to_have_attribute("aria-expanded", "true")
    active = place.get_attribute("aria-activedescendant")
    expect(panel.page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    panel.page.keyboard.press("ArrowDown")
    assert place.get_attribute("aria-activedescendant") != active
    assert violations(panel.page) == []
    panel.page.keyboard.press("Escape")
    expect(place).to_have_attribute("aria-expanded", "false")
    place.fill("")
    panel.page.keyboard.press("Escape")
    panel.page.keyboard.press("Control+ ")
    expect(place).to_have_attribute("aria-expanded", "true")
    # Eight are shown; the arrow up leads to the last one of all.
    expect(proposals(panel)).to_have_count(8)
    panel.page.keyboard.press("ArrowUp")
    last = panel.page.locator(f"#{place.get_attribute('aria-activedescendant')}")
    expect(last).to_be_visible()
    assert last.get_attribute("aria-posinset") == last.get_attribute("aria-setsize")
    panel.page.keyboard.press("ArrowDown")
    expect(proposals(panel).first).to_have_attribute("aria-selected", "true")
    panel.page.keyboard.press("Escape")


def test_what_is_wrong_is_said_once_while_one_types(panel: Panel) -> None:
    place = field(panel)
    panel.page.keyboard.type("totl > 5")
    panel.page.keyboard.press("Escape")
    wrong = panel.page.locator("[data-path='steps.0.if'] .ol-err").filter(visible=True)
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("There is no 'totl' here.")
    # The findings of the whole draft come later and say it too.
    panel.page.locator("section[aria-labelledby='h-findings'] li").first.wait_for()
    expect(wrong).to_have_count(1)
    wrong.get_by_role("button").click()
    expect(place).to_be_focused()
    assert place.evaluate("(e) => [e.selectionStart, e.selectionEnd]") == [0, 4]
    place.fill("total + 5")
    expect(wrong).to_contain_text("true or false is expected")
    place.fill("total > 5")
    expect(wrong).to_have_count(0)
    gives = panel.page.locator("[data-path='steps.0.if'] .ol-feel-type")
    expect(gives).to_have_text("Gives: true or false")


def test_its_value_on_a_sample(panel: Panel, shown: Site) -> None:
    heard = complaints(panel.page)
    order = shown.order(lines=[{"item": "P-220", "qty": 2, "price": 40}])
    number = answered(shown.app.views.desk.see_id(shown.actors["ada"], order.order)).number
    place = field(panel, "total > 5")
    around = panel.page.locator("[data-path='steps.0.if']")
    around.locator(".ol-feel-try").evaluate("(each) => { each.open = false; }")
    around.get_by_text("Try it on a sample").click()
    around.get_by_label("What it is tried on").select_option("order")
    asked = around.get_by_role("textbox", name="Order")
    asked.fill(number)
    asked.press("Tab")
    value = around.locator(".ol-feel-value")
    expect(value).to_have_text("true")
    place.fill("total")
    expect(value).to_have_text("80")
    place.fill("total / 0")
    expect(around.locator(".ol-feel-out")).to_contain_text("It has no value: division by zero.")
    around.get_by_label("What it is tried on").select_option("data")
    around.get_by_role("textbox", name="Own data").fill('{"currency": "EUR"}')
    place.fill("currency")
    expect(value).to_have_text('"EUR"')
    place.fill("customer")
    expect(around.locator(".ol-feel-out")).to_contain_text("nothing is said for: customer")
    assert heard == []
