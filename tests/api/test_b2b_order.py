"""The B2B example by REST: created, approved by bob, unknown to mallory, exact to 34 digits."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from parts.api_client import Api
from parts.migrated import build
from parts.shared_data import REPOSITORY

from orderloom.platform.app import demo
from orderloom.platform.app.application import Application
from orderloom.platform.app.bringing import publish_if_new
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.settings import Settings

EXACT = "12345678901234567890123456789012.34"
BODY = """{"process": "b2b-order", "data": {
  "customer": {"id": "C-6", "name": "Nowa Firma", "country": "PL", "tax_id": "PL1130000006"},
  "delivery": {"method": "pickup", "postal_code": "01-001"},
  "lines": [{"sku": "LN-1", "qty": 1, "price": PRICE}]}}"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    opened = build(Settings(home=tmp_path / "home"))
    opened.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    demo.add_cast(opened)
    publish_if_new(opened, open_bundle(REPOSITORY / "examples" / "b2b-order"))
    yield opened
    opened.close()


@pytest.fixture
def api(app: Application) -> Iterator[Api]:
    with Api(app) as opened:
        yield opened


def test_an_order_is_approved_and_keeps_its_digits(api: Api) -> None:
    raw = BODY.replace("PRICE", "39000").encode()
    made = api.call("alice", "POST", "/orders", raw=raw, Idempotency_Key="first")
    assert (made.status, made.body["state"], made.body["stages"]) == (201, "open", ["approval"])
    assert {"number", "revision", "stages", "state", "data"} <= made.body.keys()
    number = made.body["number"]
    again = api.call("alice", "POST", "/orders", raw=raw, Idempotency_Key="first")
    assert (again.status, again.body) == (201, made.body)
    (task,) = api.call("bob", "GET", "/tasks?scope=mine").body["items"]
    assert task["order"] == number
    assert api.call("mallory", "GET", f"/orders/{number}").code == "order.not_found"
    path, verdict = f"/tasks/{task['id']}/verdict", {"verdict": "approve", "comment": "ok"}
    assert api.call("mallory", "POST", path, verdict).status == 404
    voted = api.call("bob", "POST", path, verdict)
    assert (voted.status, "approval" in voted.body["stages"]) == (200, False)
    told = [
        each["text"] for each in api.call("erin", "GET", f"/orders/{number}/audit").body["items"]
    ]
    assert any("Bob" in each for each in told)


def test_an_amount_of_34_digits(api: Api) -> None:
    made = api.call("alice", "POST", "/orders", raw=BODY.replace("PRICE", EXACT).encode())
    assert made.status == 201, made.body
    seen = api.call("alice", "GET", f"/orders/{made.body['number']}")
    assert seen.body["data"]["lines"][0]["price"] == Decimal(EXACT)
    listed = api.call("alice", "GET", "/orders").body["items"]
    assert [each["number"] for each in listed] == [made.body["number"]]
