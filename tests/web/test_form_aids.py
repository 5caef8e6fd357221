"""What scripts add to forms: rows pasted into a cell, drafts kept by themselves, suggestions while
one types, the first wrong field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.form_page import page as html_of
from parts.form_page import sent
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, violations
from playwright.sync_api import Page, expect

from orderloom.platform.app.view_models import OrderView, StartView, Typed
from orderloom.platform.engine.commands import EditData

NEW = "/orders/new/pump-order"
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def _order(site: Site, number: str) -> OrderView:
    view = site.app.views.order(site.actors["alice"], number)
    assert isinstance(view, OrderView), view
    return view


def _draft(page: Page, site: Site) -> str:
    enter(page, site, "alice")
    page.goto(f"{site.url}{NEW}")
    page.locator('[name="customer"]').fill("Kept by itself")
    page.locator('button[value="draft"]').click()
    page.wait_for_url("**/orders/*done=draft*")
    return page.url.partition("?")[0].rpartition("/")[2].replace("%7E", "~")


def test_cells_pasted_into_a_field_become_rows(page: Page, live_site: Site) -> None:
    heard = complaints(page)
    enter(page, live_site, "alice")
    page.goto(f"{live_site.url}{NEW}")
    page.locator('button[name="_add"]').click()
    expect(page.locator('[name="lines.0.item"]')).to_be_visible()
    page.wait_for_load_state()
    table = "Valve\t2\t10.50\nSeal\t3\t1.25\n"
    page.evaluate(PASTE, ['[name="lines.0.item"]', table])
    expect(page.locator('[name="lines.1.item"]')).to_have_value("Seal")
    expect(page.locator('[name="lines.0.price"]')).to_have_value("10.50")
    expect(page.locator("#f-total")).to_contain_text("24.75")
    expect(page.locator('[name="lines._paste"]')).to_have_value("")
    assert heard == []
    assert violations(page) == []


def test_a_draft_is_kept_after_a_change_and_says_so(page: Page, live_site: Site) -> None:
    number = _draft(page, live_site)
    told = page.locator("[data-kept]")
    expect(told).to_have_text("Changes are kept automatically.")
    page.locator('[name="note"]').fill("first")
    expect(told).to_contain_text("Kept at", timeout=15_000)
    assert _order(live_site, number).data["note"] == "first"
    # A second time: the page knows the revision that its first keeping made.
    first = told.inner_text()
    page.locator('[name="note"]').fill("second")
    expect(told).not_to_have_text(first, timeout=15_000)
    expect(told).to_contain_text("Kept at", timeout=15_000)
    assert _order(live_site, number).data["note"] == "second"


def test_what_somebody_else_changed_meanwhile_is_told(page: Page, live_site: Site) -> None:
    number = _draft(page, live_site)
    order = _order(live_site, number).head.id
    live_site.send("alice", EditData({"note": "elsewhere"}, None), order)
    page.locator('[name="note"]').fill("here")
    expect(page.locator("[data-kept]")).to_contain_text("somebody else", timeout=15_000)
    assert _order(live_site, number).data["note"] == "elsewhere"
    expect(page.locator('[name="note"]')).to_have_value("here")


def test_a_draft_is_kept_when_the_page_is_left(page: Page, live_site: Site) -> None:
    number = _draft(page, live_site)
    page.locator('[name="note"]').fill("on leaving")
    page.goto(f"{live_site.url}/orders")
    page.wait_for_timeout(1_000)
    assert _order(live_site, number).data["note"] == "on leaving"


def test_the_first_wrong_field_has_the_focus(page: Page, live_site: Site) -> None:
    enter(page, live_site, "alice")
    page.goto(f"{live_site.url}{NEW}")
    page.locator('button.btn-primary[value="create"]').click()
    expect(page.locator('[aria-invalid="true"]').first).to_be_focused()
    href = page.locator("ul.errs a").first.get_attribute("href")
    assert href
    expect(page.locator(href)).to_have_count(1)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose items are looked up in a collection of 300."""
    folder = tmp_path_factory.mktemp("shop")
    source = Path(__file__).parent / "bundle"
    (folder / "bundle").mkdir()
    for file in source.iterdir():
        text = file.read_text(encoding="utf-8").replace(
            "item: {type: string, minLength", "item: {type: string, x-collection: items, minLength"
        )
        (folder / "bundle" / file.name).write_text(text, encoding="utf-8")
    collection = "kind: collection\nid: items\ntitle: Items\nkey: id\n"
    collection += "schema: {type: object, properties: {id: {type: string}, name: {type: string}}}\n"
    (folder / "bundle" / "items.yaml").write_text(collection, encoding="utf-8")
    with open_site(folder, bundle=folder / "bundle") as site, serving(site) as served:
        rows = {f"P-{n:03}": {"id": f"P-{n:03}", "name": f"Pump {n}"} for n in range(300)}
        rows["Z-1"] = {"id": "Z-1", "name": "Żółty zawór"}
        site.app.store.collections.replace(1, "items", rows)
        yield served


