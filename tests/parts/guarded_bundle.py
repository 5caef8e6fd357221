"""A bundle whose form keeps fields from all but finance, and one order with words that nobody else
may read anywhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.permissions import PERMISSIONS
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.engine.commands import CastVerdict, Comment, Create, EditData
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from parts.application import PASSWORD, add_cast
from parts.migrated import build
from parts.personal_bundle import NOW, actor, done, state_of

# What the hidden fields hold and held; the amount in whatever way it is written.
CANARY: Final = "Kwiatkowska7731"
EARLIER: Final = "Hruškovič4402"
LIMIT: Final = Decimal(77317731)
SECRET: Final = re.compile(
    rf"{CANARY}|{EARLIER}|77\D{{0,8}}?317\D{{0,8}}?731|154\D{{0,8}}?635\D{{0,8}}?462", re.I
)
# Entries that tell what something was decided by.
SEEN_TYPES: Final = ("decided", "inferred", "checked")
PAPER: Final = f"signed by {CANARY}"
BUNDLE: Final = """\
bundle: guarded
title: Guarded
languages: [en]
zone: Europe/Warsaw
roles: {sales: Sales, manager: Managers, finance: Finance, warehouse: Warehouse}
"""
DOCUMENTS: Final = """\
kind: process
id: deal
title: Deal
form: deal
number: "DL-{seq:4}"
columns: [customer.name, topic, limit]
start: {by: [finance, sales]}
access: [{role: finance}, {role: manager}, {role: warehouse}, {role: sales}]
events:
  note: {title: Note, by: [finance], data: {said: string}}
on:
  note: {internal: true}
stages:
  checking:
    entry:
      - {decide: tier, as: tier}
      - {infer: worth, as: worth}
      - {notify: thanks}
    do: [{verify: checks}, {verify: costs, for_each: line in lines}]
    done: approving
  approving:
    do:
      - approval: deal
        on: {approved: packing, rejected: refused, returned: refused}
  packing:
    do: [{task: pack, title: Pack, by: warehouse}]
    done: closed
  closed: {type: final, outcome: completed, result: {name: customer.name}}
  refused: {type: final, outcome: rejected, failed: true}
---
kind: form
id: deal
title: Deal
schema:
  type: object
  required: [topic, customer]
  properties:
    topic: {type: string}
    customer: {type: object, properties: {name: {type: string}, email: {type: string}}}
    limit: {type: number, x-money: EUR}
    proof: {x-attachment: true}
    lines:
      type: array
      items: {type: object, properties: {sku: {type: string}, cost: {type: number}}}
edit:
  - {fields: [topic, customer, limit, proof, lines], in: [draft, checking], by: [finance]}
  - {fields: [topic], in: [draft, checking], by: [sales]}
layout:
  - {section: Deal, fields: [topic]}
  - section: Money
    visible: '"finance" in actor.roles'
    fields: [customer, limit, proof, lines]
---
kind: decision
id: tier
title: Tier
hit: FIRST
inputs:
  - {name: who, value: customer.name, type: string, nullable: true}
  - {name: cap, value: limit, type: number, nullable: true}
  - {name: twice, value: limit * 2, type: number, nullable: true}
outputs: [{name: tier, type: string}, {name: name, type: string}]
rules:
  - {id: small, when: {cap: "< 10"}, then: {tier: '"S"', name: '"-"'}}
  - {id: large, when: {cap: "> 77317730"}, then: {tier: '"L"', name: customer.name}}
  - {id: other, then: {tier: '"M"', name: '"-"'}}
---
kind: decision
id: checks
title: Is it complete?
hit: COLLECT
inputs:
  - {name: cap, value: limit, type: number, nullable: true}
  - {name: topic, value: topic, type: string, nullable: true}
outputs:
  - {name: problem, type: string}
  - {name: instruction, type: string}
  - {name: fields, type: "[string]"}
  - {name: role, type: string}
rules:
  - id: dear
    when: {cap: "> 1000", topic: '"late"'}
    then:
      problem: '"Too dear"'
      instruction: '"Is " + string(limit) + " right?"'
      fields: '["topic"]'
      role: '"sales"'
---
kind: decision
id: costs
title: Is a line dear?
hit: COLLECT
inputs: [{name: cost, value: line.cost, type: number, nullable: true}]
outputs: [{name: problem, type: string}, {name: severity, type: string}]
rules:
  - {id: costly, when: {cost: "> 10"}, then: {problem: '"Dear line"', severity: '"warning"'}}
---
kind: ruleset
id: worth
title: Worth
mode: inference
facts:
  line: {type: {sku: string, cost: number}, from: lines}
  flag: {type: {code: string, cost: number}}
rules:
  - id: dear
    all: [{l: line, if: {cost: "> 10"}}]
    then: [{assert: flag, with: {code: '"DEAR"', cost: l.cost}}]
---
kind: approval
id: deal
title: Approve the deal
matrix: levels
---
kind: decision
id: levels
title: Who approves
hit: COLLECT
inputs:
  - {name: limit, value: limit, type: number}
  - {name: buyer, value: customer.name, type: string}
outputs:
  - {name: step, type: string}
  - {name: level, type: number}
  - {name: role, type: string}
rules:
  - id: large
    when: {limit: "> 77317730"}
    then: {step: '"manager"', level: "1", role: '"manager"'}
---
kind: message
id: thanks
title: Thanks
channel: in-app
to: [finance]
subject: "Thanks, {{ customer.name }}"
body: "Up to {{ limit }}."
"""


@contextmanager
def open_guarded(folder: Path, database: str = "memory:") -> Iterator[Application]:
    """An application with the cast and the bundle."""
    app = build(Settings(home=folder / "home", database_url=database, clock=NOW, secret="x" * 32))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        if app.accounts.by_login("alice") is None:
            add_cast(app)
            files = folder / "guarded"
            files.mkdir()
            (files / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
            (files / "guarded.yaml").write_text(DOCUMENTS, encoding="utf-8")
            everything = set(PERMISSIONS) - {"audit.whole"}
            app.accounts.set_role("nearly", title="Nearly all", permissions=everything)
            app.accounts.add_user("vera", name="Vera", password=PASSWORD, roles=["nearly"])
            options = PublishOptions(tests=False, second_person=False)
            done_ = app.publish.publish(open_bundle(files), OPERATOR, options)
            assert isinstance(done_, Published), done_
        yield app
    finally:
        app.close()


def deal(app: Application, *, to: str = "packing") -> int:
    """An order of finance with the words in every way that leads in; as far as a stage."""
    carol = actor(app, "carol")
    proof = app.attachments.take(carol, f"{CANARY}.txt", io.BytesIO(PAPER.encode()))
    assert not isinstance(proof, Rejection), proof
    data: dict[str, Any] = {
        "topic": "late",
        "customer": {"name": EARLIER, "email": f"{CANARY}@example.test"},
        "limit": LIMIT,
        "proof": proof.value(),
        "lines": [{"sku": "A", "cost": LIMIT}],
    }
    order: int = done(app, "carol", Create("deal", data)).order
    done(app, "carol", EditData({"customer": {"name": CANARY}}), order)
    if to != "checking":
        done(app, "carol", EditData({"topic": "fine"}), order)
        done(app, "carol", Comment("they called"), order)
    if to == "packing":
        task = int(next(iter(state_of(app, order).tasks)))
        done(app, "bob", CastVerdict(task, "approve", comment="good"), order)
    worker_of(app).run_once()
    return order
