"""The B2B example from the shop's order to the customer's door, by signed messages alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Answer, Api
from parts.examples import folder
from parts.inbound_bundle import raw_of, set_secrets, signature
from parts.migrated import build

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.demo import add_cast
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

SECRETS = {"shop": "s-1", "wms": "s-2", "erp": "s-3"}
CUSTOMER = {
    "id": "C-1",
    "name": "Bukowina",
    "country": "PL",
    "tier": "key",
    "tax_id": "PL5250000001",
}
ORDER = {
    "id": 20_417,
    "topic": "order",
    "customer": "C-1",
    "person": "Maria",
    "phone": "+48 22 100 20 30",
    "email": "maria@bukowina.example",
    "currency": "PLN",
    "delivery": {"method": "express", "postal_code": "00-625", "city": "Warszawa"},
    "items": [{"sku": "KR-7", "name": "Krzesło", "quantity": 2, "price": "749.50"}],
}


def test_from_the_shop_to_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_secrets(monkeypatch, SECRETS)
    app = build(Settings(home=tmp_path, second_person=False, secret="x" * 32))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    add_cast(app)
    publish_if_new(app, open_bundle(folder("b2b-order")))
    app.store.collections.replace(1, "customers", {"C-1": CUSTOMER})
    with Api(app) as api:
        _journey(app, api)
    assert verify_store(app)["ok"] is True
    app.close()


def _journey(app: Application, api: Api) -> None:
    ref = str(_sent(api, "shop", ORDER)["order"])
    assert _at(api, ref) == ["reserving"]
    # The carrier's word comes before the warehouse's, and waits.
    _sent(api, "wms", {"id": 1, "type": "delivered", "ref": ref})
    _sent(api, "wms", {"id": 2, "type": "reserved", "ref": ref, "at": "2026-03-02T08:00:00Z"})
    assert _at(api, ref) == ["picking"]
    _sent(api, "wms", {"id": 3, "type": "picked", "ref": ref, "short": [{"sku": "KR-7", "qty": 1}]})
    assert _at(api, ref) == ["shipping"]
    _sent(api, "wms", {"id": 4, "type": "shipped", "ref": ref, "parcel": "PAL-1"})
    # It was delivered at once: that had come already.
    assert _at(api, ref) == ["invoicing", "papers-done"]
    data = api.call("alice", "GET", f"/orders/{ref}").body["data"]
    assert (data["parcel"], data["lines"][0]["short"], data["channel_ref"]) == ("PAL-1", 1, "20417")
    _invoiced(app, ref)
    _sent(api, "erp", {"id": 5, "type": "payment", "ref": ref})
    assert api.call("alice", "GET", f"/orders/{ref}").body["outcome"] == "completed"
    late = {"id": 6, "topic": "cancellation", "order": 20_417, "reason": "Too late"}
    (told,) = _post(api, "shop", late).body["messages"]
    assert (told["message"], told["state"]) == ("cancellations", "quarantined")


def _post(api: Api, connector: str, body: dict[str, Any]) -> Answer:
    """A signed message, sent twice: one answer."""
    raw = raw_of(body)
    head = {"X_Signature_256": signature(SECRETS[connector], raw)}
    first, again = (api.call(None, "POST", f"/inbound/{connector}", raw=raw, **head) for _ in "ab")
    assert first.status == again.status == 202, first
    assert first.body == again.body
    return first


def _sent(api: Api, connector: str, body: dict[str, Any]) -> dict[str, Any]:
    """The one message that it came to be, done, its order moved once."""
    before = len(api.call("alice", "GET", "/orders").body["items"])
    (told,) = _post(api, connector, body).body["messages"]
    assert told["state"] == "done", told
    after = len(api.call("alice", "GET", "/orders").body["items"])
    assert after - before == (connector == "shop")
    return dict(told)


def _at(api: Api, number: str) -> list[str]:
    return list(api.call("alice", "GET", f"/orders/{number}").body["stages"])


def _invoiced(app: Application, number: str) -> None:
    """The ERP's answer to the call, which this test does not make."""
    stored = app.store.reads.order_by_number(1, number)
    assert stored is not None
    (call,) = stored.state.calls
    body = c.CallResult(int(call), result={"id": "FV/1"})
    command = c.Command(body=body, actor=c.SYSTEM, order=stored.id, channel="worker")
    assert not isinstance(app.handle(command), Rejection)
