"""Every verb of the grid by pointer and by keys: both end in the same text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from parts.answered import answered
from parts.grid_page import TERMS, Act, Grid, open_grid, put_draft
from parts.site import Site
from playwright.sync_api import Browser, expect


@pytest.fixture(scope="module")
def grid(browser: Browser, live_site: Site) -> Iterator[Grid]:
    put_draft(live_site)
    with open_grid(browser, live_site) as opened:
        opened.looked()
        yield opened


def rows(value: Mapping[str, Any]) -> list[Any]:
    return [dict(row["then"] if isinstance(row["then"], dict) else {}) for row in value["rules"]]


def typed(grid: Grid) -> None:
    grid.cell(0, 0).dblclick()
    grid.page.keyboard.type("> 500")
    grid.cell(2, 2).click()


def typed_by_keys(grid: Grid) -> None:
    grid.cell(0, 0).focus()
    grid.keys("F2")
    grid.page.keyboard.type("> 500")
    grid.keys("Enter")


def list_cell(grid: Grid) -> None:
    grid.cell(1, 1).dblclick()
    grid.page.keyboard.press("Control+a")
    grid.page.keyboard.type("> 60")
    grid.cell(0, 0).click()


def list_cell_by_keys(grid: Grid) -> None:
    grid.cell(0, 1).click()
    grid.keys("ArrowDown")
    grid.page.keyboard.type("> 60")
    grid.keys("Tab")


def on(row: int, column: int, verb: str) -> Act:
    def act(grid: Grid) -> None:
        grid.cell(row, column).click()
        grid.verb(verb).click()

    return act


def at(row: int, column: int, *keys: str) -> Act:
    def act(grid: Grid) -> None:
        grid.cell(row, column).click()
        grid.keys(*keys)

    return act


def dragged(grid: Grid) -> None:
    first = grid.page.locator('[data-grip="0"]').bounding_box()
    third = grid.page.locator('[data-grip="2"]').bounding_box()
    assert first
    assert third
    mouse = grid.page.mouse
    mouse.move(first["x"] + 20, first["y"] + 18)
    mouse.down()
    mouse.move(third["x"] + 20, third["y"] + 30, steps=4)
    mouse.up()


def swept(grid: Grid) -> None:
    grid.cell(2, 1).hover()
    grid.page.mouse.down()
    grid.cell(3, 2).hover()
    grid.page.mouse.up()
    grid.keys("Delete")


def renamed(grid: Grid) -> None:
    grid.cell(-1, 1).click()
    grid.page.locator("#column-name").fill("late")
    grid.page.locator("#column-name").blur()
    grid.page.get_by_role("button", name="Done").click()


def renamed_by_keys(grid: Grid) -> None:
    at(0, 1, "ArrowUp", "Enter", "Control+a")(grid)
    grid.page.keyboard.type("late")
    grid.keys("Enter", "Escape")


def head_button(column: int, selector: str) -> Act:
    def act(grid: Grid) -> None:
        grid.cell(-1, column).click()
        grid.page.locator(f"dialog {selector}").click()
        if grid.page.locator("dialog[open]").count():
            grid.page.get_by_role("button", name="Done").click()

    return act


def new_column(grid: Grid) -> None:
    grid.verb("input").click()
    grid.page.get_by_role("button", name="Done").click()


def new_column_by_keys(grid: Grid) -> None:
    grid.verb("input").focus()
    grid.keys("Enter", "Escape")


def chosen_type(grid: Grid) -> None:
    grid.cell(-1, 0).click()
    grid.page.locator("#column-type").select_option("any")
    grid.page.get_by_role("button", name="Done").click()


def chosen_type_by_keys(grid: Grid) -> None:
    at(0, 0, "ArrowUp", "F2")(grid)
    grid.page.locator("#column-type").focus()
    grid.page.keyboard.type("anything")
    grid.keys("Escape")


def policy(grid: Grid) -> None:
    grid.page.locator("#grid-hit").select_option("FIRST")


def policy_by_keys(grid: Grid) -> None:
    grid.page.locator("#grid-hit").focus()
    grid.page.keyboard.type("FIRST")


def copied(grid: Grid) -> None:
    grid.cell(2, 0).click()
    grid.cell(2, 2).click(modifiers=["Shift"])
    grid.keys("Control+c")
    grid.cell(4, 0).click()
    grid.keys("Control+v")


def copied_by_keys(grid: Grid) -> None:
    at(2, 0, "Shift+ArrowRight", "Shift+ArrowRight", "Control+c", "Home", "ArrowDown", "ArrowDown")(
        grid
    )
    grid.keys("Control+v")


def filled_gap(grid: Grid) -> None:
    grid.page.locator("tr.ghost button").first.click()


def filled_gap_by_keys(grid: Grid) -> None:
    grid.page.locator(".ol-problems [data-add]").first.focus()
    grid.keys("Enter")


def tried(grid: Grid) -> None:
    grid.page.locator("#try-total").fill("60000")
    grid.page.locator('[id="try-customer.segment"]').select_option("key")
    grid.page.locator('[id="try-customer.days_overdue"]').fill("12")
    expect(grid.page.locator("#grid-result")).to_contain_text("net-60")
    grid.page.locator("[data-keep]").click()
    has_tests(grid, 2)


def tried_by_keys(grid: Grid) -> None:
    grid.page.locator("#try-total").focus()
    grid.page.keyboard.press("Control+a")
    grid.page.keyboard.type("60000")
    grid.keys("Tab", "Control+a")
    grid.page.keyboard.type("12")
    grid.keys("Tab")
    grid.page.keyboard.type("key")
    expect(grid.page.locator("#grid-result")).to_contain_text("net-60")
    grid.page.locator("[data-keep]").focus()
    grid.keys("Enter")
    has_tests(grid, 2)


def has_tests(grid: Grid, tests: int) -> None:
    """Waits until there are so many: the answer to what was typed last may still be under way."""
    expect(grid.page.locator("li[data-test]")).to_have_count(tests)


# name: by pointer, by keys, and what the value must say afterwards.
VERBS: dict[str, tuple[Act, Act, Any]] = {
    "write": (typed, typed_by_keys, lambda v: v["rules"][0]["when"]["total"] == "> 500"),
    "write in a list": (
        list_cell,
        list_cell_by_keys,
        lambda v: v["rules"][1]["when"] == ["-", "> 60", '"regular","key"'],
    ),
    "row below": (
        on(1, 0, "below"),
        at(1, 0, "Control+Enter"),
        lambda v: v["rules"][2] == {"when": ["-", "-", "-"], "then": [None, None]},
    ),
    "row above": (
        on(3, 0, "above"),
        at(3, 0, "Control+Shift+Enter"),
        lambda v: v["rules"][3] == {"then": {}} and len(v["rules"]) == 7,
    ),
    "remove": (
        on(1, 0, "remove"),
        at(1, 0, "Control+Delete"),
        lambda v: len(v["rules"]) == 5 and v["rules"][1]["then"] == {"terms": '"net-30"'},
    ),
    "duplicate": (
        on(2, 0, "twin"),
        at(2, 0, "Alt+Shift+ArrowDown"),
        lambda v: v["rules"][2] == v["rules"][3] and len(v["rules"]) == 7,
    ),
    "move up": (
        on(2, 0, "up"),
        at(2, 0, "Control+ArrowUp"),
        lambda v: v["rules"][1]["then"] == {"terms": '"net-30"'},
    ),
    "drag": (
        dragged,
        at(0, 0, "Control+ArrowDown", "Control+ArrowDown"),
        lambda v: v["rules"][2]["note"] == "until the third order",
    ),
    "empty several": (
        swept,
        at(2, 1, "Shift+ArrowRight", "Shift+ArrowDown", "Delete"),
        lambda v: (
            [v["rules"][n]["when"] for n in (2, 3)]
            == [{"total": "<= 20000"}, {"total": "(20000..80000]"}]
        ),
    ),
    "copy": (
        copied,
        copied_by_keys,
        lambda v: v["rules"][4]["when"] == v["rules"][2]["when"],
    ),
    "new column": (
        new_column,
        new_column_by_keys,
        lambda v: (
            v["inputs"][3] == {"name": "input_1", "type": "string"}
            and v["rules"][1]["when"] == ["-", "> 30", '"regular","key"', "-"]
        ),
    ),
    "rename column": (
        renamed,
        renamed_by_keys,
        lambda v: (
            v["inputs"][1]["name"] == "late"
            and v["rules"][2]["when"]["late"] == "[0..30]"
            and list(v["labels"]) == ["late"]
        ),
    ),
    "move column": (
        head_button(0, '[data-shift="1"]'),
        at(0, 0, "ArrowUp", "Control+ArrowRight"),
        lambda v: (
            [one["name"] for one in v["inputs"]] == ["overdue", "total", "segment"]
            and v["rules"][1]["when"][0] == "> 30"
        ),
    ),
    "remove column": (
        head_button(4, "[data-remove]"),
        at(0, 4, "ArrowUp", "Delete", "Enter"),
        lambda v: len(v["outputs"]) == 1 and v["rules"][1]["then"] == ['"prepaid"'],
    ),
    "type": (chosen_type, chosen_type_by_keys, lambda v: v["inputs"][0]["type"] == "any"),
    "hit policy": (policy, policy_by_keys, lambda v: v["hit"] == "FIRST"),
    "fill a gap": (
        filled_gap,
        filled_gap_by_keys,
        lambda v: v["rules"][6]["when"]["segment"] == '"regular"',
    ),
    "keep a test": (
        tried,
        tried_by_keys,
        lambda v: v["tests"][1]["expect"] == {"terms": "net-60", "hold": None},
    ),
}


@pytest.mark.parametrize("name", list(VERBS))
def test_by_pointer_and_by_keys(grid: Grid, name: str) -> None:
    by_pointer, by_keys, expected = VERBS[name]
    ends = []
    for act in (by_pointer, by_keys):
        grid.anew()
        if name == "fill a gap":
            grid.looked()
        act(grid)
        value = grid.value()
        assert expected(value), value
        ends.append(grid.text())
    assert ends[0] == ends[1]
    # What was not changed is as it was, comments and layout too.
    kept = [line for line in TERMS.splitlines() if line.startswith("#")]
    assert all(line in ends[0] for line in kept)
    assert "# Dunning." in ends[0] or name == "remove"
    assert grid.heard == []


def test_what_is_kept_is_what_stands_in_the_fields(grid: Grid) -> None:
    """Also where it was changed a moment ago, and the answer that is shown is an older one."""
    grid.anew()
    tried(grid)
    grid.page.evaluate(
        """() => {
          const total = document.getElementById("try-total");
          total.value = "70000";
          total.dispatchEvent(new Event("input", { bubbles: true }));
          document.querySelector("[data-keep]").click();
        }"""
    )
    has_tests(grid, 3)
    assert grid.value()["tests"][-1]["given"]["total"] == 70000


def test_escape_leaves_no_trace(grid: Grid) -> None:
    grid.anew()
    before = grid.text()
    grid.cell(2, 0).click()
    grid.page.keyboard.type("> 1")
    # Long enough for the draft to have it.
    expect(grid.page.get_by_role("button", name="Undo")).to_be_enabled()
    grid.keys("Escape")
    assert grid.text() == before
    assert grid.at() == (2, 0)
    expect(grid.page.get_by_role("button", name="Undo")).to_be_disabled()


def test_undo_and_redo_keep_the_place(grid: Grid) -> None:
    grid.anew()
    grid.cell(3, 3).click()
    grid.page.keyboard.type('"x"')
    grid.keys("Enter")
    changed = grid.text()
    assert grid.at() == (4, 3)
    grid.keys("Control+z")
    assert grid.text() == TERMS
    assert grid.at() == (4, 3)
    grid.keys("Control+y")
    assert grid.text() == changed


def test_allowed_values_are_completed_while_one_types(grid: Grid) -> None:
    grid.anew()
    grid.cell(3, 2).click()
    grid.page.keyboard.type("re")
    field = grid.cell(3, 2).locator(".ol-feel-in")
    expect(field).to_have_value('"regular"')
    # What was not typed goes with the next key.
    grid.keys("Backspace", "Backspace", "Backspace")
    grid.page.keyboard.type("KE")
    expect(field).to_have_value('"key"')
    grid.keys("End")
    grid.page.keyboard.type(",n")
    expect(field).to_have_value('"key","new"')
    grid.keys("Enter")
    assert grid.value()["rules"][3]["when"]["segment"] == '"key","new"'
    # What begins like one and is none stays as it was typed.
    grid.page.keyboard.type("not(re")
    grid.keys("End")
    grid.page.keyboard.type(")")
    grid.keys("Enter")
    assert grid.value()["rules"][4]["when"]["segment"] == 'not("regular")'


def test_errors_show_in_the_cell_while_one_writes(grid: Grid) -> None:
    grid.anew()
    grid.cell(3, 0).click()
    grid.page.keyboard.type("> 5 5")
    expect(grid.cell(3, 0)).to_have_attribute("aria-invalid", "true")
    expect(grid.page.locator("#grid-line")).to_contain_text("cannot be read")
    # The field is still open, and has what was typed.
    expect(grid.cell(3, 0).locator(".ol-feel-in")).to_have_value("> 5 5")
    grid.keys("Escape")
    expect(grid.cell(3, 0)).not_to_have_attribute("aria-invalid", "true")


def test_saved_as_the_draft(grid: Grid) -> None:
    grid.anew()
    grid.cell(2, 0).click()
    grid.page.keyboard.type("<= 30000")
    grid.keys("Enter", "Control+s")
    expect(grid.page.locator("#design-said")).to_have_text("The draft is saved.")
    there = grid.site.app.drafting.one(grid.site.actors["ada"], "decision", "credit-terms")
    assert answered(there).text == TERMS.replace('"<= 20000"', '"<= 30000"')
