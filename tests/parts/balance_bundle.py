"""An application with budgets, against which orders reserve, release and issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.reply import Reply
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Actor, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from parts.application import add_cast
from parts.migrated import build

META = "bundle: spending\ntitle: Spending\nlanguages: [en, pl, sk]\nroles: {sales: Sales}\n"
DOCUMENTS = """\
kind: collection
id: budgets
title: {en: Budgets, pl: Budżety, sk: Rozpočty}
key: id
balances: [amount]
labels:
  amount: {en: Amount left, pl: Pozostała kwota, sk: Zostáva}
  kind: {en: Kind, pl: Rodzaj, sk: Druh}
  kind=office: {en: For the office, pl: Na biuro, sk: Na kanceláriu}
schema:
  type: object
  required: [id]
  additionalProperties: false
  properties:
    id: {type: string}
    name: {type: string}
    amount: {type: number}
    kind: {enum: [office, project]}
---
kind: collection
id: crews
title: Crews
key: id
balances: [days, hours]
schema:
  type: object
  required: [id]
  properties: {id: {type: string}, days: {type: number}, hours: {type: number}}
---
kind: form
id: spending
title: Spending
schema:
  type: object
  properties:
    unit: {type: string}
    other: {type: string}
    n: {type: number, maximum: 100000}
    free: {type: number}
    lines:
      type: array
      items: {type: object, properties: {unit: {type: string}, n: {type: number}}}
edit: [{fields: [unit, other, n, lines], in: any, by: [sales]}]
---
kind: process
id: spending
title: Spending
form: spending
number: "S-{seq:6}"
start: {by: [sales]}
events:
  take: {title: Take, by: [sales], data: {unit: string, n: number}}
  take-all: {title: Take all, by: [sales]}
  what-there-is: {title: Take what there is, by: [sales], data: {unit: string, n: number}}
  give-back: {title: Give back, by: [sales], data: {unit: string, n: number}}
  give-all: {title: Give all back, by: [sales], data: {unit: string}}
  spend: {title: Spend, by: [sales], data: {unit: string, n: number}}
  swap: {title: Swap, by: [sales], data: {unit: string, other: string, n: number}}
  fail: {title: Fail, by: [sales], data: {unit: string, n: number}}
  end: {title: End, by: [sales]}
stages:
  open:
    on:
      take: {actions: [{reserve: {balance: budgets.amount, key: event.unit, amount: event.n}}]}
      take-all:
        actions:
          - for_each: l in lines
            reserve: {balance: budgets.amount, key: l.unit, amount: l.n}
            as: got
      what-there-is:
        actions:
          - reserve: {balance: budgets.amount, key: event.unit, amount: event.n}
            partial: true
            as: got
      give-back: {actions: [{release: {balance: budgets.amount, key: event.unit, amount: event.n}}]}
      give-all: {actions: [{release: {balance: budgets.amount, key: event.unit}}]}
      spend: {actions: [{issue: {balance: budgets.amount, key: event.unit, amount: event.n}}]}
      swap:
        actions:
          - {reserve: {balance: budgets.amount, key: event.unit, amount: event.n}}
          - {reserve: {balance: budgets.amount, key: event.other, amount: event.n}}
      fail:
        actions:
          - {reserve: {balance: budgets.amount, key: event.unit, amount: event.n}}
          - {issue: {balance: budgets.amount, key: event.unit, amount: event.n}}
          - {set: {n: 100001}}
      error.data: {actions: [{tag: failed}]}
      error.stock: {actions: [{tag: short}, {set: {free: event.cause.free}}]}
      end: ended
  ended: {type: final, outcome: completed}
"""
Rows = Mapping[str, Mapping[str, Any]]


@contextmanager
def spending(
    folder: Path, *, database: str = "", amounts: Mapping[str, Any], **more: Any
) -> Iterator[Application]:
    """Opened on a SQLite file in `folder`, or on the database given, with budgets of these amounts;
    closed at the end."""
    app = build(Settings(home=folder / "home", database_url=database, **more))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        add_cast(app)
        bundle = folder / "spending"
        bundle.mkdir(exist_ok=True)
        (bundle / "bundle.yaml").write_text(META, encoding="utf-8")
        (bundle / "spending.yaml").write_text(DOCUMENTS, encoding="utf-8")
        options = PublishOptions(tests=False, second_person=False)
        done = app.publish.publish(open_bundle(bundle), OPERATOR, options)
        assert isinstance(done, Published), done
        rows = {key: {"id": key, "amount": amount} for key, amount in amounts.items()}
        app.store.collections.replace(1, "budgets", rows)
        yield app
    finally:
        app.close()


class Spender:
    """Somebody who begins orders and tells them what to do."""

    def __init__(self, app: Application, login: str = "alice") -> None:
        found = app.accounts.by_login(login)
        assert found is not None
        self.actor: Actor = found
        self.app = app

    def begin(self, **data: Any) -> int:
        return self.reply(c.Create("spending", data)).order

    def tell(self, order: int, event: str, **data: Any) -> Reply:
        """Carries an event out, which must be accepted."""
        return self.reply(c.SendEvent(event, data), order)

    def reply(self, body: c.Body, order: int = 0) -> Reply:
        answer = self.ask(body, order)
        assert isinstance(answer, Reply), answer
        return answer

    def ask(self, body: c.Body, order: int = 0) -> Reply | Rejection:
        return self.app.handle(Command(body=body, actor=self.actor, order=order))


def level(app: Application, key: str) -> tuple[Any, Any]:
    """What there is in a budget, and what is reserved of it, as the tables have it."""
    record = app.store.collections.record(1, "budgets", key)
    there = Decimal(record.body.get("amount") or 0) if record is not None else Decimal(0)
    return there, sum_of(app, "SELECT reserved FROM balance_level WHERE key = ?", key)


def sum_of(app: Application, sql: str, *values: Any) -> Decimal:
    """The exact sum of a column."""
    rows = app.store.database.reader.rows(sql, values)
    return sum((Decimal(row[0]) for row in rows), Decimal(0))
