"""Messages of other systems on the pages: who sees them, what they say, and the ways out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from parts.inbound_rows import stand_still
from parts.site import NOW, Site

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.store.inbound_rows import State
from orderloom.platform.web.security import SESSION_COOKIE


class Hand:
    """A browser of one person."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        cookies = {SESSION_COOKIE: session.token}
        self.client = TestClient(site.web, cookies=cookies, follow_redirects=False)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> Any:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@pytest.fixture
def ada(site: Site) -> Iterator[Hand]:
    hand = Hand(site, "ada")
    with hand.client:
        yield hand


def state_of(site: Site, id_: int) -> State:
    found = site.app.store.inbound.one(1, id_)
    assert found is not None
    return found.state


def test_what_stands_still_is_shown_with_its_reason(site: Site, ada: Hand) -> None:
    (kept,) = stand_still(site.app.store, NOW, value="<b>PO-1</b>")
    page = ada.get("/inbound").text
    assert f"Message {kept.id}" in page
    assert "There is no order &lt;b&gt;PO-1&lt;/b&gt; of pump-order." in page
    assert 'href="/inbound"' in ada.get("/tasks").text
    whole = ada.get(f"/inbound/{kept.id}").text
    assert "&#34;qty&#34;: 10" in whole
    assert "x_topic" in whole
    assert f"Message {kept.id}" not in ada.get("/inbound?state=done").text
    assert f"Message {kept.id}" in ada.get("/inbound?state=any").text
    assert ada.get("/inbound?state=odd").status_code == 422
    assert ada.get(f"/inbound/{kept.id + 999}").status_code == 404


def test_it_is_discarded_with_a_reason_and_once(site: Site, ada: Hand) -> None:
    (kept,) = stand_still(site.app.store, NOW, value="PO-2")
    path = f"/inbound/{kept.id}"
    refused = ada.post(f"{path}/discard", reason=" ")
    assert refused.status_code == 422
    assert "Say why it is not needed." in refused.text
    for _ in range(2):
        done = ada.post(f"{path}/discard", reason="A test")
        assert done.headers["location"] == f"{path}?done=thrown_away"
    page = ada.get(f"{path}?done=thrown_away").text
    assert "The message is discarded." in page
    assert "Ada" in page
    assert state_of(site, kept.id) is State.DISCARDED
    assert ada.post(f"{path}/retry").status_code == 409


def test_what_its_connector_does_not_know_stays(site: Site, ada: Hand) -> None:
    (kept,) = stand_still(site.app.store, NOW, value="PO-3")
    assert ada.post(f"/inbound/{kept.id}/retry").status_code == 303
    page = ada.get(f"/inbound/{kept.id}").text
    assert "The connector does not bring this any more." in page
    refused = ada.post(f"/inbound/{kept.id}/assign", number="PO-0")
    assert refused.status_code == 404
    assert "There is no order PO-0." in refused.text
    assert state_of(site, kept.id) is State.QUARANTINED


@pytest.mark.parametrize("login", ["alice", "erin", "mallory"])
def test_others_see_and_settle_nothing(site: Site, login: str) -> None:
    (kept,) = stand_still(site.app.store, NOW, value="PO-4")
    hand = Hand(site, login)
    assert 'href="/inbound"' not in hand.get("/tasks").text
    answers = [
        hand.get("/inbound"),
        hand.get(f"/inbound/{kept.id}"),
        hand.post(f"/inbound/{kept.id}/retry"),
        hand.post(f"/inbound/{kept.id}/assign", number="PO-1"),
        hand.post(f"/inbound/{kept.id}/discard", reason="no"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert state_of(site, kept.id) is State.QUARANTINED


def test_a_form_of_another_site_settles_nothing(site: Site, ada: Hand) -> None:
    (kept,) = stand_still(site.app.store, NOW, value="PO-5")
    answer = ada.client.post(f"/inbound/{kept.id}/discard", data={"reason": "no"})
    assert answer.status_code == 403
    assert state_of(site, kept.id) is State.QUARANTINED


def test_who_may_start_nothing_is_not_shown_the_way(site: Site) -> None:
    shown = {
        login: 'href="/orders/new"' in Hand(site, login).get("/orders").text
        for login in ("alice", "carol", "mallory")
    }
    assert shown == {"alice": True, "carol": False, "mallory": False}
