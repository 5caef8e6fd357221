"""Whoever is mentioned is told: a notice in their language, and a hint to their open pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.listening import until
from parts.site import Site, open_site

from orderloom.platform.app.live import Listener, principals_of
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.engine.commands import Comment
from orderloom.platform.problem import Rejection


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path) as opened:
        yield opened


def test_the_worker_brings_a_notice_to_each_who_was_mentioned(site: Site) -> None:
    app, actors = site.app, site.actors
    app.accounts.set_language(actors["bob"], "pl")
    order = site.order()
    pages = {
        login: Listener(1, actors[login].id, principals_of(actors[login]), lambda: None)
        for login in ("bob", "carol", "alice")
    }
    for page in pages.values():
        assert app.live.join(page)
    # The first one is told to look at everything.
    assert until(lambda: "notices" in pages["bob"].take())
    body = app.commenting.of(actors["alice"], order.order, "A secret: @bob, @carol and @alice.")
    assert isinstance(body, Comment), body
    assert body.mentions == tuple(actors[login].id for login in ("bob", "carol", "alice"))
    site.send("alice", body, order.order)
    for page in pages.values():
        page.take()
    worker = worker_of(app)
    worker.start()
    try:
        assert until(lambda: _told(site, "bob") != [] and _told(site, "carol") != [])
        assert until(lambda: "notices" in pages["bob"].take())
    finally:
        worker.stop()
    ((subject, text),) = _told(site, "bob")
    assert subject == f"Alice wspomina o Tobie: {order.number}"
    assert f"/orders/{order.number}" in text
    ((subject, text),) = _told(site, "carol")
    assert subject == f"Alice mentioned you: {order.number}"
    # What was said is read in the pages alone; who says it need not be told.
    assert "secret" not in text
    assert _told(site, "alice") == []


def _told(site: Site, login: str) -> list[tuple[str, str]]:
    page = site.app.notices.page(site.actors[login], None, 50)
    assert not isinstance(page, Rejection)
    return [(each.subject, each.body) for each in page.items if "Alice" in each.subject]
