"""Designers in a browser, each with a large definition: opening, a key until its frame, saving."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.bench.large_drafts import BUNDLE, FIELDS, ROWS, STAGES, large_drafts
from orderloom.platform.bench.latency import percentiles
from orderloom.platform.bench.report import Sheet
from orderloom.platform.bootstrap import build, server
from orderloom.platform.settings import Settings
from orderloom.platform.web.assets import assets, is_vendored

HEAD: Final = ("what", "p50 ms", "p99 ms", "goal")
OPENED: Final = 3
KEYS: Final = 60
SAVED: Final = 3
# A frame of a screen that shows 20 a second is still felt as at once.
GOAL: Final = "p99 < 50"
PATIENCE: Final = 60_000
ROLE: Final = "analyst"
MAY: Final = ("definition.read", "definition.write")
COOKIE: Final = "orderloom_session"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# How long after a key the next frame is drawn.
WATCH: Final = """
window.benchFrames = [];
window.addEventListener("keydown", () => {
  const pressed = performance.now();
  requestAnimationFrame(() => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => window.benchFrames.push((performance.now() - pressed) / 1000);
    drawn.port2.postMessage(0);
  });
}, true);
"""


@dataclass(frozen=True, slots=True)
class _Page:
    """`place`: what has the focus while keys are pressed. `change`: makes one change."""

    kind: str
    what: str
    place: str
    change: Callable[[Any, int], None]


def missing() -> str | None:
    """Why designers cannot be measured here, or None."""
    if not find_spec("playwright") or _chromium() is None:
        return "designers: no playwright with a Chromium"
    if not all(is_vendored(each) for each in assets().values() if each.package != "axe-core"):
        return "designers: no static/vendor, run make assets"
    return None


def editor(folder: Path) -> Sheet:
    """The sheet of the report."""
    from playwright.sync_api import sync_playwright

    rows: list[tuple[str, ...]] = []
    password = token_urlsafe()
    with _served(folder, password) as (app, address), sync_playwright() as playwright:
        session = app.accounts.sign_in(ROLE, password, "127.0.0.1")
        if not isinstance(session, SignedIn):
            raise RuntimeError(f"not signed in: {session}")
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": COOKIE, "value": session.token, "url": address}])
        context.add_init_script(WATCH)
        for each in PAGES:
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            rows += _measured(page, each, address)
            # What is left unsaved is left.
            page.on("dialog", lambda dialog: dialog.accept())
            page.close()
        browser.close()
    return Sheet("Designers in the browser", HEAD, tuple(rows))


@contextmanager
def _served(folder: Path, password: str) -> Iterator[tuple[Application, str]]:
    url = f"sqlite:///{folder / 'editor.db'}"
    app = build(Settings(home=folder, database_url=url, secret="x" * 32, port=0, assets="local"))
    try:
        app.accounts.set_role(ROLE, title="Analyst", permissions=MAY)
        made = app.accounts.add_user(ROLE, name="Analyst", password=password, roles=[ROLE])
        actor = app.accounts.by_login(ROLE)
        if actor is None:
            raise RuntimeError(f"nobody: {made}")
        large_drafts(app, actor, ROLE)
        with server(app) as running:
            yield app, running.address.rstrip("/")
    finally:
        app.close()


def _measured(page: Any, one: _Page, address: str) -> Iterator[tuple[str, ...]]:
    opened = []
    for _ in range(OPENED):
        start = time.perf_counter()
        page.goto(f"{address}/definitions/{one.kind}/{BUNDLE}/design")
        page.locator(one.place).first.wait_for()
        opened.append(time.perf_counter() - start)
    yield f"{one.what}: open", *percentiles(opened), ""
    page.locator(one.place).first.focus()
    for _ in range(KEYS):
        page.keyboard.press("ArrowDown")
    frames = page.evaluate("window.benchFrames")
    yield f"{one.what}: a key until its frame", *percentiles(frames), GOAL
    saved = []
    for n in range(SAVED):
        one.change(page, n)
        start = time.perf_counter()
        with page.expect_response(_is_save) as answer:
            page.keyboard.press("Control+S")
        if answer.value.status != 200:
            raise RuntimeError(f"{one.what}: not saved, {answer.value.status}")
        saved.append(time.perf_counter() - start)
    yield f"{one.what}: save, checked", *percentiles(saved), ""


def _is_save(response: Any) -> bool:
    return bool(response.request.method == "POST" and response.url.endswith("/design"))


def _retitle(page: Any, n: int) -> None:
    page.locator("#properties textarea, #properties input[type=text]").first.fill(f"Title {n}")
    page.keyboard.press("Tab")


def _cell(page: Any, n: int) -> None:
    page.locator("td[data-r][data-c]").first.click()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type(f"[{n}..10)")
    page.keyboard.press("Enter")


def _field(page: Any, n: int) -> None:
    page.locator("[role=treeitem]").nth(3).click()
    page.locator("[data-pane=properties] input").first.fill(f"Label {n}")
    page.keyboard.press("Tab")


PAGES: Final = (
    _Page("process", f"process of {STAGES} stages", "#outline [role=row]", _retitle),
    _Page("decision", f"table of {ROWS:,} rows", "td[data-r][data-c]", _cell),
    _Page("form", f"form of {FIELDS} fields", "[role=treeitem]", _field),
)


def _chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)
