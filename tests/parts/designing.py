"""A designer's page in a browser, and the YAML that it would become."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.codec import loads_strict
from orderloom.platform.web.browser_keys import as_stood
from orderloom.platform.web.static_files import module_url
from parts.asking import ask
from parts.site import Site
from parts.surfing import enter

# What the page holds, and a way back to how it began.
VALUE: Final = """async ([store, exact]) => {
  const held = (await import(store)).store;
  return (await import(exact)).stringify(held.value);
}"""
UNDO: Final = """async ([store]) => {
  const held = (await import(store)).store;
  while (held.undo());
}"""


class Design:
    """The designer of one form, opened by somebody who may change it."""

    def __init__(self, page: Page, site: Site, id_: str, login: str = "ada") -> None:
        self.page, self.site, self.id, self.login = page, site, id_, login
        enter(page, site, login)
        self.open()

    def open(self) -> None:
        """Loads the page and waits until it can be used."""
        self.page.goto(f"{self.site.url}/definitions/form/{self.id}/design")
        self.page.locator("#form-design[data-ready]").wait_for()

    def row(self, name: str) -> Locator:
        """The line of a field by its path, or of a part by its key."""
        if name.startswith("layout/"):
            return self.page.locator(f'[data-key="{name}"]')
        key = f"#{name.partition('.')[2]}" if "." in name else name
        if "." in name:
            return self.page.locator(f'.fd-row[data-key$="{key}"]').first
        title = self.page.locator(".fd-name", has_text=name)
        return (
            self.page.locator(".fd-row.field, .fd-row.left")
            .filter(has=title)
            .filter(has=self.page.locator(f'.fd-name:text-is("{name}")'))
        )

    def choose_by_keys(self, name: str) -> None:
        """Goes down the tree to a line, without a pointer."""
        keys: list[str] = self.page.locator(".fd-row").evaluate_all(
            "rows => rows.map(row => row.dataset.key)"
        )
        wanted = self.row(name).get_attribute("data-key")
        assert wanted is not None
        self.page.locator('.fd-tree [tabindex="0"]').focus()
        self.page.keyboard.press("Home")
        for _ in range(keys.index(wanted)):
            self.page.keyboard.press("ArrowDown")
        expect(self.row(name)).to_be_focused()
        expect(self.page.locator(".fd-properties[aria-busy]")).to_have_count(0)

    def tab_to(self, selector: str, most: int = 40) -> None:
        """Presses Tab until the element has the focus."""
        wanted = self.page.locator(selector)
        for _ in range(most):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")

    def drag(self, what: str | Locator, to: Locator, *, below: bool) -> None:
        """Drags by the pointer onto the upper or lower half of a line."""
        given = self.page.locator(what) if isinstance(what, str) else what
        box = to.bounding_box()
        assert box is not None
        place: Any = {"x": box["width"] / 2, "y": box["height"] * (0.75 if below else 0.25)}
        given.drag_to(to, target_position=place)

    def tool(self, word: str) -> Locator:
        """A button above the tree."""
        return self.page.locator(".fd-tools").get_by_role("button", name=word, exact=True)

    def text(self) -> str:
        """The YAML that the page's value would become."""
        sent: str = ask(self.page, VALUE, [module_url("store.js"), module_url("exact.js")])
        view = self._view()
        value = as_stood(loads_strict(sent), view.value)
        text = self.site.app.drafting.written(self._actor, "form", self.id, value)
        assert isinstance(text, str), text
        return text

    def undo_all(self) -> None:
        """Back to how it began."""
        ask(self.page, UNDO, [module_url("store.js")])

    def kept(self) -> str:
        """The text of the draft as it is stored."""
        return self._view().text

    @property
    def _actor(self) -> Any:
        return self.site.actors[self.login]

    def _view(self) -> DraftView:
        view = self.site.app.drafting.one(self._actor, "form", self.id)
        assert isinstance(view, DraftView), view
        return view
