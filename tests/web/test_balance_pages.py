"""What there is of a record, who holds it and what was moved, on its page: without scripts, and in
a browser in two windows, languages and themes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from parts.application import PASSWORD
from parts.balance_bundle import Spender, spending
from parts.site import Site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.web.app import create_app
from orderloom.platform.web.security import SESSION_COOKIE, THEME_COOKIE

PAGE = "/collections/budgets/records/IT"


def fill(app: Application) -> list[str]:
    """Two orders that hold of one budget; their numbers."""
    app.accounts.set_role("sales", title="Sales", permissions=["collections.edit"])
    app.accounts.set_role("auditor", title="Auditor", permissions=["collections.read"])
    alice = Spender(app)
    one, other = alice.begin(), alice.begin()
    alice.tell(one, "take", unit="IT", n=Decimal("1250.5"))
    alice.tell(one, "spend", unit="IT", n=250)
    alice.tell(one, "give-back", unit="IT", n=Decimal("0.5"))
    replies = [alice.tell(order, "take", unit="IT", n=7) for order in (one, other)]
    return [reply.number for reply in replies]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("balances")
    with spending(folder, amounts={"IT": 12000, "HR": 50}) as app:
        fill(app)
        alice = app.accounts.by_login("alice")
        assert alice is not None
        found = Site(app, create_app(app), password=PASSWORD, actors={"alice": alice})
        with serving(found) as served:
            yield served


def read(app: Application, login: str, path: str) -> str:
    session = app.accounts.sign_in(login, PASSWORD, "127.0.0.1")
    assert isinstance(session, SignedIn)
    client = TestClient(create_app(app), cookies={SESSION_COOKIE: session.token})
    return client.get(path).text


def test_the_page_tells_who_holds_what(tmp_path: Path) -> None:
    with spending(tmp_path, amounts={"IT": 12000, "HR": 50}) as app:
        numbers = fill(app)
        page = read(app, "alice", PAGE)
        for told in ("11,750", "1,014", "10,736", "1,007", "used up"):
            assert told in page, told
        assert all(f'href="/orders/{number}"' in page for number in numbers)
        # Whoever may not see the orders reads the amounts alone.
        theirs = read(app, "erin", PAGE)
        assert "1,014 by orders that you may not see" in theirs
        assert not any(number in theirs for number in numbers)
        assert "Nobody has reserved anything." in read(app, "erin", PAGE.replace("IT", "HR"))


@pytest.mark.parametrize(
    ("language", "amount", "kind", "office"),
    [
        ("en", "Amount left", "Kind", "For the office"),
        ("pl", "Pozostała kwota", "Rodzaj", "Na biuro"),
        ("sk", "Zostáva", "Druh", "Na kanceláriu"),
    ],
)
def test_fields_and_choices_have_their_labels(
    tmp_path: Path, language: str, amount: str, kind: str, office: str
) -> None:
    """In the list, on the record, in its history, and before a file is taken."""
    with spending(tmp_path, amounts={"IT": 12000}) as app:
        fill(app)
        keeper = app.accounts.by_login("alice")
        assert keeper is not None
        known = app.store.collections.record(1, "budgets", "IT")
        assert known is not None
        body = {**known.body, "kind": "office"}
        app.collections.put(keeper, "budgets", "IT", body, expected=known.version, channel="api")
        app.accounts.set_language(keeper, language)
        listed = read(app, "alice", "/collections/budgets")
        assert all(told in listed for told in (amount, kind, office))
        page = read(app, "alice", PAGE)
        assert all(told in page for told in (amount, kind, f"<ins>{office}</ins>"))
        session = app.accounts.sign_in("alice", PASSWORD, "127.0.0.1")
        assert isinstance(session, SignedIn)
        client = TestClient(create_app(app), cookies={SESSION_COOKIE: session.token})
        sent = {"csrf": session.csrf, "text": "id;kind;amount\nHR;office;5\n"}
        seen = client.post("/collections/budgets/import", data=sent).text
        assert all(told in seen for told in (amount, kind, office))


@pytest.mark.parametrize(("theme", "language"), [("light", "sk"), ("dark", "pl")])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
def test_in_a_browser(
    browser: Browser, site: Site, size: tuple[int, int], theme: str, language: str
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "alice", language)
    page.goto(f"{site.url}{PAGE}")
    assert (violations(page), overflow(page), heard) == ([], 0, [])
    context.close()
