"""The editor of a text, in a browser: colours, marks, suggestions, keys, and the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from parts.asking import ask
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, violations
from playwright.sync_api import Browser, BrowserContext, Page, expect

from orderloom.platform.app.application import Application
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.web.static_files import module_url

KINDS = ("process", "form", "decision", "approval")
# What is written, and where: keys around it, whether a key is written, what of it stands there.
PLACES: list[tuple[str, list[str | int], bool, str]] = [
    ("kind: process\nst", [], True, "st"),
    ("stages:\n  a:\n    do:\n      - approval: ", ["stages", "a", "do", 0, "approval"], False, ""),
    ("stages:\n  a:\n    do: [{task: x, by: [sa", ["stages", "a", "do", 0, "by", 0], False, "sa"),
    ("stages:\n  a:\n    do:\n    - task: x\n    - ", ["stages", "a", "do", 1], True, ""),
    ("stages:\n  a:\n    do:\n      - task: x\n        ", ["stages", "a", "do", 0], True, ""),
    ("stages:\n  a: {x: 1}\n  ", ["stages"], True, ""),
    ("note: |\n  a: b\n  c\ntitle: ", ["title"], False, ""),
    ("rules:\n  - {when: {a: '> 1, {'}, then: {b: ", ["rules", 0, "then", "b"], False, ""),
    ("a:\n- b: 1\n- c: 2\nd", [], True, "d"),
    ("x: {a: 1,\n  b: ", ["x", "b"], False, ""),
    ("x: {a: 1, # {\n  b: 2}\ny: ", ["y"], False, ""),
    ('"a b": {"c": [1, ', ["a b", "c", 1], False, ""),
    ("}}]]: {{[", [], True, "}}]]: {{["),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("source")) as opened, serving(opened) as served:
        yield served


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context: BrowserContext = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    enter(opened, site, "ada")
    yield opened
    context.close()


def some(app: Application, site: Site, kind: str) -> DraftView:
    lines = app.views.definitions(site.actors["ada"])
    assert isinstance(lines, tuple)
    id_ = next(each.id for each in lines if each.kind == kind)
    view = app.drafting.one(site.actors["ada"], kind, id_)
    assert isinstance(view, DraftView)
    return view


def opened(page: Page, site: Site, kind: str) -> DraftView:
    view = some(site.app, site, kind)
    page.goto(f"{site.url}/definitions/{kind}/{view.id}/edit")
    page.locator(".ace-orderloom .ace_line").first.wait_for()
    return view


def begin(page: Page) -> None:
    """Into the text by the keyboard."""
    page.get_by_role("group", name=re.compile("Text of the definition")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Home")


@pytest.mark.parametrize("kind", KINDS)
def test_saved_unchanged_it_is_the_same_to_the_byte(page: Page, site: Site, kind: str) -> None:
    heard = complaints(page)
    view = opened(page, site, kind)
    begin(page)
    page.keyboard.type("# x")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value(f"# x\n{view.text}")
    for _ in range(2):
        page.keyboard.press("Control+z")
    while page.locator("#text").input_value() != view.text:
        page.keyboard.press("Control+z")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    draft = site.app.store.definitions.draft(1, kind, view.id)
    assert draft is not None
    assert draft.text.encode() == view.text.encode()
    assert heard == []


def test_a_comment_is_offered_nothing(page: Page, site: Site) -> None:
    opened(page, site, "process")
    begin(page)
    offered = page.locator(".ace_autocomplete .ace_line", has_text="title")
    page.keyboard.type("titl")
    offered.first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    for text in ("# titl", "id: x  # titl"):
        page.keyboard.type(text)
        page.keyboard.press("Control+Space")
        # What is known of the kind is there already: it would be offered at once.
        page.wait_for_timeout(300)
        expect(page.locator(".ace_autocomplete:visible")).to_have_count(0)
        page.keyboard.press("Enter")
    assert page.locator("#text").input_value().startswith("titl\n# titl\nid: x  # titl\n")


def test_marks_suggestions_and_a_way_out(page: Page, site: Site) -> None:
    heard = complaints(page)
    view = opened(page, site, "process")
    begin(page)
    page.keyboard.press("Control+End")
    page.keyboard.type("colu")
    # Keys of the kind's schema, with what they mean; the list is told to screen readers.
    page.locator(".ace_autocomplete .ace_line", has_text="columns").first.wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator(".ace_gutter-cell.ace_error").first.wait_for()
    line = page.locator("#findings a[data-go]").first
    number = int(line.get_attribute("data-go") or 0)
    line.click()
    row = page.evaluate("ace.edit('ace').getCursorPosition().row")
    assert row == number - 1
    # Tab indents while one writes; Escape leaves, and then Tab goes on.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.closest('#ace .ace_scroller, #ace textarea')") is None
    )
    assert page.locator("#text").input_value() == f"{view.text}colu"
    assert heard == []


def test_a_plain_field_for_who_prefers_it(page: Page, site: Site) -> None:
    view = opened(page, site, "form")
    page.get_by_role("button", name="Plain field").click()
    expect(page.locator("#text")).to_be_focused()
    page.locator("#text").fill(view.text + "# more\n")
    page.reload()
    expect(page.locator("#text")).to_be_visible()
    page.get_by_role("button", name="Editor with colours").click()
    page.locator(".ace-orderloom .ace_line").first.wait_for()


@pytest.mark.parametrize("view", ["edit", "design"])
def test_two_people_are_told(page: Page, site: Site, view: str) -> None:
    """Whoever has an earlier text open hears of the other one before saving."""
    there = some(site.app, site, "process")
    address = f"{site.url}/definitions/process/{there.id}"
    page.goto(f"{address}/{view}")
    page.locator(".ol-head .acts").wait_for()
    focus = "window.dispatchEvent(new Event('focus'))"
    with page.expect_response(f"{address}/tag"):
        page.evaluate(focus)
    expect(page.locator(".ol-note.warn")).to_have_count(0)
    text = f"{there.text}# {view}\n"
    bob = site.actors["ada"]
    saved = site.app.drafting.save(bob, "process", there.id, text, tag=there.tag)
    assert isinstance(saved, DraftView)
    page.evaluate(focus)
    expect(page.locator(".ol-note.warn")).to_contain_text("Ada has saved another text")
    assert violations(page) == [] or view == "design"


def test_places_in_a_text(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/definitions")
    script = """async ([address, texts]) => {
      const { placeAt } = await import(address);
      return texts.map((text) => {
        const lines = text.split("\\n");
        return placeAt(lines, lines.length - 1, lines.at(-1).length);
      });
    }"""
    texts = [text for text, *_ in PLACES]
    found: Any = ask(page, script, [module_url("source_place.js"), texts])
    expected = [{"path": p, "isKey": k, "typed": t} for _, p, k, t in PLACES]
    assert json.dumps(found) == json.dumps(expected)


SUGGESTED = {
    "keys of the head": ("process", "", "columns"),
    "kinds of stages": ("process", "stages:\n  a: {type: ", "parallel"),
    "stages": ("process", "stages:\n  zz-here: {}\n  a: {done: ", "approval"),
    "approvals": ("process", "stages:\n  a: {do: [{approval: ", "pump-approval"),
    "roles": ("process", "start: {by: [", "sales"),
    "fields": ("process", "columns: [", "customer"),
    "functions": ("process", "stages:\n  a: {always: [{if: ", "string length"),
    "hit policies": ("decision", "hit: ", "COLLECT"),
}


def test_what_may_stand_at_a_place(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/definitions")
    script = """async ([complete, schemas, kind, base, text]) => {
      const { offers } = await import(complete);
      const { Schema } = await import(schemas);
      const schema = await (await fetch(`/definitions/schema/${kind}`)).json();
      const known = await (await fetch(`${base}/known`)).json();
      const lines = text.split("\\n");
      const at = { row: lines.length - 1, column: lines.at(-1).length };
      return offers(new Schema(schema), known, lines, lines.at(-1), at).map((each) => each.caption);
    }"""
    missing = {}
    for name, (kind, text, expected) in SUGGESTED.items():
        base = f"/definitions/{kind}/{some(site.app, site, kind).id}"
        urls = [module_url("source_complete.js"), module_url("source_schema.js")]
        found = ask(page, script, [*urls, kind, base, text])
        if expected not in found:
            missing[name] = found[:20]
    assert missing == {}


def test_without_scripts_the_field_is_there(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, site, "ada")
    view = some(site.app, site, "decision")
    page.goto(f"{site.url}/definitions/decision/{view.id}/edit")
    expect(page.locator("#text")).to_be_visible()
    expect(page.locator("#text")).to_have_value(view.text)
    context.close()


def test_a_text_that_is_no_yaml_opens(page: Page, site: Site) -> None:
    view = some(site.app, site, "approval")
    hostile = "kind: approval\n</textarea><script>alert(1)</script>\n{[" + "[" * 300 + "\n\t\x0b"
    done = site.app.drafting.save(site.actors["ada"], "approval", view.id, hostile, tag=view.tag)
    assert isinstance(done, DraftView), done
    heard = complaints(page)
    opened(page, site, "approval")
    begin(page)
    page.keyboard.press("Control+End")
    page.keyboard.type("a")
    page.keyboard.press("Control+Space")
    page.locator(".ace_gutter-cell.ace_error").first.wait_for()
    assert heard == []
