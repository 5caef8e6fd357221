"""Somebody's tab in a browser, and what is wrong with a page as it stands: by light and by dark.

Where ORDERLOOM_SCREENS names a folder, the pictures are written there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from orderloom.platform.web.security import THEME_COOKIE
from parts.shared_data import REPOSITORY
from parts.site import Site
from parts.surfing import complaints, dress, enter, in_the_dark, overflow, violations

WINDOWS: Final = {"wide": (1440, 900), "phone": (390, 844)}
# Two thirds of the pixels keep the pictures small and still readable.
SCALE: Final = {"wide": 0.58, "phone": 0.75}
PICTURES: Final = os.environ.get("ORDERLOOM_SCREENS")


@contextmanager
def tab(
    browser: Browser, site: Site, who: str, language: str = "en", *, window: str = "wide"
) -> Iterator[Page]:
    """A tab of somebody who is signed in. The browser must not complain of anything, but that a
    page is refused."""
    width, height = WINDOWS[window]
    context = browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=SCALE[window]
    )
    context.add_cookies([{"name": THEME_COOKIE, "value": "light", "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, who, language)
    try:
        yield page
    finally:
        context.close()
    assert [each for each in heard if "Failed to load resource" not in each] == []


def wrong_with(page: Page, name: str = "") -> list[str]:
    """What axe finds in both themes, and how much wider than its window the page is; it is light
    again afterwards. `name`: what its pictures are called."""
    _pictures(page, name)
    wide = overflow(page)
    found = [*violations(page), *in_the_dark(page), *([f"wider by {wide}"] if wide else [])]
    dress(page, "light")
    return found


def _pictures(page: Page, name: str) -> None:
    if not PICTURES or not name:
        return
    size = page.viewport_size
    window = next(each for each, (width, _) in WINDOWS.items() if size and size["width"] == width)
    folder = REPOSITORY / Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        dress(page, theme)
        page.screenshot(path=folder / f"{name}-{window}-{theme}.png")
    dress(page, "light")
