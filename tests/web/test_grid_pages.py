"""The page of a decision: pasting, hostile drafts, large tables, trying, tests, every language."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from parts.grid_page import TERMS, Grid, open_grid, put_draft
from parts.site import Site
from parts.surfing import overflow, violations
from playwright.sync_api import Browser, FilePayload, expect

from orderloom.platform.codec import load_yaml
from orderloom.rules.spreadsheet import grid_of
from orderloom.rules.spreadsheet_csv import write_csv


@pytest.fixture(scope="module")
def grid(browser: Browser, live_site: Site) -> Iterator[Grid]:
    put_draft(live_site)
    with open_grid(browser, live_site, language="pl") as opened:
        opened.looked()
        yield opened


# What is on the clipboard, where it is pasted: what stands there then (row, column, text).
PASTED: dict[str, tuple[str, tuple[int, int], list[tuple[int, int, str]]]] = {
    "one cell": ("> 7", (0, 0), [(0, 0, "> 7")]),
    "lines of a workbook": (
        "> 7\t> 1\tnew\r\n> 8\t> 2\tkey\r\n",
        (0, 0),
        [(0, 0, "> 7"), (0, 2, '"new"'), (1, 1, "> 2"), (1, 2, '"key"')],
    ),
    "quotes of FEEL stay": ('"new","key"\t"x"', (0, 2), [(0, 2, '"new","key"'), (0, 3, '"x"')]),
    "quotes of a spreadsheet go": ('"""new"""\t"""a\tb"""', (0, 2), [(0, 2, '"new"')]),
    "a line break in a cell": ('"> 1\n"\t5', (0, 0), [(0, 0, "> 1"), (0, 1, "5")]),
    "a decimal comma": ("12,5\t7", (0, 0), [(0, 0, "12.5"), (0, 1, "7")]),
    "blanks between thousands": (
        "1\u00a0234,50\t1 000",
        (0, 0),
        [(0, 0, "1234.50"), (0, 1, "1000")],
    ),
    "more digits than a number has": (
        "12345678901234567890.125",
        (0, 0),
        [(0, 0, "12345678901234567890.125")],
    ),
    "names stay names": ("total\t5", (0, 3), [(0, 3, "total")]),
    "rows grow": (
        "\n".join(f"> {n}" for n in range(9)),
        (0, 0),
        [(8, 0, "> 8"), (8, 2, "-"), (5, 0, "> 5")],
    ),
    "markup is text": (
        "<img src=x onerror=alert(1)>",
        (0, 5),
        [(0, 5, "<img src=x onerror=alert(1)>")],
    ),
    "nothing empties": ("\t> 3", (2, 0), [(2, 0, "-"), (2, 1, "> 3")]),
    "columns that are not there": ("a\tb\tc", (0, 5), [(0, 5, "a")]),
}


@pytest.mark.parametrize("name", list(PASTED))
def test_what_is_pasted(grid: Grid, name: str) -> None:
    text, (row, column), expected = PASTED[name]
    grid.anew()
    grid.cell(row, column).click()
    grid.paste(text)
    for r, c, shown in expected:
        expect(grid.cell(r, c)).to_have_text(shown)
    # One step back is all of it.
    grid.keys("Control+z")
    assert grid.text() == TERMS
    assert grid.heard == []


def test_one_cell_fills_all_that_are_chosen(grid: Grid) -> None:
    grid.anew()
    grid.cell(2, 0).click()
    grid.keys("Shift+ArrowDown")
    grid.paste("> 9")
    assert [row["when"]["total"] for row in grid.value()["rules"][2:4]] == ["> 9", "> 9"]
    grid.keys("Control+d")
    expect(grid.page.locator("#design-said")).to_have_text("Wypełniono w dół.")


def test_what_is_copied_is_pasted_as_it_was(grid: Grid) -> None:
    grid.anew()
    grid.cell(0, 0).click()
    grid.keys("Control+a", "Control+c")
    grid.cell(0, 0).click()
    grid.keys("Control+v")
    value = grid.value()
    # A text in several languages is a text of one of them in a spreadsheet; all else is the same.
    assert [row.get("when") for row in value["rules"]][1] == ["-", "> 30", '"regular","key"']
    assert value["rules"][3]["then"] == {"terms": '"net-14"'}


def test_more_than_can_be_pasted_is_said(grid: Grid) -> None:
    grid.anew()
    grid.cell(0, 0).click()
    grid.paste("\t" * 100_001)
    expect(grid.page.locator("#design-said")).to_contain_text("więcej, niż można wkleić")
    assert grid.text() == TERMS


def test_a_gap_is_seen_mended_and_tested(grid: Grid) -> None:
    grid.anew()
    page = grid.page
    gaps = page.locator('.ol-problems li[data-code="gap"]')
    expect(gaps).to_have_count(2)
    expect(page.locator("tr.ghost")).to_have_count(2)
    expect(page.locator("tr.ghost").first).to_contain_text('"regular"')
    gaps.first.locator("[data-test-of]").click()
    expect(page.locator("#design-said")).to_have_text("Test dodany.")
    assert grid.value()["tests"][1]["error"] is True
    gaps.first.locator("[data-add]").click()
    assert grid.at() == (6, 3)
    page.keyboard.type('"net-7"')
    grid.keys("Enter")
    expect(page.locator("tr.ghost")).to_have_count(1)
    gaps.first.locator("[data-add]").click()
    expect(page.locator("tr.ghost")).to_have_count(0)
    # The overlap is left, with both of its rows.
    expect(page.locator('.ol-problems li[data-code="overlap"]')).to_contain_text("Wiersze 5, 6")
    expect(grid.cell(4, 0)).to_have_class("clash")


def test_the_try_lights_the_row_and_says_why_not_the_others(grid: Grid) -> None:
    grid.anew()
    page = grid.page
    page.locator("#try-total").fill("60000,5")
    page.locator('[id="try-customer.days_overdue"]').fill("21")
    page.locator('[id="try-customer.segment"]').select_option("regular")
    expect(page.locator("#grid-answer .ol-note.bad")).to_contain_text("nie pasuje żaden wiersz")
    expect(grid.cell(3, 1)).to_have_class("no")
    page.locator('[id="try-customer.days_overdue"]').fill("14")
    expect(page.locator("#grid-result")).to_contain_text("net-14")
    expect(page.locator('tr[data-row="3"]')).to_have_class("hit")
    page.locator(".ol-others summary").click()
    expect(page.locator(".ol-others li").nth(2)).to_have_text(
        "Wiersz 3 total: 60000.5 nie spełnia <= 20000."
    )
    # It follows the table.
    grid.cell(3, 1).click()
    page.keyboard.type("[0..7]")
    grid.keys("Enter")
    expect(page.locator("#grid-answer .ol-note.bad")).to_be_visible()
    grid.keys("Escape")
    expect(page.locator("#grid-answer .ol-note")).to_have_count(0)


def test_tests_say_what_came_and_which_rows_they_reach(grid: Grid) -> None:
    grid.anew()
    page = grid.page
    expect(page.locator(".ol-cover .num")).to_have_text("1 z 6")
    page.locator(".ol-tests .ol-link").click()
    page.locator("#test-expect-0").fill('{"terms": "net-99"}')
    expect(page.locator(".ol-tests .t-bad").last).to_contain_text("prepaid")
    page.locator("#test-expect-0").fill('{"terms": ')
    expect(page.locator("#test-expect-0-e")).to_be_visible()
    assert grid.value()["tests"][0]["expect"] == {"terms": "net-99"}
    page.locator("#test-expect-0").blur()
    page.get_by_role("button", name="Zaproponuj").click()
    expect(page.locator("#design-said")).to_contain_text("Dodane testy")
    expect(page.locator(".ol-cover .num")).to_have_text("5 z 6")


def test_a_finding_leads_to_its_cell(grid: Grid) -> None:
    grid.anew()
    grid.cell(3, 2).click()
    grid.page.keyboard.type('"nobody"')
    grid.keys("Enter", "Control+Home")
    grid.page.locator(".ol-findings .ol-link", has_text="nobody").first.click()
    assert grid.at() == (3, 2)


HOSTILE: dict[str, Any] = {
    "markup everywhere": {
        "title": "</script><img src=x onerror=alert(1)>",
        "inputs": [{"name": "<b>x</b>", "type": "<i>", "allowed": "<u>"}],
        "outputs": [{"name": "y", "default": "<script>alert(1)</script>"}],
        "labels": {"y": "<img src=x onerror=alert(2)>"},
        "rules": [{"when": {"<b>x</b>": "<b>"}, "then": ["<img src=x>"], "note": "<script>"}],
    },
    "nothing is what it should be": {
        "hit": ["FIRST"],
        "inputs": [None, 5, "x", {"name": None}, {"name": {"a": 1}, "type": {"a": "number"}}],
        "outputs": {"name": "y"},
        "rules": [
            None,
            5,
            "text",
            [],
            {"when": "x", "then": None},
            {"when": [[1]], "then": {"a": {}}},
        ],
        "tests": [None, 1, {"given": [], "expect": {}}, "x"],
        "labels": ["y"],
    },
    "no lists": {"inputs": None, "outputs": 1, "rules": {"a": 1}, "tests": "none"},
    "an expression": {"value": "if total > 5 then <b>1</b> else null", "tests": [{"given": {}}]},
    "nothing": {},
    "rows and a value": {"value": "1", "rules": [], "outputs": [{"name": "__proto__"}]},
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_hostile_drafts_are_text(browser: Browser, live_site: Site, name: str) -> None:
    head = {"kind": "decision", "id": "hostile", "title": "Hostile"}
    put_draft(live_site, json.dumps({**head, **HOSTILE[name]}), "hostile")
    with open_grid(browser, live_site, id_="hostile") as grid:
        expect(grid.page.locator("#h-tests")).to_be_visible()
        assert grid.page.locator("main img, main b").count() == 0
        # Nothing changes by being looked at; a row can be added, and that be taken back.
        value = grid.value()
        if grid.page.locator(".ol-dt").count():
            grid.verb("below").click()
            assert isinstance(grid.value()["rules"], list)
            grid.anew()
        assert grid.value() == value
        assert grid.heard == []


def test_who_may_only_read_changes_nothing(browser: Browser, live_site: Site) -> None:
    put_draft(live_site)
    app = live_site.app
    app.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
    with open_grid(browser, live_site, login="erin") as grid:
        grid.looked()
        assert grid.page.locator("[data-verb], [data-add], [data-fill]").count() == 0
        grid.cell(0, 0).click()
        grid.page.keyboard.type("> 5")
        grid.keys("Delete", "Control+Enter", "Control+Delete", "Control+d")
        grid.paste("x")
        assert grid.text() == TERMS
        grid.page.locator("#try-total").fill("5")
        expect(grid.page.locator("#grid-answer .ol-note")).to_be_visible()


def large(rows: int) -> str:
    head = (
        "kind: decision\nid: large\ntitle: Large\nhit: FIRST\n"
        "inputs: [{name: total, type: number}, {name: country, type: string}]\n"
        "outputs: [{name: tier, type: string}]\nrules:\n"
    )
    lines = (
        f'  - {{id: r{n}, when: ["({n * 10}..{n * 10 + 10}]", \'"PL"\'], then: [\'"t{n % 7}"\']}}'
        for n in range(rows)
    )
    return head + "\n".join(lines) + "\n"


def test_two_thousand_rows_stay_usable(browser: Browser, live_site: Site) -> None:
    put_draft(live_site, large(2000), "large")
    with open_grid(browser, live_site, id_="large") as grid:
        expect(grid.cell(0, 0)).to_be_visible()
        # No more than a window of rows is in the page.
        assert grid.page.locator("tr[data-row]").count() < 100
        grid.cell(0, 0).click()
        began = time.monotonic()
        grid.keys("Control+End")
        assert grid.at() == (1999, 4)
        expect(grid.cell(1999, 0)).to_be_visible()
        grid.keys("Home")
        grid.page.keyboard.type("> 20000")
        grid.keys("Enter", "Control+Enter", "Control+ArrowUp")
        assert grid.at() == (1999, 0)
        # Seconds of a machine that others use as well; a frame each would be far less.
        assert time.monotonic() - began < 12
        assert len(grid.value()["rules"]) == 2001
        grid.page.locator(".ol-grid").evaluate("grid => { grid.scrollTop = 36000; }")
        expect(grid.cell(1002, 0)).to_be_attached()
        # The active cell has the focus wherever somebody scrolls.
        assert grid.at() == (1999, 0)
        assert grid.heard == []


def test_saving_asks_once_what_is_wrong(browser: Browser, live_site: Site) -> None:
    put_draft(live_site, id_="credit-terms")
    with open_grid(browser, live_site) as grid:
        grid.looked()
        asked: list[str] = []
        grid.page.on("request", lambda one: asked.append(f"{one.method} {one.url}"))
        grid.cell(0, 3).click()
        grid.page.keyboard.type('"later"')
        grid.keys("Enter")
        # What is wrong with the table is looked for once the draft is kept.
        with grid.page.expect_response("**/design/table"):
            grid.keys("Control+s")
        grid.cell(0, 3).click()
        grid.page.keyboard.type("total >")
        grid.keys("Enter", "Control+s")
        expect(grid.cell(0, 3)).to_have_class(re.compile(r"\bbad\b"))
        saved = [each for each in asked if each.endswith(("/design", "/check"))]
        assert saved == [f"POST {live_site.url}/definitions/decision/credit-terms/design"] * 2
        # A change that was not saved is looked at by itself.
        with grid.page.expect_response("**/design/check"):
            grid.keys("Control+z")
        expect(grid.cell(0, 3)).not_to_have_class(re.compile(r"\bbad\b"))


LOOKS = [("light", "sk", (1440, 900)), ("dark", "pl", (390, 844)), ("dark", "en", (1440, 900))]


@pytest.mark.parametrize(("theme", "language", "size"), LOOKS)
def test_accessible_and_no_wider_than_the_window(
    browser: Browser, live_site: Site, theme: str, language: str, size: tuple[int, int]
) -> None:
    wide = "Postępowanie w sprawie zamówienia wymagającego zgody " * 4
    put_draft(live_site, TERMS.replace("until the third order", wide).replace("Dni po", wide))
    with open_grid(browser, live_site, theme=theme, language=language, size=size) as grid:
        grid.looked()
        grid.page.locator("#try-total").fill("60000")
        expect(grid.page.locator("#grid-answer .ol-note")).to_be_visible()
        wide_by = overflow(grid.page)
        grid.cell(0, 0).click()
        grid.page.keyboard.type("> 5 5")
        expect(grid.cell(0, 0)).to_have_attribute("aria-invalid", "true")
        found: dict[str, Any] = {"writing": violations(grid.page), "wide": wide_by}
        grid.keys("Enter")
        grid.cell(-1, 2).click()
        expect(grid.page.locator("dialog[open]")).to_be_visible()
        found |= {"column": violations(grid.page), "still wide": overflow(grid.page)}
        assert {name: what for name, what in found.items() if what} == {}
        assert grid.heard == []


def test_tried_with_an_order_that_one_may_see(browser: Browser, live_site: Site) -> None:
    order = live_site.order(customer="Tatra Pumps", lines=[{"item": "P", "qty": 2, "price": 50}])
    put_draft(live_site)
    with open_grid(browser, live_site) as grid:
        grid.looked()
        choice = grid.page.locator(f'#grid-from option[value="order:{order.state.number}"]')
        expect(choice).to_be_attached()
        grid.page.locator("#grid-from").select_option(f"order:{order.state.number}")
        # Only what the decision reads is taken over: the total.
        expect(grid.page.locator("#try-total")).to_have_value("100")
        expect(grid.page.locator("#grid-answer .ol-note")).to_be_visible()
        grid.page.locator("#grid-from").select_option("test:0")
        expect(grid.page.locator("#grid-result")).to_contain_text("prepaid")


def test_days_and_ids_are_written_where_they_are_asked_for(grid: Grid) -> None:
    grid.anew()
    grid.page.get_by_role("button", name="Ważność i identyfikatory").click()
    grid.cell(2, 6).click()
    grid.paste("1. 3. 2026\t2026-12-31\tlimit")
    row = grid.value()["rules"][2]
    assert (row["valid_from"], row["valid_to"], row["id"]) == ("2026-03-01", "2026-12-31", "limit")
    grid.keys("Control+z")
    grid.page.get_by_role("button", name="Ważność i identyfikatory").click()
    expect(grid.cell(2, 6)).to_have_count(0)
    assert grid.text() == TERMS


@pytest.mark.parametrize(("theme", "language", "size"), LOOKS[:2])
def test_the_pages_of_a_file(
    browser: Browser, live_site: Site, theme: str, language: str, size: tuple[int, int]
) -> None:
    put_draft(live_site)
    lines = grid_of(load_yaml(TERMS.replace('"<= 20000"', '"<= 15000"')).value)
    with open_grid(browser, live_site, theme=theme, language=language, size=size) as grid:
        page = grid.page
        page.locator('a[href$="/import"]').click()
        found = {"choose": violations(page), "wide": overflow(page)}
        file: FilePayload = {"name": "t.csv", "mimeType": "text/csv", "buffer": write_csv(lines)}
        page.locator("#file").set_input_files(files=[file])
        page.locator("form.card .btn-primary").click()
        expect(page.locator("#h-changes")).to_be_visible()
        expect(page.locator(".ol-changes")).to_contain_text("15000")
        found |= {"looked at": violations(page), "still wide": overflow(page)}
        assert {name: what for name, what in found.items() if what} == {}
        page.locator('button[value="accept"]').click()
        expect(grid.cell(2, 0)).to_have_text("<= 15000")
        assert grid.heard == []
