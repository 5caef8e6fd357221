"""A bundle whose orders move by messages of other systems, and senders that sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from orderloom.platform.codec import dumps

SECRETS: Final = {"wms": "warp", "shop": "weft"}
FILES: Final = {
    "bundle.yaml": """
bundle: parcels
title: Parcels
languages: [en]
zone: Europe/Warsaw
roles: {sales: Sales, manager: Manager, finance: Finance, warehouse: Warehouse}
""",
    "parcel-order.yaml": """
kind: process
id: parcel-order
title: Parcel order
form: parcel-order
number: "PO-{seq:4}"
start: {by: [sales], from: [shop]}
access: [{role: sales}]
keys: {shop-number: ref}
events:
  packed: {from: [wms]}
  shipped: {from: [wms], data: {parcel: string, weight: number}, keep: P7D}
  paid: {from: [bank], data: {amount: number}}
on:
  paid: {actions: [{set: {paid: event.amount}}]}
stages:
  new: {on: {packed: packed}}
  packed:
    on:
      shipped:
        to: sent
        actions: [{set: {parcel: event.parcel, sent_at: string(event.time)}}]
  sent: {type: final, outcome: completed}
""",
    "parcel-order-form.yaml": """
kind: form
id: parcel-order
title: Parcel order
schema:
  type: object
  required: [ref]
  properties:
    ref: {type: string}
    total: {type: number}
    paid: {type: number}
    parcel: {type: string}
    sent_at: {type: string}
""",
    "other.yaml": """
kind: process
id: other-order
title: Other order
form: parcel-order
number: "OO-{seq:4}"
start: {by: [sales]}
access: [{role: sales}]
stages: {begun: {do: [{task: look, title: Look, by: sales}], done: over}, over: {type: final}}
""",
    "connectors.yaml": """
kind: connector
id: wms
title: Warehouse
inbound:
  packed:
    verify: {hmac-sha256: "secret:wms"}
    once: body.id
    when: body.type = "packed"
    event: {process: parcel-order, name: packed, key: number, value: body.ref}
  shipped:
    verify: {hmac-sha256: "secret:wms"}
    once: body.id
    when: body.type = "shipped"
    event:
      process: parcel-order
      name: shipped
      key: shop-number
      value: body.ref
      time: body.at
      data: {parcel: body.parcel, weight: body.weight}
  wave:
    verify: {hmac-sha256: "secret:wms"}
    once: body.id
    when: body.type = "wave" and body.count > 0
    event: {process: parcel-order, name: packed, key: number, value: body.refs}
---
kind: connector
id: shop
title: Shop
inbound:
  orders:
    verify: {hmac-sha256: "secret:shop"}
    once: headers.x_shopify_webhook_id
    when: headers.x_shopify_topic = "orders/create"
    order: {process: parcel-order, data: {ref: string(body.id), total: number(body.total)}}
---
kind: connector
id: bank
title: Bank
inbound:
  paid:
    once: body.id
    event:
      process: parcel-order
      name: paid
      key: number
      value: body.ref
      data: {amount: body.amount}
---
kind: connector
id: deaf
title: Brings nothing
""",
}


def write_inbound_bundle(folder: Path, **changed: tuple[str, str]) -> Path:
    """The bundle's folder. `changed`: old and new text of `connectors.yaml`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        for old, new in changed.values() if name == "connectors.yaml" else ():
            assert old in content, old
            content = content.replace(old, new)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def set_secrets(monkeypatch: pytest.MonkeyPatch, secrets: Mapping[str, str] = SECRETS) -> None:
    """Sets them as an installation does."""
    for name, value in secrets.items():
        monkeypatch.setenv(f"ORDERLOOM_SECRET_{name.upper()}", value)


def signature(secret: str, raw: bytes) -> str:
    """What a sender puts into `X-Signature-256`."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def in_base64(secret: str, raw: bytes) -> str:
    """The same as some shops send it."""
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()


def raw_of(body: Any) -> bytes:
    """A message's bytes."""
    return body if isinstance(body, bytes) else dumps(body)
