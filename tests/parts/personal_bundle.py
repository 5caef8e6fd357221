"""A bundle whose orders know people in many places, and one story that puts a word everywhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.codec import dumps
from orderloom.platform.engine.commands import (
    Actor,
    CastVerdict,
    Command,
    Comment,
    CompleteTask,
    Create,
    EditData,
)
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from parts.application import add_cast
from parts.inbound_bundle import set_secrets as set_secrets
from parts.migrated import build

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PERSON: Final = "P-17"
# In everything that somebody says of them; others keep theirs.
CANARY: Final = "Kwiatkowska7731"
OTHER: Final = "Hruškovič4402"
BUNDLE: Final = """\
bundle: people
title: People
languages: [en]
zone: Europe/Warsaw
roles: {sales: Sales, manager: Managers, finance: Finance}
"""
DOCUMENTS: Final = """\
kind: process
id: claim
title: Claim
form: claim
number: "CL-{seq:4}"
columns: [customer.name, topic]
keys: {mail: customer.email}
retention: {personal: P2Y}
start: {by: [sales], from: [portal]}
access: [{role: finance}, {role: manager}]
events:
  told: {title: Told, by: [sales], form: told}
  called: {from: [portal], data: {phone: string}}
  cancel: {title: Cancel, by: [sales]}
on:
  cancel: {to: cancelled}
stages:
  checking:
    entry:
      - {read: {collection: customers, key: customer.id}, as: record}
      - {decide: loud, as: loud}
      - {notify: thanks}
      - {set: {boss: 'if topic = "led" then manager(order.requester).id else null'}}
    on:
      called: {actions: [{set: {customer.phone: event.phone}}]}
      told: {internal: true}
    do:
      - approval: claim
        on: {approved: receiving, rejected: refused, returned: cancelled}
  receiving:
    do: [{task: receive, title: Receive, by: finance, form: receipt, as: receipt}]
    done: closed
  closed: {type: final, outcome: completed, result: {name: customer.name}}
  refused: {type: final, outcome: rejected, failed: true}
  cancelled: {type: final, outcome: cancelled, failed: true}
---
kind: form
id: claim
title: Claim
schema:
  type: object
  required: [topic, customer]
  properties:
    topic: {type: string}
    customer:
      type: object
      properties:
        id: {type: string}
        name: {type: string}
        email: {type: string}
        phone: {type: string}
    shouted: {type: string}
    boss: {type: [string, 'null']}
    proof: {x-attachment: true}
    people:
      type: array
      items:
        type: object
        properties: {id: {type: string}, name: {type: string}, share: {type: integer}}
edit:
  - {fields: [customer, people, topic, proof], in: [draft, checking], by: [sales]}
personal:
  - {path: customer.name, person: customer.id}
  - {path: customer.email, person: customer.id}
  - {path: customer.phone, person: customer.id}
  - {path: people.name, person: people.id}
---
kind: form
id: receipt
title: Receipt
schema: {type: object, properties: {holder: {type: string}, place: {type: string}}}
personal: [holder]
---
kind: form
id: told
title: Told
schema: {type: object, properties: {said: {type: string}}}
personal: [said]
---
kind: decision
id: loud
title: Loud
hit: FIRST
inputs: [{name: who, value: customer.name, type: string, nullable: true}]
outputs: [{name: loud, type: string}]
rules:
  - {id: same, then: {loud: customer.name}}
---
kind: approval
id: claim
title: Claim
steps: [{id: manager, approvers: {role: manager}}]
---
kind: message
id: thanks
title: Thanks
channel: in-app
to: [sales]
subject: "Thanks, {{ customer.name }}"
body: "We have your claim, {{ customer.name }}."
---
kind: collection
id: customers
title: Customers
key: id
schema:
  type: object
  required: [id]
  properties:
    id: {type: string}
    name: {type: string}
    email: {type: string}
    town: {type: string}
personal: [name, email]
---
kind: connector
id: portal
title: Portal
inbound:
  claims:
    verify: {hmac-sha256: "secret:shop"}
    once: body.id
    order: {process: claim, data: {topic: '"portal"', customer: body.customer}}
  calls:
    verify: {hmac-sha256: "secret:shop"}
    once: body.id
    event: {process: claim, name: called, key: number, value: body.ref, data: {phone: body.phone}}
