"""Lists of lines keep words and dates whole beside a side column, and are cards on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from parts.form_page import page as page_of
from parts.repository import text
from playwright.sync_api import Browser, Page

from orderloom.forms import compile_form
from orderloom.platform.words import Words

ROW = {
    "no": 1,
    "trade": "Mechaniczna",
    "work": "Kanały wentylacyjne i jednostki zewnętrzne",
    "crew": "Ekipa Kowalskiego",
    "begins": "2026-11-27",
    "ends": "2026-12-04",
    "hours": 180,
    "used": 12,
    "note": "Rusztowanie",
}
DATE = {"type": "string", "format": "date"}
FORM = compile_form(
    {
        "schema": {
            "type": "object",
            "properties": {
                "rows": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "no": {"type": "integer"},
                            **{name: {"type": "string"} for name in ("trade", "work", "crew")},
                            "begins": DATE,
                            "ends": DATE,
                            "hours": {"type": "number"},
                            "used": {"type": "number"},
                            "note": {"type": "string"},
                        },
                    },
                }
            },
        },
        "layout": [
            {
                "section": "All",
                "fields": [{"field": "rows", "widget": "items", "totals": ["hours"]}],
            }
        ],
    }
)
# The height of a line of text, in pixels, and some air.
ONE_LINE = 24


def shown(browser: Browser, window: int, *, draft: bool) -> Page:
    """The list as wide as beside a side column."""
    data: dict[str, Any] = {"rows": [ROW]}
    view = FORM.view(
        data, stages=set(), draft=draft, actor={"id": "a"}, language="pl", words=Words("pl")
    )
    page = browser.new_page(viewport={"width": window, "height": 900})
    styles = f"<style>{text('static/app.css')}{text('static/pages.css')}</style>"
    page.set_content(f"{styles}<div style='max-width:640px'>{page_of(view)}</div>")
    return page


@pytest.mark.parametrize("window", [1440, 1100])
def test_words_and_dates_stay_whole(browser: Browser, window: int) -> None:
    page = shown(browser, window, draft=False)
    for name in ("trade", "begins", "ends", "hours", "note"):
        cell = page.locator(f"#f-rows-0-{name}")
        assert cell.evaluate("e => e.getClientRects().length") == 1, name
        assert cell.evaluate("e => e.offsetHeight") < ONE_LINE, name
    work = page.locator("td:has(#f-rows-0-work)")
    assert work.evaluate("e => e.offsetWidth") >= 150
    region = page.locator(".ol-x")
    assert region.get_attribute("tabindex") == "0"
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


@pytest.mark.parametrize("window", [1440, 1100])
def test_what_is_typed_has_room(browser: Browser, window: int) -> None:
    page = shown(browser, window, draft=True)
    for name, least in (("work", 150), ("crew", 150), ("begins", 110), ("trade", 86)):
        assert page.locator(f"#f-rows-0-{name}").evaluate("e => e.offsetWidth") >= least, name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_the_label_of_totals_does_not_widen_the_numbers(browser: Browser) -> None:
    page = shown(browser, 1440, draft=False)
    label = page.locator(".ol-total th")
    assert label.get_attribute("colspan") == "7"
    assert page.locator(".ol-total td").first.inner_text() == "180"
    assert page.locator("tbody td").first.evaluate("e => e.offsetWidth") < 48
    page.close()


@pytest.mark.parametrize("draft", [True, False])
def test_cards_on_a_phone(browser: Browser, draft: bool) -> None:
    page = shown(browser, 390, draft=draft)
    assert page.locator(".items thead").is_hidden()
    cell = page.locator("td:has(#f-rows-0-begins)")
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Begins"'
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
