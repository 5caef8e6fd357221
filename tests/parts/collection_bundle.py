"""An application with two collections: customers with fields of every kind, and numbered parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.codec import loads
from orderloom.platform.engine import Actor
from orderloom.platform.settings import Settings
from parts.application import add_cast
from parts.migrated import build

BUNDLE = """\
bundle: reference
title: Reference
languages: [en, pl, sk]
roles: {sales: Sales}
"""
COLLECTIONS = """\
kind: collection
id: customers
title: {en: Customers, pl: Klienci, sk: Zákazníci}
key: id
schema:
  type: object
  required: [id, name]
  additionalProperties: false
  properties:
    id: {type: string, pattern: "^C-[0-9]+$"}
    name: {type: string, minLength: 1, maxLength: 100, title: Name}
    email: {type: string, format: email}
    tax_id: {type: string, x-same: code}
    country: {type: string, enum: [PL, SK, DE]}
    credit: {type: number, minimum: 0, multipleOf: 0.01}
    terms: {type: integer}
    active: {type: boolean}
    since: {type: string, format: date}
    address:
      type: object
      additionalProperties: false
      properties: {city: {type: string}, zip: {type: string}}
    tags: {type: array, items: {type: string}}
    more: {}
---
kind: collection
id: parts
title: Parts
key: number
schema:
  type: object
  required: [number]
  properties:
    number: {type: integer, minimum: 1}
    name: {type: string}
"""


@contextmanager
def with_collections(folder: Path, *, database: str = "", **more: Any) -> Iterator[Application]:
    """Opened on a SQLite file in `folder`, or on the database given; closed at the end."""
    app = build(Settings(home=folder / "home", database_url=database, **more))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    try:
        add_cast(app)
        publish_collections(app, folder)
        yield app
    finally:
        app.close()


def publish_collections(app: Application, folder: Path) -> Path:
    """Publishes the bundle; where it is."""
    bundle = folder / "reference"
    bundle.mkdir(exist_ok=True)
    (bundle / "bundle.yaml").write_text(BUNDLE, encoding="utf-8")
    (bundle / "collections.yaml").write_text(COLLECTIONS, encoding="utf-8")
    options = PublishOptions(tests=False, second_person=False)
    done = app.publish.publish(open_bundle(bundle), OPERATOR, options)
    assert isinstance(done, Published), done
    return bundle


def holder(app: Application, login: str, *permissions: str) -> Actor:
    """Somebody of the cast with these permissions."""
    actor = app.accounts.by_login(login)
    assert actor is not None
    return replace(actor, permissions=frozenset(permissions))


def entries(app: Application, type_: str) -> list[dict[str, Any]]:
    """What the security streams tell of this type, in their order."""
    return [
        body
        for stream in app.store.audit.streams()
        for entry in stream.entries
        if (body := loads(entry.body))["t"] == type_
    ]


def customer(number: int, **more: Any) -> dict[str, Any]:
    """A customer that fits."""
    return {"id": f"C-{number}", "name": f"Customer {number}", **more}
