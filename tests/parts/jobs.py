"""Orders that wandered through a process with parts side by side, ways back and people who answer
when they like: a log of ours with times in it, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.engine import Actor, OrderState
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.web.app import create_app
from parts.application import CAST, PASSWORD, add_cast
from parts.migrated import build
from parts.site import Site, serving

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
BUNDLE = """\
bundle: jobs
title: {en: Jobs, pl: Prace, sk: Práce}
languages: [en, pl, sk]
zone: UTC
calendar: job-hours
roles: {sales: Sales, manager: Managers, finance: Finance}
cast: {alice: {roles: [sales], manager: bob}, bob: {roles: [manager]}, carol: {roles: [finance]}}
"""
PROCESS = """\
kind: process
id: job
title: {en: Job, pl: Praca, sk: Práca}
form: job
number: "JB-{seq:6}"
start: {by: [sales]}
access: [sales, manager, finance]
events:
  send: {title: Send, by: [sales]}
  judge: {title: Judge, by: [sales]}
  packed: {title: Packed, by: [sales]}
  shipped: {title: Shipped, by: [sales]}
  broken: {title: Broken, by: [sales]}
  billed: {title: Billed, by: [sales]}
  paid: {title: Paid, by: [sales]}
stages:
  intake:
    title: {en: Intake, pl: Przyjęcie, sk: Prijatie}
    on: {send: review}
  review:
    title: {en: Review, pl: Przegląd, sk: Posúdenie}
    stages:
      reading:
        title: {en: Reading, pl: Czytanie, sk: Čítanie}
        on: {judge: judging}
      judging:
        title: {en: Judging, pl: Ocena, sk: Hodnotenie}
        do:
          - approval: job
            on: {approved: doing, rejected: refused, returned: intake}
  doing:
    title: {en: Doing, pl: Wykonanie, sk: Vykonanie}
    type: parallel
    stages:
      goods:
        title: {en: Goods, pl: Towar, sk: Tovar}
        stages:
          packing:
            title: {en: Packing, pl: Pakowanie, sk: Balenie}
            on: {packed: shipping}
          shipping:
            title: {en: Shipping, pl: Wysyłka, sk: Odoslanie}
            on: {shipped: gone, broken: packing}
          gone: {title: {en: Gone, pl: Wysłano, sk: Odoslané}, type: final}
      money:
        title: {en: Money, pl: Pieniądze, sk: Peniaze}
        stages:
          invoicing:
            title: {en: Invoicing, pl: Fakturowanie, sk: Fakturácia}
            on: {billed: paying}
          paying:
            title: {en: Paying, pl: Płatność, sk: Platba}
            on: {paid: settled}
          settled: {title: {en: Settled, pl: Rozliczono, sk: Zaplatené}, type: final}
    done: done
  done: {title: {en: Done, pl: Gotowe, sk: Hotovo}, type: final, outcome: completed}
  refused:
    title: {en: Refused, pl: Odmowa, sk: Zamietnuté}
    type: final
    outcome: rejected
    failed: true
---
kind: form
id: job
title: {en: Job, pl: Praca, sk: Práca}
schema: {type: object, required: [total], properties: {total: {type: number}}}
labels: {total: {en: Total, pl: Kwota, sk: Suma}}
layout: [{section: {en: Job, pl: Praca, sk: Práca}, fields: [total]}]
---
kind: calendar
id: job-hours
title: {en: Hours, pl: Godziny, sk: Hodiny}
hours:
  {mon: ["08:00-16:00"], tue: ["08:00-16:00"], wed: ["08:00-16:00"], thu: ["08:00-16:00"]}
---
kind: approval
id: job
title: {en: Approval, pl: Zatwierdzenie, sk: Schválenie}
steps:
  - {id: manager, title: {en: Manager, pl: Kierownik, sk: Vedúci}, approvers: manager}
  - id: money
    title: {en: Finance, pl: Finanse, sk: Financie}
    approvers: finance
    if: total > 500
"""
# Stage → what may happen there, each as likely as it stands there.
MOVES: dict[str, tuple[str, ...]] = {
    "intake": ("send",),
    "reading": ("judge",),
    "packing": ("packed",),
    "shipping": ("shipped", "shipped", "shipped", "broken"),
    "invoicing": ("billed",),
    "paying": ("paid",),
}
VERDICTS = ("approve",) * 6 + ("return", "reject")


@contextmanager
def jobs_site(home: Path, orders: int) -> Iterator[Site]:
    """A site on loopback with the cast and so many orders."""
    app = build(Settings(home=home, database_url="memory:", clock=BEGAN, secret="x" * 32))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        add_cast(app)
        publish_jobs(app, home / "jobs")
        wander(app, orders)
        people = {login: _actor(app, login) for login in CAST}
        with serving(Site(app, create_app(app), password=PASSWORD, actors=people)) as site:
            yield site
    finally:
        app.close()


def publish_jobs(app: Application, folder: Path) -> None:
    """Publishes the bundle from `folder`, which is made."""
    folder.mkdir(parents=True)
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "job.yaml").write_text(PROCESS, encoding="utf-8")
    options = PublishOptions(tests=False, second_person=False)
    done = app.publish.publish(open_bundle(folder), OPERATOR, options)
    assert isinstance(done, Published), done


def wander(app: Application, orders: int, *, seed: int = 7) -> None:
    """Makes the orders one after another, each by a moved clock; some stand still for ever."""
    chance, clock = random.Random(seed), app.clock
    assert isinstance(clock, FixedClock)
    people = {login: _actor(app, login) for login in ("alice", "bob", "carol")}
    for number in range(orders):
        clock.set(BEGAN + timedelta(hours=number))
        state = _send(app, people["alice"], c.Create("job", {"total": chance.randrange(1000)}))
        for _ in range(chance.choice((3, 40, 40, 40))):
            if state.status == "ended":
                break
            clock.set(clock.now() + timedelta(seconds=chance.randrange(60, 200_000)))
            state = _step(app, state, people, chance)


def _step(
    app: Application, state: OrderState, people: dict[str, Actor], chance: random.Random
) -> OrderState:
    if state.tasks:
        n, task = next(iter(state.tasks.items()))
        who = people["bob" if task["id"] == "manager" else "carol"]
        body: Any = c.CastVerdict(int(n), chance.choice(VERDICTS), "seen")
        return _send(app, who, body, state.order)
    moves = sorted(name for stage in state.stages for name in MOVES.get(stage, ()))
    return _send(app, people["alice"], c.SendEvent(chance.choice(moves)), state.order)


def _actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def _send(app: Application, who: Actor, body: Any, order: int = 0) -> OrderState:
    reply = app.handle(Command(body=body, actor=who, order=order))
    assert not isinstance(reply, Rejection), reply
    return reply.state
