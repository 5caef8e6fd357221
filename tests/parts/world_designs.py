"""What is done on the pages of the designers before they are looked at."""

from __future__ import annotations

import re

from playwright.sync_api import Page


def row_lit(page: Page) -> None:
    """The first test of the table is tried: its row is lit."""
    page.locator(".ol-tests button[data-focus^=try]").first.click(timeout=30_000)
    page.locator(".ol-grid tr.hit").wait_for(timeout=30_000)


def expression_begun(page: Page) -> None:
    """The condition of a step is being written: what could stand there, what is wrong so far."""
    page.locator(".ol-ap-card").first.click()
    field = page.locator("ol-panel [data-at='steps.0.if']").first
    with page.expect_response("**/expression"):
        field.focus()
    page.keyboard.press("End")
    page.keyboard.type(" and s")
    page.locator(".ol-feel-list [role='option']").first.wait_for()
    page.locator(".ol-feel .ol-err").first.wait_for()


def form_filled_in(page: Page) -> None:
    """A field is chosen, and the form is filled in with an example."""
    page.locator("#form-design[data-ready]").wait_for()
    page.locator(".fd-row.field").nth(1).click()
    page.locator(".fd-bar2 .btn").first.click()
    page.locator('#fd-paper input[value="Example"]').first.wait_for()


def previewed(page: Page) -> None:
    """The preview beside the fields."""
    page.locator("#kind-out > *").first.wait_for(timeout=30_000)


def approvers_asked(page: Page) -> None:
    """The people of a scenario's order, found on the draft."""
    page.locator("#try-sort").select_option("scenario")
    page.locator("#try-scenario option").nth(1).wait_for(state="attached")
    page.locator("#try-scenario").select_option(index=1)
    page.get_by_role("button", name="Find people").click()
    page.locator(".ol-ap-sentence").wait_for()


def edited(page: Page) -> None:
    """Saves the draft with another deadline, and looks at what it changes."""
    text = page.locator("#text").input_value()
    hours = "6" if "due: 8 working hours" in text else "5"
    changed = re.sub(r"due: [0-9]+ working hours", f"due: {hours} working hours", text, count=1)
    # Into the plain field; the editor shows the same, and keeps no choice of this page.
    page.locator("section:has(#text) .card-header button").click()
    page.locator("#text").fill(changed)
    page.evaluate("localStorage.clear()")
    page.locator("button[value=save]").click()
    page.wait_for_url("**/edit?done=*")
    page.goto(page.url.partition("/edit")[0] + "/differences")