def test_suggestions_follow_what_is_typed(page: Page, shop: Site) -> None:
    heard = complaints(page)
    enter(page, shop, "alice")
    page.goto(f"{shop.url}{NEW}")
    page.locator('button[name="_add"]').click()
    field = page.locator('[name="lines.0.item"]')
    options = page.locator("#f-lines-0-item-o option")
    expect(options).to_have_count(20)
    field.press_sequentially("P-29")
    expect(options).to_have_count(10)
    field.fill("zolty")
    expect(options).to_have_count(1)
    expect(options).to_have_attribute("value", "Z-1")
    expect(field).to_be_focused()
    assert heard == []


def test_without_scripts_a_search_tells_what_was_found(shop: Site) -> None:
    start = shop.app.views.start(shop.actors["alice"], "pump-order")
    assert isinstance(start, StartView), start
    pairs = [("lines._rows", ""), ("lines.0.item", "pump 12"), ("_refresh", "true")]
    read = start.submit.submit(pairs, start.base, language="en")
    again = shop.app.views.start(shop.actors["alice"], "pump-order", typed=Typed(read.data))
    assert isinstance(again, StartView), again
    shown = html_of(again.form)
    assert "P-013" not in shown
    assert "P-120" in shown
    assert ("lines.0.item", "pump 12") in sent(shown)
    assert shown.count("<option value=") <= 30


@pytest.fixture(scope="module")
def tabbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose form has its sections in tabs."""
    folder = tmp_path_factory.mktemp("tabbed")
    source = Path(__file__).parent / "bundle"
    (folder / "bundle").mkdir()
    for file in source.iterdir():
        text = file.read_text(encoding="utf-8")
        head, _, layout = text.partition("layout:\n")
        if layout:
            layout, _, rest = layout.partition("---\n")
            tabs = layout.replace("  - {section:", "      - {tab:")
            text = f"{head}layout:\n  - tabs:\n{tabs}---\n{rest}"
        (folder / "bundle" / file.name).write_text(text, encoding="utf-8")
    with open_site(folder, bundle=folder / "bundle") as site, serving(site) as served:
        yield served


def test_tabs_show_one_section_and_lead_to_what_is_wrong(page: Page, tabbed: Site) -> None:
    heard = complaints(page)
    enter(page, tabbed, "alice")
    page.goto(f"{tabbed.url}{NEW}")
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["Customer", "Lines"])
    expect(page.locator('[name="customer"]')).to_be_visible()
    expect(page.locator("#f-lines")).to_be_hidden()
    tabs.first.press("ArrowRight")
    expect(page.locator("#f-lines")).to_be_visible()
    expect(page.locator('[name="customer"]')).to_be_hidden()
    assert violations(page) == []
    page.locator('button.btn-primary[value="create"]').click()
    expect(tabs.first).to_have_class("bad")
    page.locator("ul.errs a", has_text="Lines").first.click()
    expect(page.locator("#f-lines")).to_be_visible()
    page.locator("ul.errs a", has_text="Customer").first.click()
    expect(page.locator('[name="customer"]')).to_be_visible()
    assert [each for each in heard if "422" not in each] == []
