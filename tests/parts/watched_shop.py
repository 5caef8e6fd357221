"""A shop whose orders are flagged by a ruleset and watched: a bundle, and an application of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.assembling import assemble
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.bootstrap import simulator
from orderloom.platform.engine import Actor, Command
from orderloom.platform.engine import commands as c
from orderloom.platform.settings import Settings
from orderloom.platform.store import open_store

START = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
SHOP = Actor(id="c:shop", kind="connector", name="shop")
BUNDLE = "bundle: shop\ntitle: Shop\nlanguages: [en]\nroles: {sales: Sales, risk: Risk}\n"
PROCESS = """\
kind: process
id: sale
title: Sale
form: sale
number: "S-{seq:4}"
start: {by: [sales], from: [shop]}
access: [{role: sales}]
holds: {fraud: {title: Fraud, by: [risk], stops: [open]}}
events:
  declined: {from: [shop], data: {amount: number}}
  paid: {from: [shop]}
  close: {from: [shop]}
  fraud.suspected: {from: [cards], data: {amount: number}}
  unpaid: {from: [reminders]}
on:
  declined: {}
  fraud.suspected: {actions: [{hold: fraud}, {set: {suspected: event.amount}}]}
  unpaid: {actions: [{tag: unpaid}]}
stages:
  checking:
    entry: [{infer: flags, as: flags}]
    always: [{if: 'list contains(flags.flag.code, "HOLD")', to: review}, {to: open}]
  review: {on: {paid: open}}
  open: {on: {paid: {to: paid}, close: closed}}
  paid: {on: {close: closed}}
  closed: {type: final, outcome: completed}
---
kind: form
id: sale
title: Sale
schema:
  type: object
  properties:
    customer: {type: object, properties: {id: {type: string}, email: {type: string}}}
    suspected: {type: number}
    lines:
      type: array
      items:
        type: object
        properties: {sku: {type: string}, hazard: {type: boolean}, note: {type: string}}
personal: [customer.email, lines.note]
"""
FLAGS = """\
kind: ruleset
id: flags
title: {en: Order flags}
facts:
  line: {title: line, type: {sku: string, hazard: boolean, note: string}, from: lines}
  flag: {type: {code: string}}
rules:
  - id: hazmat
    title: hazardous goods
    all: [{l: line, if: {hazard: "true"}}]
    then: [{assert: flag, with: {code: '"HAZMAT"'}}]
  - id: hold
    all: [{f: flag, if: {code: '"HAZMAT"'}}]
    then: [{assert: flag, with: {code: '"HOLD"'}}]
tests:
  - {given: {line: [{sku: A, hazard: true}]}, expect: {flag: [{code: HAZMAT}, {code: HOLD}]}}
"""
CARDS = """\
kind: ruleset
id: cards
title: Card testing
mode: watch
key: customer.id
within: PT10M
facts: {declined: {event: declined, type: {amount: number}}}
rules:
  - id: thrice
    all: [{d: declined, count: 3}]
    then: [{send: {event: fraud.suspected, to: orders, data: {amount: 'd[3].amount'}}}]
"""
REMINDERS = """\
kind: ruleset
id: reminders
title: Reminders
mode: watch
key: order.number
within: P3D
facts:
  created: {event: order.created}
  paid: {event: paid}
rules:
  - id: unpaid
    all: [{o: created}]
    none: [{p: paid}]
    then: [{send: {event: unpaid, to: orders}}]
"""


def write_shop(folder: Path, **changed: str) -> Path:
    """Writes the bundle; `changed`: other texts by file."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "bundle": BUNDLE,
        "process": PROCESS,
        "flags": FLAGS,
        "cards": CARDS,
        "reminders": REMINDERS,
        **changed,
    }
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


class Shop:
    """The application of the bundle on a database of its own, with a clock set by hand."""

    def __init__(self, folder: Path, database: str = "", **changed: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = FixedClock(START)
        self.folder = folder
        self.database = database or f"sqlite:///{folder / 'shop.db'}"
        self.app = self._opened()
        self.publish(**changed)

    def _opened(self) -> Application:
        store = open_store(self.database)
        store.migrate()
        settings = Settings(home=self.folder, database_url=self.database)
        return assemble(store, settings=settings, clock=self.clock, simulate=simulator())

    def publish(self, **changed: str) -> None:
        bundle = open_bundle(write_shop(self.folder / "bundle", **changed))
        options = PublishOptions(tests=False, second_person=False)
        done = self.app.publish.publish(bundle, OPERATOR, options)
        assert isinstance(done, Published), done

    def restart(self) -> None:
        """As after a crash: nothing is let go of, and a lease has run out meanwhile."""
        self.app.store.close()
        self.clock.set(self.clock.now() + timedelta(seconds=61))
        self.app = self._opened()

    def create(self, customer: str = "C-1", **data: Any) -> int:
        body = c.Create("sale", {"customer": {"id": customer}, **data}, source="shop")
        reply = self.app.handle(Command(body=body, actor=SHOP))
        return int(reply.order)  # type: ignore[union-attr]

    def send(self, order: int, name: str, **data: Any) -> Any:
        body = c.SendEvent(name, data, source="shop")
        return self.app.handle(Command(body=body, actor=SHOP, order=order))

    def decline(self, order: int, times: int = 1, amount: int = 5) -> None:
        for _ in range(times):
            self.send(order, "declined", amount=amount)
            self.clock.set(self.clock.now() + timedelta(seconds=10))

    def work(self) -> None:
        """Lets watches hear and orders take what there is."""
        self.clock.set(self.clock.now() + timedelta(seconds=3))
        while self.app.watching.run_once() + self.app.inbox.run_once():
            pass

    def state(self, order: int) -> Any:
        return self.app.store.reads.orders_by_id(1, [order])[order].state

    def events(self, order: int, type_: str) -> list[Any]:
        rows = self.app.store.reads.entries(1, order, before=None, limit=500)
        return [row for row in reversed(rows) if row.type == type_]

    def close(self) -> None:
        self.app.close()
