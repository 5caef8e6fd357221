"""What browser tests do on a designer whose page is nothing but the fields of its schema."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from orderloom.platform.codec import loads
from orderloom.platform.web.static_files import module_url
from parts.asking import ask
from parts.site import Site

# Everything that is folded is opened, and what that makes, until nothing is left to open.
UNFOLD = """async (levels) => {
  for (let round = 0; round < levels; round += 1) {
    const folded = [...document.querySelectorAll("ol-panel details.ol-pf-fold:not([open])")];
    if (!folded.length) return round;
    folded.forEach((each) => { each.open = true; });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return -1;
}"""
PUT = """async ([url, text]) => {
  const { store } = await import(url);
  const { parse } = await import(url.replace("store.js", "exact.js"));
  const value = parse(text);
  store.change((whole) => {
    Object.keys(whole).forEach((key) => delete whole[key]);
    Object.assign(whole, value);
  });
}"""
TAKE = """async (url) => {
  const { store } = await import(url);
  const { stringify } = await import(url.replace("store.js", "exact.js"));
  return stringify(store.value);
}"""
TEXT = """async (url) => {
  const { store } = await import(url);
  const { stringify } = await import(url.replace("store.js", "exact.js"));
  const { post } = await import(url.replace("store.js", "page.js"));
  return (await post(`${store.base}/design/check`, { value: stringify(store.value) })).body.text;
}"""


class Panel:
    """A page with the fields of one definition."""

    def __init__(self, page: Page, site: Site, kind: str, id_: str) -> None:
        self.page = page
        self._store = site.url + module_url("store.js")
        page.goto(f"{site.url}/definitions/{kind}/{id_}/design")
        page.locator("ol-panel .ol-pf").first.wait_for()

    def put(self, value: Any) -> None:
        """Makes it the value of the draft that is open."""
        ask(self.page, PUT, [self._store, value if isinstance(value, str) else _json(value)])

    def value(self) -> Any:
        return loads(self.raw())

    def raw(self) -> str:
        """The value as the page would send it."""
        found: str = ask(self.page, TAKE, self._store)
        return found

    def text(self) -> str:
        """The text of the definition that the server makes of it."""
        found: str = ask(self.page, TEXT, self._store)
        return found

    def unfold(self, levels: int = 40) -> None:
        """Opens what is folded, so many levels deep."""
        ask(self.page, UNFOLD, levels)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
