"""Every page with nothing, one row, five hundred, and in the demo; wide and narrow, light and dark.

None has a violation of accessibility, is wider than its window, or makes the browser complain.
Where ORDERLOOM_SCREENS names a folder, the pictures are written there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.shared_data import REPOSITORY
from parts.surfing import complaints, dress, enter, in_the_dark, overflow, violations
from parts.worlds import WORLDS, Screen, World, open_world
from playwright.sync_api import Browser, Page

from orderloom.platform.web.security import THEME_COOKIE

# The demo has many pages, and a machine may be busy.
pytestmark = pytest.mark.timeout(400)
WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
# Two thirds of the pixels keep the pictures small and still readable.
SCALE = {"wide": 0.58, "phone": 0.75}
PICTURES = os.environ.get("ORDERLOOM_SCREENS")


@pytest.fixture(scope="module", params=WORLDS)
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with open_world(request.param, tmp_path_factory.mktemp(request.param)) as opened:
        yield opened


@pytest.mark.parametrize("width", list(WIDTHS))
def test_screens(browser: Browser, world: World, width: str) -> None:
    shown = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": shown[0], "height": shown[1]}, device_scale_factor=SCALE[width]
    )
    context.add_cookies([{"name": THEME_COOKIE, "value": "light", "url": world.site.url}])
    page = context.new_page()
    heard = complaints(page)
    wrong = {}
    for screen in world.screens:
        _open(page, world, screen)
        stem = f"{screen.name}-{world.name}-{width}"
        _picture(page, f"{stem}-light.png")
        if PICTURES:
            dress(page, "dark")
            _picture(page, f"{stem}-dark.png")
            dress(page, "light")
        found = [f"{overflow(page)} px too wide"] if overflow(page) else []
        found += violations(page)
        wrong[screen.name] = [*found, *in_the_dark(page)]
    context.close()
    if (world.name, width) == ("demo", "wide"):
        _picture_of_the_readme(browser, world)
    assert {name: found for name, found in wrong.items() if found} == {}
    # A refused page is the one thing a browser may complain about.
    assert [each for each in heard if "Failed to load resource" not in each] == []


def _open(page: Page, world: World, screen: Screen) -> None:
    page.context.clear_cookies(name="orderloom_session")
    if screen.login:
        enter(page, world.site, screen.login, screen.language)
    answer = page.goto(world.site.url + screen.path)
    assert answer is not None
    if screen.act is not None:
        screen.act(page)
        # What the act led to is looked at when it is whole, not before its styles are there.
        page.wait_for_load_state("load")
    else:
        assert answer.status == screen.status, f"{screen.name}: {answer.status}"


def _picture_of_the_readme(browser: Browser, world: World) -> None:
    """One order, as large as it is on a screen."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    _open(page, world, next(each for each in world.screens if each.name == "order-parallel"))
    _picture(page, "readme.png")
    context.close()


def _picture(page: Page, name: str) -> None:
    if not PICTURES:
        return
    target = Path(PICTURES) if Path(PICTURES).is_absolute() else REPOSITORY / PICTURES
    target.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target / name)
