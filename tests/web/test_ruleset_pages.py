"""A ruleset among the definitions: as it is written, and how its watch stands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from parts.site import NOW, Site
from parts.watched_shop import write_shop

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.web.security import SESSION_COOKIE


@pytest.fixture
def shop(site: Site, tmp_path: Path) -> Site:
    """The site with rulesets, of which one is a watch that a worker follows."""
    bundle = open_bundle(write_shop(tmp_path / "shop"))
    options = PublishOptions(tests=False, second_person=False)
    assert isinstance(site.app.publish.publish(bundle, OPERATOR, options), Published)
    site.app.watching.run_once()
    site.app.watching.close()
    return site


def page(site: Site, login: str, path: str, *, language: str = "en") -> str:
    session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
    assert isinstance(session, SignedIn), session
    with TestClient(site.web, cookies={SESSION_COOKIE: session.token}) as client:
        return client.get(path, headers={"Accept-Language": language}).text


def post(site: Site, login: str, path: str) -> Response:
    session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
    assert isinstance(session, SignedIn), session
    cookies = {SESSION_COOKIE: session.token}
    with TestClient(site.web, cookies=cookies, follow_redirects=False) as client:
        return client.post(path, data={"csrf": session.csrf})


def test_rulesets_are_listed_and_shown_as_they_are_written(shop: Site) -> None:
    listed = page(shop, "ada", "/definitions?kind=ruleset")
    assert "Card testing" in listed
    assert "Order flags" in listed
    shown = page(shop, "ada", "/definitions/ruleset/cards")
    assert "Ruleset" in shown
    assert "key: customer.id" in shown
    assert "stands still" not in shown


def test_a_watch_that_was_stopped_says_why(shop: Site) -> None:
    watches = shop.app.store.watches
    held = watches.hold(
        1, "cards", version=1, holder="x", now=NOW, until=NOW + timedelta(minutes=1)
    )
    assert held is not None
    watches.stop(held, reason="ruleset cards, rule <thrice>: timeout", now=NOW)
    shown = page(shop, "ada", "/definitions/ruleset/cards")
    assert "This watch stands still since" in shown
    assert "ruleset cards, rule &lt;thrice&gt;: timeout" in shown
    assert "This watch stands still" not in page(shop, "ada", "/definitions/ruleset/reminders")


def test_a_watch_that_was_stopped_is_a_ticket_until_it_is_started_again(shop: Site) -> None:
    watches = shop.app.store.watches
    now = NOW + timedelta(hours=1)
    watches.start_again(1, "cards")
    held = watches.hold(1, "cards", version=1, holder="y", now=now, until=now + timedelta(hours=1))
    assert held is not None
    watches.stop(held, reason="ruleset cards: crashed", now=NOW)
    assert "Watch cards stands still" in page(shop, "ada", "/inbound")
    assert "ruleset cards: crashed" in page(shop, "ada", "/inbound")
    mallory = shop.app.accounts.by_login("mallory")
    assert mallory is not None
    assert shop.app.watches.stopped(mallory) == ()
    assert post(shop, "mallory", "/watches/cards/start").status_code == 403
    assert post(shop, "ada", "/watches/none/start").status_code == 404
    assert "Watch cards stands still" in page(shop, "ada", "/inbound")
    assert post(shop, "ada", "/watches/cards/start").status_code == 303
    assert "Watch cards stands still" not in page(shop, "ada", "/inbound")
