"""Pictures of every page, written where ORDERLOOM_SCREENS says; otherwise only opened.

Each page with nothing, one and five hundred rows, long Polish words and an error, wide and narrow,
light and dark.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from parts.browser import close_to_outside
from parts.repository import REPOSITORY
from parts.site import PASSWORD, Site, open_site, serving
from parts.surfing import overflow, sign_in
from playwright.sync_api import Browser, Page

WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
LONG = (
    "Przedsiębiorstwo Wielobranżowe „Konstantynopolitańczykowianeczka” Międzywojewódzkie sp. z o.o."
)
ROWS = {"none": 0, "one": 1, "many": 500}
# Two thirds of the pixels keep the pictures small and still readable.
SCALE = 0.66


@dataclass
class World:
    """A site with so many orders, and one order to look at."""

    site: Site
    number: str
    task: str


@pytest.fixture(scope="module", params=list(ROWS))
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    rows = ROWS[request.param]
    if rows > 1 and not os.environ.get("ORDERLOOM_SCREENS"):
        rows = 60
    with open_site(tmp_path_factory.mktemp(request.param)) as site, serving(site):
        made = [
            site.order(
                customer=LONG if n % 7 == 3 or n == rows - 1 else f"Tatra Pumps {n}", note=LONG
            )
            for n in range(rows)
        ]
        last = made[-1] if made else None
        task = next(iter(last.state.tasks)) if last else ""
        yield World(site, str(last.number) if last else "", f"{last.order}.{task}" if last else "")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", list(WIDTHS))
def test_screens(
    browser: Browser, world: World, width: str, theme: str, request: pytest.FixtureRequest
) -> None:
    rows = next(name for name in ROWS if name in request.node.callspec.id.split("-"))
    shown = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": shown[0], "height": shown[1]},
        device_scale_factor=SCALE if width == "wide" else 1,
    )
    url = world.site.url
    context.add_cookies([{"name": "orderloom_theme", "value": theme, "url": url}])
    close_to_outside(context)
    page = context.new_page()
    for name, login, path in _pages(world, rows):
        _open(page, world.site, login, path)
        assert overflow(page) == 0, f"{name} is {overflow(page)} px too wide"
        _picture(page, f"{name}-{rows}-{width}-{theme}.png")
    context.close()


def _pages(world: World, rows: str) -> list[tuple[str, str, str]]:
    pages = [("tasks", "bob", "/tasks"), ("orders", "bob", "/orders")]
    if rows == "none":
        return [
            ("sign-in", "", "/sign-in"),
            ("sign-in-error", "", "error"),
            ("new-order", "alice", "/orders/new/pump-order"),
            ("not-found", "alice", "/orders/PO-2026-999999"),
            ("definitions", "ada", "/definitions"),
            ("definition", "ada", "/definitions/decision/pump-checks"),
            *pages,
        ]
    if rows == "one":
        return [
            *pages,
            ("order", "alice", f"/orders/{world.number}"),
            ("task", "bob", f"/tasks/{world.task}"),
            ("audit", "erin", f"/orders/{world.number}/audit"),
            ("new-order-error", "alice", "invalid"),
        ]
    return pages


def _open(page: Page, site: Site, login: str, path: str) -> None:
    if not login:
        page.context.clear_cookies(name="orderloom_session")
        page.goto(f"{site.url}/sign-in")
        if path == "error":
            page.locator("#login").fill("alice")
            page.locator("#password").fill(PASSWORD + "?")
            page.locator("main button.btn-primary").click()
            page.locator("[role=alert]").wait_for()
        return
    sign_in(page, site, login)
    if path != "invalid":
        page.goto(site.url + path)
        return
    page.goto(f"{site.url}/orders/new/pump-order")
    page.locator('[name="customer"]').fill(LONG)
    page.locator('button.btn-primary[value="create"]').click()
    page.locator("[role=alert]").first.wait_for()


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("ORDERLOOM_SCREENS")
    if not folder:
        return
    target = Path(folder) if Path(folder).is_absolute() else REPOSITORY / folder
    target.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target / name)
