"""The designer of forms in a browser: each verb by pointer and by keys ends in the same YAML, and
is undone whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from parts.designing import Design
from parts.form_verbs import FIELD, VERBS, condition, named, palette_key
from parts.site import open_site, serving
from playwright.sync_api import Browser, expect


@pytest.fixture
def design(designed: Design) -> Iterator[Design]:
    """The page as it was opened: what a test changed is undone."""
    yield designed
    designed.undo_all()


@pytest.fixture(scope="module")
def designed(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Design]:
    with open_site(tmp_path_factory.mktemp("forms")) as site, serving(site) as served:
        context = browser.new_context(viewport={"width": 1440, "height": 1300})
        yield Design(context.new_page(), served, "pump-order")
        context.close()


@pytest.mark.parametrize("name", list(VERBS))
def test_pointer_and_keys_end_in_the_same_yaml(design: Design, name: str) -> None:
    verb = VERBS[name]
    before = design.text()
    texts = []
    for act in (verb.pointer, verb.key):
        act(design)
        after = design.text()
        assert after != before
        for each in verb.says:
            assert each in after, after
            assert each not in before
        for each in verb.lacks:
            assert each in before
            assert each not in after
        for each in verb.keeps:
            assert each in before
            assert each in after
        texts.append(after)
        design.undo_all()
        assert design.text() == before
    assert texts[0] == texts[1]


def test_undo_and_redo_by_button_and_by_key(design: Design) -> None:
    before = design.text()
    design.row("note").click()
    design.page.keyboard.press("Alt+ArrowUp")
    moved = design.text()
    bar = design.page.get_by_role("toolbar", name="Draft")
    bar.get_by_role("button", name="Undo").click()
    assert design.text() == before
    bar.get_by_role("button", name="Redo").click()
    assert design.text() == moved
    design.page.keyboard.press("Control+z")
    assert design.text() == before
    design.page.keyboard.press("Control+y")
    assert design.text() == moved


def test_what_a_new_name_does_not_change_is_told(design: Design) -> None:
    named(design, "remark", by_pointer=False)
    told = design.page.locator(".fd-told")
    expect(told).to_contain_text("Pump order")
    expect(told).to_contain_text("stages.correction.do.0.fields.1")
    expect(design.page.locator("#design-said")).to_have_text("note is now remark.")
    design.undo_all()
    # An expression of the form itself is told too, and stays as it was written.
    design.choose_by_keys("lines.price")
    design.page.keyboard.press("F2")
    design.page.keyboard.press("Control+A")
    design.page.keyboard.type("amount")
    design.page.keyboard.press("Enter")
    expect(told).to_contain_text("round half up(l.qty * l.price, 2)")
    assert "l.qty * l.price" in design.text()
    design.undo_all()


@pytest.mark.parametrize(
    ("name", "sentence"), [("9 lives", "cannot be a name"), ("currency", "already a field")]
)
def test_a_name_that_cannot_be_is_refused(design: Design, name: str, sentence: str) -> None:
    before = design.text()
    named(design, name, by_pointer=False)
    expect(design.page.locator("#fd-name-e")).to_contain_text(sentence)
    assert design.text() == before
    named(design, "note", by_pointer=False)


def test_a_new_field_is_named_by_its_label(design: Design) -> None:
    palette_key("number")(design)
    expect(design.page.locator("#fd-label")).to_be_focused()
    design.page.keyboard.type("Kwota łączna")
    design.page.keyboard.press("Tab")
    text = design.text()
    assert "kwota_laczna: {type: number}" in text
    assert "kwota_laczna: Kwota łączna" in text
    assert FIELD.format("kwota_laczna") in text
    design.undo_all()


def test_choices_are_values_with_texts(design: Design) -> None:
    design.row("currency").click()
    page = design.page
    page.get_by_role("button", name="Add a choice").click()
    page.keyboard.type("CZK")
    page.keyboard.press("Tab")
    page.get_by_label("Text of CZK").fill("Koruna")
    page.get_by_label("Value 1", exact=True).fill("USD")
    page.get_by_label("Value 1", exact=True).blur()
    page.get_by_role("button", name="Remove EUR").click()
    text = design.text()
    assert "currency: {enum: [USD, CZK]}" in text
    assert "currency=CZK: Koruna" in text
    assert "currency=USD: {en: Złoty, pl: Złoty, sk: Zlotý}" in text
    assert "currency=EUR" not in text
    design.undo_all()


def test_texts_in_all_languages(design: Design) -> None:
    page = design.page
    before = design.text()
    palette_key("text")(design)
    page.locator('[data-view="texts"]').click()
    expect(page.locator("#texts-count")).to_have_text("Missing texts: 3")
    page.locator("#texts-missing").check()
    expect(page.locator(".fd-texts tbody tr")).to_have_count(1)
    english, polish = (page.get_by_label(f"Label text, {each}") for each in ("English", "Polish"))
    english.fill("Remark")
    assert "\n  text: Remark\n" in design.text()
    polish.fill("Uwaga")
    assert "text: {en: Remark, pl: Uwaga}" in design.text()
    polish.fill("")
    assert "\n  text: Remark\n" in design.text()
    expect(page.locator("#texts-count")).to_have_text("Missing texts: 2")
    page.locator("#texts-missing").uncheck()
    page.get_by_label("Title of the form, Polish").fill("Zamówienie")
    assert "title: {en: Pump order, pl: Zamówienie, sk: Objednávka čerpadiel}" in design.text()
    page.locator('[data-view="form"]').click()
    design.undo_all()
    assert design.text() == before


def test_the_preview_follows_and_keeps_what_is_typed(design: Design) -> None:
    page, paper = design.page, design.page.locator("#fd-paper")
    paper.locator('[name="preview.customer"]').fill("Tatra")
    paper.get_by_role("button", name="Add a row").or_(
        paper.locator('[name="preview._add"]')
    ).first.click()
    price = paper.locator('[name="preview.lines.0.price"]')
    price.fill("12.345")
    paper.locator('[name="preview.lines.0.qty"]').fill("2")
    paper.locator('[name="preview.lines.0.qty"]').press("Tab")
    expect(paper.locator("#f-preview-total")).to_contain_text("24.69")
    price.fill("a lot")
    price.press("Tab")
    expect(paper.locator(".ol-err").first).to_be_visible()
    design.row("note").click()
    page.locator("#fd-label").fill("What else")
    expect(paper.locator('label[for="f-preview-note"]')).to_contain_text("What else")
    expect(paper.locator('[name="preview.customer"]')).to_have_value("Tatra")
    expect(price).to_have_value("a lot")
    page.locator("#fd-language").select_option("sk")
    expect(paper.locator('label[for="f-preview-customer"]')).to_contain_text("Zákazník")
    page.locator("#fd-stage").select_option("delivery goods picking")
    expect(paper.locator('[name="preview.customer"]')).to_have_count(0)
    page.locator("#fd-stage").select_option("")
    page.locator("#fd-role").select_option("finance")
    expect(paper.locator('[name="preview.customer"]')).to_have_count(0)
    page.locator("#fd-role").select_option("")
    page.locator("#fd-language").select_option("en")
    page.get_by_role("button", name="Empty", exact=True).click()
    expect(paper.locator('[name="preview.customer"]')).to_have_value("")
    page.locator("#fd-every").check()
    expect(paper.locator(".ol-note.bad")).to_be_visible()
    page.locator("#fd-every").uncheck()
    page.get_by_role("button", name="Fill with an example").click()
    expect(paper.locator('[name="preview.customer"]')).to_have_value("Example")
    # A click on a field's label chooses the field.
    paper.locator('label[for="f-preview-currency"]').click()
    expect(design.row("currency")).to_have_attribute("aria-selected", "true")
    design.undo_all()


def test_tabs_are_tabs_in_the_preview_too(design: Design) -> None:
    page, paper = design.page, design.page.locator("#fd-paper")
    palette_key("tabs")(design)
    key = page.locator('.fd-row[aria-selected="true"]').get_attribute("data-key")
    for n, name in enumerate(("customer", "note")):
        design.row(name).click()
        page.locator("#fd-home").select_option(f"{key}/tabs/{n}/fields")
    # What is shown until then has other tabs, which are gone with the answer.
    expect(paper.locator('section[data-tab] [name="preview.note"]')).to_be_attached()
    second = paper.get_by_role("tab", name="Tab 2")
    second.click()
    expect(paper.locator('[name="preview.note"]')).to_be_visible()
    second.press("ArrowLeft")
    expect(paper.locator('[name="preview.note"]')).to_be_hidden()
    expect(paper.get_by_role("tab", name="Tab 1")).to_be_focused()
    expect(paper.get_by_role("tab", name="Tab 1")).to_have_attribute("aria-selected", "true")


def test_a_row_that_is_pressed_is_known_at_once(design: Design) -> None:
    """Only a run of arrow keys passes rows by: whoever presses one after the other sees each."""
    design.row("note").wait_for()
    names = design.page.evaluate(
        """() => ["note", "currency"].map(name => {
          const row = [...document.querySelectorAll(".fd-row")]
            .find(each => each.querySelector(".fd-name")?.textContent === name);
          row.click();
          return document.querySelector("#fd-name").value;
        })"""
    )
    assert names == ["note", "currency"]


def test_a_finding_leads_to_its_field(design: Design) -> None:
    condition(design, by_pointer=False)
    design.page.locator('[data-condition="visible"] .ol-feel-in').fill("nowhere = 1")
    design.row("total").click()
    finding = design.page.locator(".ol-findings button", has_text="nowhere")
    expect(finding).to_be_visible()
    expect(design.row("note")).to_have_class(re.compile("error"))
    finding.click()
    expect(design.row("note")).to_have_attribute("aria-selected", "true")
    expect(design.page.locator('[data-condition="visible"] .ol-feel-in')).to_be_focused()
    design.undo_all()


def test_it_is_saved_where_it_changed_and_nowhere_else(design: Design) -> None:
    before = design.text()
    named(design, "remark", by_pointer=False)
    after = design.text()
    design.page.keyboard.press("Control+s")
    expect(design.page.locator("#design-said")).to_have_text("The draft is saved.")
    assert design.kept() == after
    assert len(after.splitlines()) == len(before.splitlines())
