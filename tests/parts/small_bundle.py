"""A bundle with little of everything: an approval, a task, a timer, a decision, a mapping."""

from __future__ import annotations

from pathlib import Path

BUNDLE = """\
bundle: small
title: {en: Small, pl: Mały, sk: Malý}
languages: [en, pl, sk]
zone: Europe/Warsaw
roles: {sales: Sales, manager: Managers, finance: Finance}
cast:
  alice: {roles: [sales], manager: bob}
  bob: {roles: [manager]}
  carol: {roles: [finance]}
  erin: {roles: [auditor]}
  mallory: {roles: []}
"""

PROCESS = """\
kind: process
id: request
title: {en: Request, pl: Wniosek, sk: Žiadosť}
form: request
number: "RQ-{seq:6}"
columns: [title, total]
start: {by: [sales], from: [shop], draft: true}
access: [{role: finance}]
events:
  cancel: {title: Cancel, by: [requester], reason: required}
  paid: {from: [api]}
on:
  cancel: {to: cancelled}
stages:
  deciding:
    entry: [{decide: tier, as: tier}]
    always: [{if: tier = "none", to: paying}, {to: approval}]
  approval:
    do:
      - approval: request
        on: {approved: paying, rejected: refused, returned: cancelled}
    after: {P3D: {to: refused}}
  paying:
    do: [{task: pay, title: {en: Pay, pl: Zapłać, sk: Zaplať}, by: finance, fields: [invoice]}]
    on: {paid: done}
    done: done
  done: {type: final, outcome: completed}
  refused: {type: final, outcome: rejected, failed: true}
  cancelled: {type: final, outcome: cancelled, failed: true}
---
kind: form
id: request
title: {en: Request, pl: Wniosek, sk: Žiadosť}
schema:
  type: object
  required: [title, total]
  properties:
    title: {type: string, minLength: 1, maxLength: 200}
    total: {type: number, minimum: 0}
    note: {type: string}
    invoice: {type: string}
edit:
  - {fields: [title, total, note], in: [draft, approval], by: [sales]}
  - {fields: [invoice], in: [paying], by: [finance]}
labels:
  title: {en: Title, pl: Tytuł, sk: Názov}
  total: {en: Total, pl: Kwota, sk: Suma}
  note: {en: Note, pl: Uwaga, sk: Poznámka}
  invoice: {en: Invoice, pl: Faktura, sk: Faktúra}
layout: [{section: {en: Request, pl: Wniosek, sk: Žiadosť}, fields: [title, total, note, invoice]}]
---
kind: decision
id: tier
title: {en: Tier, pl: Próg, sk: Stupeň}
hit: FIRST
inputs: [{name: total, value: total, type: number}]
outputs: [{name: tier, type: string, allowed: '"none","one"'}]
rules:
  - {id: small, when: {total: "<= 100"}, then: {tier: '"none"'}}
  - {id: rest, then: {tier: '"one"'}}
tests:
  - {given: {total: 100}, expect: {tier: none}}
  - {given: {total: 101}, expect: {tier: one}}
---
kind: approval
id: request
title: {en: Approval, pl: Zatwierdzenie, sk: Schválenie}
material: [total]
steps:
  - {id: manager, approvers: {role: manager}}
separation: {requester: true}
on_reject: veto
"""

SCENARIOS = """\
scenario: approved
process: request
given:
  now: 2026-03-06T10:00:00+01:00
  order: {by: alice, data: {title: Desk, total: 250}}
steps:
  - expect: {stages: [approval], results: {tier: one}, tasks: [{id: manager, for: bob}]}
  - {as: mallory, do: cancel, reason: fun, refused: order.not_found}
  - {as: alice, do: cancel, refused: event.reason_required}
  - {as: bob, approve: manager, comment: ok}
  - {as: carol, task: pay, with: {invoice: I-7}}
  - expect: {stages: [done], outcome: completed, data: {invoice: I-7, total: {test: "> 100"}}}
---
scenario: too-late
process: request
given:
  now: 2026-03-06T10:00:00+01:00
  order: {by: alice, data: {title: Desk, total: 250}}
steps:
  - {pass: P2D}
  - expect: {stages: [approval]}
  - {pass: P1D}
  - expect: {stages: [refused], outcome: rejected}
"""

MAPPING = """\
mapping: shop
title: {en: Shop, pl: Sklep, sk: Obchod}
process: request
from: shop
records: orders.json
join: {names: {file: names.json, key: code}}
key: record.id
data: {title: 'get value(names, record.code).name', total: record.amount}
"""


def write_small_bundle(folder: Path) -> Path:
    """Writes the bundle into `folder`, which is made."""
    (folder / "scenarios").mkdir(parents=True)
    (folder / "mappings").mkdir()
    for name, content in {
        "bundle.yaml": BUNDLE,
        "request.yaml": PROCESS,
        "scenarios/request.yaml": SCENARIOS,
        "mappings/shop.yaml": MAPPING,
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder
