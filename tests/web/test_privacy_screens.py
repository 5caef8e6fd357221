"""The pages of privacy in a browser: nobody asked for, somebody found, reported, about to be
erased; who read, how long data are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.application import CAST, PASSWORD
from parts.looking import tab, wrong_with
from parts.personal_bundle import PERSON, actor, claim, open_people
from parts.site import Site, serving
from playwright.sync_api import Browser

from orderloom.platform.web.app import create_app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_people(tmp_path_factory.mktemp("privacy")) as app:
        claim(app)
        claim(app, end=False)
        app.views.orders(actor(app, "erin"))
        app.views.order(actor(app, "bob"), "CL-0001")
        app.readings.flush()
        app.audit_desk.index.catch_up()
        actors = {login: actor(app, login) for login in CAST}
        site = Site(app, create_app(app), password=PASSWORD, actors=actors)
        with serving(site) as served:
            yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_the_pages(browser: Browser, site: Site, window: str, language: str) -> None:
    with tab(browser, site, "ada", language, window=window) as page:
        for name, path in (
            ("", ""),
            ("-found", f"?person={PERSON}"),
            ("-person", f"/person?person={PERSON}"),
            ("-worker", f"/person?person={site.actors['bob'].id}"),
            ("-erase", f"/erase?person={PERSON}"),
            ("-readings", "/readings"),
            ("-retention", "/retention"),
        ):
            page.goto(f"{site.url}/audit/privacy{path}")
            assert wrong_with(page, f"audit-privacy{name}") == [], name
        for who in ("alice", "bob"):
            page.goto(f"{site.url}/audit/people/{site.actors[who].id}/erase")
            assert wrong_with(page, f"audit-person-erase-{who}") == []
