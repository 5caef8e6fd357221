"""A process on the canvas, as a hand at the pointer and at the keys finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from orderloom.platform.web.static_files import module_url
from parts.asking import ask
from parts.site import Site

DESIGN = "/definitions/process/pump-order/design"
# All forms: `stages` as a list inside, targets alone, lists, clocks as a map, a hold, `active`.
TEXT = """\
kind: process
id: pump-order  # keep this remark
title: Pump order
form: pump-order
number: "PO-{seq:6}"
start: {by: [sales], draft: true}
holds:
  credit: {title: Credit, by: [finance], stops: [packing]}
events:
  pack: {title: Pack, by: [warehouse]}
  send: {title: Send, by: [warehouse]}
  stop: {title: Stop, by: [sales], reason: required}
on:
  stop: {if: 'not(active("sent"))', to: dropped}
stages:
  intake: {on: {pack: packing}}
  delivery:
    stages:
      - id: packing
        after: {P2D: {to: dropped}}
        on: {send: sent}
      - {id: sent, type: final}
    done: closed
  closed: {type: final, outcome: completed}
  dropped: {type: final, outcome: cancelled, failed: true}
"""
READ = """async ([store, exact]) => {
  const { store: draft } = await import(store);
  const { stringify } = await import(exact);
  const { post } = await import(store.replace("store.js", "page.js"));
  const { body } = await post(`${draft.base}/design/check`, { value: stringify(draft.value) });
  return body.text;
}"""
UNDO = "async (store) => { const { store: draft } = await import(store); while (draft.undo()); }"


@dataclass(frozen=True)
class Desk:
    page: Page
    site: Site
    heard: list[str]

    def text(self) -> str:
        found: str = ask(self.page, READ, [module_url("store.js"), module_url("exact.js")])
        return found

    def back(self) -> None:
        """As it was, nothing chosen."""
        if self.page.locator(".ol-cv-dlg").count():
            self.typed("Escape")
        ask(self.page, UNDO, module_url("store.js"))
        self.node("intake").wait_for()
        self.row("*").click()

    def node(self, key: str) -> Any:
        return self.page.locator(f'#canvas [data-key="{key}"]')

    def row(self, key: str) -> Any:
        return self.page.locator(f'#outline [data-line="{key}"]')

    def verb(self, name: str) -> None:
        self.page.click(f'[data-verb="{name}"]')

    def fill(self, **values: str) -> None:
        """Fills the dialog in and sends it by its button."""
        for name, value in values.items():
            field = self.page.locator(f'.ol-cv-dlg [name="{name}"]')
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.page.click(".ol-cv-dlg button.btn-primary")

    def typed(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def at_row(self, key: str) -> None:
        """The focus goes to a row by keys alone."""
        self.row("*").focus()
        self.typed("Home")
        for _ in range(40):
            if self.page.evaluate("document.activeElement.dataset.line") == key:
                return
            self.typed("ArrowDown")
        raise AssertionError(key)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
        mouse.move(*end, steps=3)
        mouse.up()

    def middle(self, key: str) -> tuple[float, float]:
        box = self.node(key).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def frame(self, key: str) -> dict[str, float]:
        """Where a stage with inner ones lies."""
        found = self.page.locator(f'[data-box="{key}"]').bounding_box()
        assert found is not None
        sides = (found["x"], found["y"], found["width"], found["height"])
        return dict(zip(("x", "y", "width", "height"), sides, strict=True))


def on_canvas(page: Page) -> None:
    """A stage of a process, with its fields."""
    page.locator('#outline [data-line="approval"]').click()
    page.locator("#properties ol-panel label").first.wait_for(timeout=30_000)
    page.locator("#canvas [data-key]").first.wait_for(state="attached", timeout=30_000)
