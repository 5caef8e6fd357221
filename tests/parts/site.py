"""A whole site for page tests: application, people, a published bundle, and a live server.

The clock is fixed; passwords are hashed cheaply. `Site.app` is the application, `Site.web` the ASGI
app, `Site.url` (of `live_site`) an address on loopback.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.demo import CAST as DEMO_CAST
from orderloom.platform.app.demo import PASSWORD as DEMO_PASSWORD
from orderloom.platform.app.demo import add_cast, add_orders
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.runner import Reply
from orderloom.platform.bootstrap import demo_bundles, worker_of
from orderloom.platform.engine.commands import Actor, Command, Create
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.web.app import create_app
from parts.migrated import build

BUNDLE = Path(__file__).parents[1] / "web" / "bundle"
PASSWORD = "warp-and-weft-7"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# login → name, roles, manager's login
CAST: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "bob": ("Bob", ("sales-manager",), None),
    "alice": ("Alice", ("sales",), "bob"),
    "carol": ("Carol", ("finance",), None),
    "dave": ("Dave", ("warehouse",), None),
    "erin": ("Erin", ("auditor",), None),
    "mallory": ("Mallory", (), None),
    "ada": ("Ada", ("administrator",), None),
}
# An order of the demo that is a part of another.
PART = "SO-2026-000020-02"
LINES = [{"item": "Circulation pump P-220", "qty": 4, "price": 1250}]


@dataclass
class Site:
    """See the module. `actors`: login → actor; `password` is that of everybody."""

    app: Application
    web: FastAPI
    url: str = ""
    password: str = PASSWORD
    actors: dict[str, Actor] = field(default_factory=dict)

    def order(self, by: str = "alice", **data: Any) -> Reply:
        """A new order, made as somebody."""
        filled = {"customer": "Tatra Pumps", "currency": "EUR", "lines": LINES, **data}
        return self.send(by, Create("pump-order", filled))

    def send(self, by: str, body: Any, order: int = 0) -> Reply:
        """A command that must be accepted."""
        reply = self.app.handle(
            Command(body=body, actor=self.actors[by], order=order, channel="web")
        )
        assert not isinstance(reply, Rejection), reply
        return reply


@contextmanager
def open_site(home: Path, *, bundle: Path = BUNDLE, **settings: Any) -> Iterator[Site]:
    """A site on an SQLite file in `home`, with the cast and the bundle of the page tests."""
    alone = {"second_person": False, **settings}
    chosen = Settings(home=home, clock=NOW, secret="x" * 32, **alone)
    app = build(chosen)
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    app.accounts.open_organisation("Tests")
    site = Site(app, create_app(app))
    for login, (name, roles, manager) in CAST.items():
        made = app.accounts.add_user(
            login,
            name=name,
            password=PASSWORD,
            roles=roles,
            manager=manager,
            language="en",
            zone="Europe/Warsaw",
        )
        assert not isinstance(made, Rejection), made
        actor = app.accounts.actor(made.id)
        assert actor is not None
        site.actors[login] = actor
    options = PublishOptions(second_person=False)
    published = app.publish.publish(open_bundle(bundle), site.actors["ada"], options)
    assert isinstance(published, Published), published
    try:
        yield site
    finally:
        app.close()


@contextmanager
def open_demo(home: Path) -> Iterator[Site]:
    """What `serve --demo` shows: its people and the orders of the example bundles."""
    app = build(Settings(home=home, clock=NOW, demo=True, secret="x" * 32, zone="Europe/Warsaw"))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    site = Site(app, create_app(app), password=DEMO_PASSWORD)
    try:
        add_cast(app)
        add_orders(app, demo_bundles())
        _work(app)
        for login in DEMO_CAST:
            actor = app.accounts.by_login(login)
            assert actor is not None
            site.actors[login] = actor
            app.accounts.set_language(actor, "en")
        yield site
    finally:
        app.close()


def _work(app: Application) -> None:
    """Lets the worker begin the parts of orders, as it would in the demo."""
    worker = worker_of(app)
    worker.start()
    for _ in range(600):
        if app.store.reads.order_by_number(1, PART) is not None:
            break
        time.sleep(0.05)
    worker.stop()


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """The site on a free port of 127.0.0.1."""
    config = uvicorn.Config(site.web, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    site.url = f"http://127.0.0.1:{port}"
    try:
        with site.app.live.accepting():
            yield site
    finally:
        server.should_exit = True
        thread.join(10)


def only_order(site: Site) -> str:
    """The number of the one order that there is."""
    page = site.app.views.orders(site.actors["ada"], limit=2)
    assert not isinstance(page, Rejection), page
    (line,) = page.items
    return line.number