"""


@contextmanager
def open_people(
    folder: Path, database: str = "", *, now: datetime = NOW, **more: Any
) -> Iterator[Application]:
    """An application at nine in the morning (`now`), with the cast and the bundle."""
    chosen = Settings(home=folder / "home", database_url=database, clock=now, **more)
    app = build(chosen)
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        if app.accounts.by_login("alice") is None:
            add_cast(app)
            write_people(folder / "people")
            bundle = open_bundle(folder / "people")
            options = PublishOptions(tests=False, second_person=False)
            done = app.publish.publish(bundle, OPERATOR, options)
            assert isinstance(done, Published), done
        yield app
    finally:
        app.close()


def write_people(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (folder / "people.yaml").write_text(DOCUMENTS, encoding="utf-8")
    return folder


def actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


def send(app: Application, login: str, body: Any, order: int = 0, channel: str = "web") -> Any:
    """A command as somebody; what it was answered."""
    return app.handle(Command(body=body, actor=actor(app, login), order=order, channel=channel))


def done(app: Application, login: str, body: Any, order: int = 0, channel: str = "web") -> Any:
    """The same, which must be accepted."""
    reply = send(app, login, body, order, channel)
    assert not isinstance(reply, Rejection), reply
    return reply


def claim(app: Application, *, end: bool = True) -> int:
    """An order about the person and one other, with the word in every way that leads in."""
    ada = actor(app, "ada")
    record = {"id": PERSON, "name": CANARY, "email": f"{CANARY}@example.test", "town": "Brno"}
    if app.store.collections.record(1, "customers", PERSON) is None:
        kept = app.collections.put(ada, "customers", PERSON, record, expected=0, channel="web")
        assert not isinstance(kept, Rejection), kept
    proof = app.attachments.take(
        actor(app, "alice"), f"{CANARY}.txt", io.BytesIO(f"signed by {CANARY}".encode())
    )
    assert not isinstance(proof, Rejection), proof
    data = {
        "topic": "late",
        "customer": {"id": PERSON, "name": f"Zuzana {CANARY}", "email": f"{CANARY}@example.test"},
        "people": [
            {"id": PERSON, "name": f"Zuzana {CANARY}", "share": 1},
            {"id": "P-18", "name": OTHER, "share": 2},
        ],
        "proof": proof.value(),
    }
    order: int = done(app, "alice", Create("claim", data)).order
    done(app, "alice", EditData({"customer": {"phone": f"+48 {CANARY}"}}), order, "api")
    refused = send(app, "alice", EditData({"customer": {CANARY: 1}}), order)
    assert isinstance(refused, Rejection)
    bob = actor(app, "bob").id
    done(app, "alice", Comment(f"{CANARY} called", mentions=(bob,)), order)
    if end:
        finish(app, order)
    return order


def finish(app: Application, order: int) -> None:
    """Approved by a reply to a mail, received, ended."""
    state = state_of(app, order)
    task = int(next(iter(state.tasks)))
    comment = f"as {CANARY} wrote"
    done(app, "bob", CastVerdict(task, "approve", comment=comment), order, "mail")
    receive(app, order)


def receive(app: Application, order: int) -> None:
    """What was approved is received, and the order ends."""
    task = int(next(iter(state_of(app, order).tasks)))
    receipt = {"holder": f"{CANARY} in person", "place": "Brno"}
    done(app, "carol", CompleteTask(task, data=receipt), order)
    assert state_of(app, order).status == "ended"


def copy_by_hand(app: Application) -> None:
    """What people copy: into a view of a list, and into a draft of a definition."""
    name = f"Zuzana {CANARY}"
    kept = app.saved_views.add(actor(app, "alice"), "orders", name, {"number": name})
    assert not isinstance(kept, Rejection), kept
    text = f"kind: decision\nid: probe\ntitle: Probe\nvalue: '\"{name}\"'\n"
    saved = app.drafting.save(
        actor(app, "ada"), "decision", "probe", text, tag=None, bundle="people"
    )
    assert not isinstance(saved, Rejection), saved


def state_of(app: Application, order: int) -> Any:
    return app.store.reads.orders_by_id(1, [order])[order].state


def message_of(**body: Any) -> bytes:
    return dumps(body)
