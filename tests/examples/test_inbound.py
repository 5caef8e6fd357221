"""The examples of subscriptions and quotes take signed messages of other systems, each once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Answer, Api
from parts.examples import folder
from parts.inbound_bundle import raw_of, set_secrets, signature
from parts.migrated import build

from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.demo import add_cast
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.engine import commands as c
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings

pytestmark = pytest.mark.slow

SECRET = "s-4"
PAID = {"id": 1, "type": "payment.succeeded", "reference": "F-1", "payment": "p-1"}
SIGN_UP = {
    "id": 9,
    "customer": "U-1",
    "email": "accounts@kalina.example",
    "plan": "team",
    "seats": 3,
    "token": "tok-1",
    "last4": "4242",
    "expires": "2099-12-31",
}


ENQUIRY = {
    "id": "e-1",
    "customer": "K-1",
    "person": "Eva",
    "email": "eva@klas.example",
    "subject": "Wi-Fi",
    "items": [{"sku": "AP-6", "quantity": 4}, {"sku": "SW-1", "quantity": 1}],
}


def test_money_and_cards_come_by_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_secrets(monkeypatch, {"CARD_PROVIDER": SECRET, "SELF_SERVICE": SECRET})
    plan = {"id": "team", "name": "Team", "seat_price": 10}
    with _opened(tmp_path, "subscription", plans={"team": plan}) as (app, api):
        order = _sent(api, "self-service", SIGN_UP)
        for answer in ({"id": "t"}, {"number": "F-1"}, {"id": "ch"}):
            _answered(app, order, answer)
        assert "awaiting-payment" in _order(api, order)["stages"]
        # A part of it; the same message again is no second payment.
        _sent(api, "card-provider", {**PAID, "amount": 10})
        assert _order(api, order)["data"]["open_amount"] == 20
        _sent(api, "card-provider", {**PAID, "id": 2, "amount": 20})
        assert "settled" in _order(api, order)["stages"]
        card = {"token": "tok-2", "last4": "1881", "expires": "2099-01-31"}
        _sent(api, "card-provider", {"id": 3, "type": "card.updated", "order": order, **card})
        assert _order(api, order)["data"]["card"]["last_digits"] == "1881"


def test_an_enquiry_becomes_a_quote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_secrets(monkeypatch, {"WEB_ENQUIRIES": SECRET})
    point = {"sku": "AP-6", "name": "Access point", "category": "goods", "price": 289, "cost": 171}
    with _opened(tmp_path, "quote-to-order", **{"price-list": {"AP-6": point}}) as (_, api):
        quote = _order(api, _sent(api, "web-enquiries", ENQUIRY))
    lines = [(each["line_no"], each["sku"], each["qty"]) for each in quote["data"]["lines"]]
    assert lines == [(1, "AP-6", 4), (2, "SW-1", 1)]
    assert (quote["data"]["total"], quote["data"]["topic"]) == (1156, "Wi-Fi")
    assert quote["stages"] == ["checking"]


@contextmanager
def _opened(home: Path, example: str, **rows: Any) -> Iterator[tuple[Application, Api]]:
    """An application with the demo's people, one example, and rows of its collections."""
    app = build(Settings(home=home, second_person=False, secret="x" * 32))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    add_cast(app)
    publish_if_new(app, open_bundle(folder(example)))
    for collection, records in rows.items():
        app.store.collections.replace(1, collection, records)
    with Api(app) as api:
        yield app, api
    app.close()


def _sent(api: Api, connector: str, body: dict[str, Any]) -> str:
    """A signed message, sent twice, done once; its order's number."""
    raw = raw_of(body)
    head = {"X_Signature_256": signature(SECRET, raw)}
    first, again = (_posted(api, connector, raw, head) for _ in "ab")
    assert first.body == again.body
    (told,) = first.body["messages"]
    assert told["state"] == "done", told
    return str(told["order"])


def _posted(api: Api, connector: str, raw: bytes, head: dict[str, str]) -> Answer:
    answer = api.call(None, "POST", f"/inbound/{connector}", raw=raw, **head)
    assert answer.status == 202, answer
    return answer


def _order(api: Api, number: str) -> dict[str, Any]:
    return dict(api.call("alice", "GET", f"/orders/{number}").body)


def _answered(app: Application, number: str, result: dict[str, Any]) -> None:
    """What another system answers to the one open call."""
    stored = app.store.reads.order_by_number(1, number)
    assert stored is not None
    (call,) = stored.state.calls
    body = c.CallResult(int(call), result=result)
    command = c.Command(body=body, actor=c.SYSTEM, order=stored.id, channel="worker")
    assert not isinstance(app.handle(command), Rejection)
