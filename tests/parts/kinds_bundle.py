"""A bundle with a message, a calendar, a collection, a connector, a ruleset and a watch: what the
designers of the smaller kinds are tried on."""

from __future__ import annotations

from pathlib import Path

BUNDLE = """\
bundle: kinds
title: Kinds
languages: [en, pl, sk]
zone: Europe/Warsaw
calendar: week
roles: {sales: Sales, manager: Managers}
cast: {alice: {roles: [sales]}, bob: {roles: [manager]}}
"""
DEFINITIONS = """\
kind: process
id: sale
title: Sale
form: sale
number: "S-{seq}"
start: {by: [sales], from: [books]}
events: {seen: {from: [late]}, paid: {from: [books], data: {by: string}}}
stages:
  billing:
    entry: [{notify: told}, {infer: flags, as: flags}]
    do: [{call: books.invoice, with: {ref: order.number, sum: total}}]
    done: done
    on: {failed.invoice: done, seen: done, paid: done}
  done: {type: final, outcome: completed}
---
kind: form
id: sale
title: Sale
schema:
  type: object
  required: [customer]
  properties:
    customer: {type: string}
    total: {type: number}
    currency: {type: string, default: EUR}
    doubled: {type: number}
    lines:
      type: array
      items: {type: object, properties: {sku: {type: string}, hazard: {type: boolean}}}
compute: {doubled: total * 2}
---
kind: message
id: told
title: {en: Told, pl: Powiedziane, sk: Povedané}
to: [manager, requester, "{{ mail }}"]
subject:
  en: "Order of {{ customer }}"
  pl: "Zamówienie {{ customer }}"
  sk: "Objednávka {{ customer }}"
# Kept: a remark.
body:
  en: "Hello,\\n\\n{{ total }} for {{ customer }}.\\nSee {{ link }}"
  pl: "Dzień dobry {{ user.name }}"
  sk: Dobrý deň
---
kind: calendar
id: week
title: Week
hours:
  mon: ["08:00-16:00"]
  tue: ["08:00-16:00"]
  wed: ["08:00-16:00"]
  thu: ["08:00-16:00"]
  fri: ["08:00-16:00"]
holidays: PL
closed: [2026-11-12]
special: {2026-11-13: ["08:00-12:00"]}
---
kind: collection
id: goods
title: Goods
schema:
  type: object
  required: [sku, name]
  properties:
    sku: {type: string}
    name: {type: string}
    price: {type: number}
key: sku
balances: [price]
---
kind: connector
id: books
title: Books
address: http://127.0.0.1:9/api
headers: {Authorization: "secret:books", X-Shop: main}
operations:
  invoice:
    path: /invoices/{ref}
    request: "{ref: ref, amount: sum}"
    response: "{number: body.no}"
    declined: [409]
  rates: {method: GET, path: /rates}
inbound:
  paid:
    when: body.type = "paid"
    once: body.id
    event:
      {process: sale, name: paid, key: number, value: body.ref, data: {by: headers.x_payer}}
  ordered:
    when: body.type = "new"
    once: body.id
    order: {process: sale, data: {customer: body.who}}
---
kind: ruleset
id: flags
title: Flags
facts:
  line: {type: {sku: string, hazard: boolean}, from: lines}
  flag: {type: {code: string, sku: string}}
rules:
  - id: hazmat
    title: Hazardous goods
    all: [{l: line, if: {hazard: "true"}}]
    then: [{assert: flag, with: {code: '"HAZMAT"', sku: l.sku}}]
  - id: hold
    all: [{f: flag, if: {code: '"HAZMAT"'}}]
    then: [{assert: flag, with: {code: '"HOLD"', sku: f.sku}}]
tests:
  - title: One
    given: {line: [{sku: A, hazard: true}]}
    expect: {flag: [{code: HAZMAT}, {code: HOLD}]}
  - {given: {line: [{sku: A, hazard: false}]}, expect: {flag: []}}
---
kind: ruleset
id: late
title: Late
mode: watch
key: order.number
within: PT10M
rules:
  - id: twice
    all: [{a: order.created}, {b: order.ended}]
    then: [{send: {event: seen, to: orders, data: {n: "1"}}}]
tests:
  - given:
      - {event: order.created, at: "2026-03-01T10:00:00Z", key: S-1}
      - {event: order.ended, at: "2026-03-01T10:05:00Z", key: S-1}
    expect: [{rule: twice, key: S-1}]
"""
SCENARIO = """\
scenario: one
title: {en: One sale, pl: Jedna sprzedaż, sk: Jeden predaj}
process: sale
given:
  now: 2026-03-06T10:00:00+01:00
  order:
    by: alice
    data:
      customer: Acme
      total: 12.50
      lines: [{sku: A1, hazard: true}, {sku: B2, hazard: false}]
steps: []
"""


def write_kinds_bundle(folder: Path) -> Path:
    """Writes the bundle into `folder`, which is made."""
    (folder / "scenarios").mkdir(parents=True)
    for name, content in {
        "bundle.yaml": BUNDLE,
        "definitions.yaml": DEFINITIONS,
        "scenarios/one.yaml": SCENARIO,
    }.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder
