"""Pages of collections in a browser: accessible, no wider than the window, without complaints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.application import PASSWORD
from parts.collection_bundle import customer, with_collections
from parts.site import Site, serving
from parts.surfing import complaints, enter, in_the_dark, overflow, violations
from playwright.sync_api import Browser, Page

from orderloom.platform.app.application import Application
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.store.collection_rows import Record
from orderloom.platform.web.app import create_app
from orderloom.platform.web.security import THEME_COOKIE

BASE = "/collections/customers"
WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}
LONG = "Łódzkie Zakłady Żaluzji i Rolet, spółka z ograniczoną odpowiedzialnością " * 2
PATHS = ("/collections", BASE, f"{BASE}/new", f"{BASE}/records/C-4", f"{BASE}/records/C-6")
FILES = ("id;name;credit\nC-1;Nowa;5\nC-90;New;12.50\n", "id;name;credit\nC-1;a;x\nC-2;;5\n")


def fill(app: Application) -> None:
    """Records with a change, a merge, a likely duplicate and a long name."""
    made: dict[int, Record] = {}
    for number in range(1, 9):
        more = {"email": "a@b.example", "tags": ["a", "b"]} if number < 3 else {"credit": number}
        name = LONG[:100] if number == 3 else f"Acme {number}"
        body = {**customer(number, country="PL", active=True, **more), "name": name}
        done = app.collections.put(
            OPERATOR, "customers", f"C-{number}", body, expected=0, channel="x"
        )
        assert isinstance(done, Record), done
        made[number] = done
    body = customer(4, credit=7)
    app.collections.put(OPERATOR, "customers", "C-4", body, expected=1, channel="x")
    app.merging.merge(OPERATOR, "customers", made[5], made[6], channel="x")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("collections")
    with with_collections(folder) as app:
        fill(app)
        ada = app.accounts.by_login("ada")
        assert ada is not None
        found = Site(app, create_app(app), password=PASSWORD, actors={"ada": ada})
        with serving(found) as served:
            yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "sk"), ("phone", "pl")])
def test_pages(browser: Browser, site: Site, window: str, language: str) -> None:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": "light", "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "ada", language)
    wrong = {}
    for path in (*PATHS, f"{BASE}/import", f"{BASE}/duplicates"):
        page.goto(f"{site.url}{path}")
        wrong[path] = looked_at(page)
    for text in FILES:
        page.goto(f"{site.url}{BASE}/import")
        page.fill("#text", text)
        with page.expect_navigation():
            page.click("form.card button.btn-primary")
        wrong[text] = looked_at(page)
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert [each for each in heard if "Failed to load resource" not in each] == []


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    assert page.locator("h1").count() == 1
    wide = [f"{overflow(page)} px too wide"] if overflow(page) else []
    return [*wide, *violations(page), *in_the_dark(page)]
