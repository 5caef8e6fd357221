"""A decision in its designer: a page with a table that has a gap and an overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.codec import loads
from orderloom.platform.web.security import THEME_COOKIE
from orderloom.platform.web.static_files import module_url
from parts.asking import ask
from parts.site import Site
from parts.surfing import complaints, enter

TERMS = """\
# Terms of payment.
kind: decision
id: credit-terms
title: {en: Credit terms, pl: Warunki płatności, sk: Platobné podmienky}
hit: UNIQUE
inputs:
  - {name: total, type: number, allowed: ">= 0"}
  - {name: overdue, value: customer.days_overdue, type: number, allowed: "[0..365]"}
  - {name: segment, value: customer.segment, type: string, allowed: '"new","regular","key"'}
outputs:
  - {name: terms, type: string}
  - {name: hold, type: boolean}
labels:
  overdue: {en: Days overdue, pl: Dni po terminie, sk: Dni po splatnosti}
rules:
  - {when: {segment: '"new"'}, then: {terms: '"prepaid"', hold: false}, note: until the third order}
  # Dunning.
  - {when: ["-", "> 30", '"regular","key"'], then: ['"prepaid"', true], note: {en: dunning}}
  - {when: {total: "<= 20000", overdue: "[0..30]", segment: '"regular"'}, then: {terms: '"net-30"'}}
  - when: {total: "(20000..80000]", overdue: "[0..14]", segment: '"regular"'}
    then: {terms: '"net-14"'}
  - {when: {overdue: "[0..30]", segment: '"key"'}, then: {terms: '"net-60"'}}
  - {when: {total: "> 80000", overdue: "[0..30]", segment: '"key"'}, then: {terms: '"net-30"'}}
tests:
  - given: {total: 5000, customer: {days_overdue: 0, segment: new}}
    expect: {terms: prepaid, hold: false}
"""
DESIGN = "/definitions/decision/credit-terms/design"


def put_draft(site: Site, text: str = TERMS, id_: str = "credit-terms") -> DraftView:
    """Keeps a text as the draft of a decision, whatever there was."""
    ada = site.actors["ada"]
    there = site.app.drafting.one(ada, "decision", id_)
    tag = there.tag if isinstance(there, DraftView) else None
    made = site.app.drafting.save(ada, "decision", id_, text, tag=tag, bundle="web-tests")
    assert isinstance(made, DraftView), made
    return made


@dataclass
class Grid:
    """The page of one decision, as a person uses it."""

    page: Page
    site: Site
    heard: list[str]
    id: str = "credit-terms"

    def cell(self, row: int, column: int) -> Locator:
        """A cell of the table, counted from 0; row -1 is the head."""
        return self.page.locator(f'.ol-dt [data-r="{row}"][data-c="{column}"]')

    def verb(self, name: str) -> Locator:
        """A button of the bar."""
        return self.page.locator(f'[data-verb="{name}"]')

    def keys(self, *keys: str) -> None:
        """Presses keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def at(self) -> tuple[int, int]:
        """The cell that has the focus."""
        found = self.page.evaluate(
            "[document.activeElement.dataset.r, document.activeElement.dataset.c]"
        )
        return int(found[0]), int(found[1])

    def paste(self, text: str) -> None:
        """What a browser does when somebody pastes."""
        self.page.evaluate(
            """text => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              const how = {clipboardData: data, bubbles: true, cancelable: true};
              document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
            }""",
            text,
        )

    def value(self) -> Mapping[str, Any]:
        """The draft as it is on the page."""
        text = ask(
            self.page,
            """async ([store, exact]) => {
              const [{store: kept}, exactly] = [await import(store), await import(exact)];
              return exactly.stringify(kept.value);
            }""",
            [module_url("store.js"), module_url("exact.js")],
        )
        found: Mapping[str, Any] = loads(text)
        return found

    def text(self) -> str:
        """The YAML that saving would keep."""
        ada = self.site.actors["ada"]
        text = self.site.app.drafting.written(ada, "decision", self.id, self.value())
        assert isinstance(text, str), text
        return text

    def anew(self) -> None:
        """Takes back all that was done on the page."""
        ask(
            self.page,
            "async store => { const {store: kept} = await import(store); while (kept.undo()); }",
            module_url("store.js"),
        )

    def looked(self) -> None:
        """Waits until the server has said what it thinks of the table."""
        expect(self.page.locator(".ol-problems li").first).to_be_visible()


Act = Callable[[Grid], None]


@contextmanager
def open_grid(
    browser: Browser,
    site: Site,
    *,
    login: str = "ada",
    language: str = "en",
    theme: str = "light",
    size: tuple[int, int] = (1440, 900),
    id_: str = "credit-terms",
) -> Iterator[Grid]:
    """A page of its own."""
    # The server looks at a draft after a pause; many tests at a time make it slow.
    expect.set_options(timeout=20_000)
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, login, language)
    page.goto(f"{site.url}/definitions/decision/{id_}/design")
    page.locator("#design-decision > *").first.wait_for()
    try:
        yield Grid(page, site, heard, id_)
    finally:
        context.close()
