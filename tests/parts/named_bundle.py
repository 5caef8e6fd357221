"""A bundle in which everything that has an id has a title in three languages, and its orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.engine.commands import Actor
from parts.mail_room import MailRoom, open_mail_room

BUNDLE = """\
bundle: trips
title: Trips
languages: [en, pl, sk]
zone: UTC
roles: {sales: Sales, finance: {en: Finance, pl: Finanse, sk: Financie}}
cast: {alice: {roles: [sales]}, carol: {roles: [finance]}}
"""
DOCUMENTS = """\
kind: process
id: trip
title: {en: Trip, pl: Podróż, sk: Cesta}
form: trip
number: "TR-{seq:6}"
columns: [about, total]
start: {by: [sales]}
access: [sales, finance]
labels:
  dear: {en: Dear trip, pl: Droga podróż, sk: Drahá cesta}
  asked: {en: Asked for, pl: Złożono wniosek, sk: Podaná žiadosť}
stages:
  asking:
    entry:
      - {tag: dear}
      - {tag: odd}
      - {milestone: asked}
      - {reserve: {balance: purses.left, key: '"TRV"', amount: total}}
    on: {error.stock: {actions: []}}
    do: [{approval: trip-approval, on: {approved: closed, rejected: closed, returned: closed}}]
  closed: {type: final, outcome: completed}
---
kind: approval
id: trip-approval
title: {en: Approval of the trip, pl: Zgoda na podróż, sk: Súhlas s cestou}
material: [total]
matrix: trip-matrix
---
kind: decision
id: trip-matrix
title: {en: Who approves a trip, pl: Kto zatwierdza podróż, sk: Kto schvaľuje cestu}
hit: RULE ORDER
inputs:
  - {name: cost, value: total, type: number}
  - {name: class, value: traveller.class, type: string, nullable: true}
  - {name: dear, value: total > 900, type: boolean}
  - {name: nights, value: 1 + 2, type: number}
outputs:
  - {name: step, type: string}
  - {name: level, type: number}
  - {name: role, type: string}
  - {name: manager_of, type: string}
labels:
  dear: {en: Dear, pl: Drogo, sk: Draho}
  step=boss: {en: Superior, pl: Przełożony, sk: Nadriadený}
  step=money: {en: Costs, pl: Koszty, sk: Náklady}
rules:
  - id: first
    when: {cost: "> 100", class: '"first"'}
    then: {step: '"money"', level: 1, role: '"finance"'}
  - id: second
    when: {cost: "> 100"}
    then: {step: '"boss"', level: 2, manager_of: order.requester}
---
kind: collection
id: purses
title: {en: Purses, pl: Sakiewki, sk: Mešce}
key: id
balances: [left]
labels: {left: {en: Left, pl: Zostało, sk: Zostatok}}
schema:
  type: object
  properties: {id: {type: string}, name: {type: string}, left: {type: number}}
---
kind: form
id: trip
title: Trip
schema:
  type: object
  required: [about, total]
  properties:
    about: {type: string}
    total: {type: number}
    traveller: {type: object, properties: {class: {type: string, enum: [first, second]}}}
edit: [{fields: [about, total, traveller], in: draft, by: [sales]}]
labels:
  total: {en: Total, pl: Razem, sk: Spolu}
  traveller.class: {en: Class of carriage, pl: Klasa wagonu, sk: Trieda vozňa}
  traveller.class=first: {en: first, pl: pierwsza, sk: prvá}
"""


@contextmanager
def open_trips(folder: Path) -> Iterator[MailRoom]:
    """An application where trips can be ordered; mail is read, clocks stand still."""
    with open_mail_room(folder) as opened:
        bundle = folder / "trips"
        bundle.mkdir()
        (bundle / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
        (bundle / "trip.yaml").write_text(DOCUMENTS, encoding="utf-8")
        options = PublishOptions(tests=False, second_person=False)
        done = opened.app.publish.publish(open_bundle(bundle), OPERATOR, options)
        assert isinstance(done, Published), done
        purse = {"id": "TRV", "name": "Travel", "left": 50_000}
        opened.app.store.collections.replace(1, "purses", {"TRV": purse})
        yield opened


def trip(room: MailRoom, total: int = 1000) -> str:
    """A new trip of alice's; its number."""
    data = {"about": "Brno", "total": total, "traveller": {"class": "first"}}
    answer = room.deals.api.call("alice", "POST", "/orders", {"process": "trip", "data": data})
    assert answer.status == 201, answer
    room.deals.number = answer.body["number"]
    stored = room.app.store.reads.order_by_number(1, room.deals.number)
    assert stored is not None
    room.deals.order = stored.id
    return room.deals.number


def reader(room: MailRoom, login: str, language: str) -> Actor:
    """Somebody who reads in a language."""
    return replace(room.actor(login), language=language)
