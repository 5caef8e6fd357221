"""A site whose orders are checked: with fields to mend, one line of many, a waiver, a warning, and
an outside fact."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.view_models import OrderView
from orderloom.platform.engine import SYSTEM
from orderloom.platform.engine.commands import Actor, Body, Command, Create, Wake
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from parts.application import add_cast
from parts.migrated import build

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BUNDLE = """\
bundle: repairs
title: Repairs
languages: [en, pl, sk]
zone: Europe/Warsaw
roles: {sales: Sales, finance: Finance, warehouse: Warehouse, manager: Managers}
"""
DEFINITIONS = Path(__file__).parents[1] / "data" / "tickets" / "repair.yaml"
GOOD: Mapping[str, Any] = {
    "customer": "Tatra",
    "phone": "+421 900 100 200",
    "total": 100,
    "lines": [{"sku": "A", "qty": 1}, {"sku": "B", "qty": 2}],
}


@dataclass
class Repairs:
    """`start(phone=None)`: an order of alice's; a field that is None is not there."""

    app: Application
    actors: dict[str, Actor] = field(default_factory=dict)

    def start(self, **data: Any) -> int:
        filled = {name: each for name, each in {**GOOD, **data}.items() if each is not None}
        reply = self.send("alice", Create("repair", filled))
        assert not isinstance(reply, Rejection), reply
        return int(reply.order)

    def send(self, by: str, body: Body, order: int = 0, **more: Any) -> Any:
        actor = self.actors[by]
        return self.app.handle(Command(body=body, actor=actor, order=order, **more))

    def state(self, order: int) -> Any:
        return self.app.store.reads.orders_by_id(1, [order])[order].state

    def number(self, order: int) -> str:
        return str(self.state(order).number)

    def tickets(self, order: int) -> dict[str, int]:
        """Open tickets by key, with their numbers."""
        tasks = self.state(order).tasks.items()
        return {task["key"]: int(n) for n, task in tasks if task["kind"] == "ticket"}

    def stages(self, order: int) -> list[str]:
        return list(self.state(order).stages)

    def view(self, order: int, by: str = "erin") -> OrderView:
        view = self.app.views.order(self.actors[by], self.number(order))
        assert isinstance(view, OrderView), view
        return view

    def pass_(self, **span: int) -> None:
        """Time passes, and clocks strike."""
        clock = self.app.clock
        assert isinstance(clock, FixedClock)
        clock.set(clock.now() + timedelta(**span))
        for order in self.app.store.work.due_orders(clock.now(), 100):
            self.app.handle(Command(body=Wake(), actor=SYSTEM, order=order, channel="worker"))

    def customer(self, key: str, name: str) -> None:
        """A customer is added, beside all orders."""
        made = self.app.collections.put(
            self.actors["ada"],
            "customers",
            key,
            {"id": key, "name": name},
            expected=0,
            channel="api",
        )
        assert not isinstance(made, Rejection), made


def write_repairs(folder: Path) -> Path:
    """Writes the bundle into `folder`, which is made."""
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    shutil.copy(DEFINITIONS, folder / "repair.yaml")
    return folder


@contextmanager
def open_repairs(
    folder: Path, *, database: str = "memory:", sees: Sequence[str] = ()
) -> Iterator[Repairs]:
    """On the database given, with the cast and one customer. `sees`: logins who may see each order
    and edit none."""
    app = build(Settings(home=folder / "home", database_url=database, clock=NOW, secret="x" * 32))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        add_cast(app, dict.fromkeys(sees, ("manager",)))
        repairs = Repairs(app)
        publish_repairs(app, folder)
        for login in ("alice", "bob", "carol", "dave", "erin", "mallory", "ada"):
            actor = app.accounts.by_login(login)
            assert actor is not None
            repairs.actors[login] = actor
        repairs.customer("C-1", "Tatra")
        yield repairs
    finally:
        app.close()


def publish_repairs(app: Application, folder: Path) -> None:
    """Publishes the bundle."""
    options = PublishOptions(tests=False, second_person=False)
    done = app.publish.publish(open_bundle(write_repairs(folder / "repairs")), OPERATOR, options)
    assert isinstance(done, Published), done
