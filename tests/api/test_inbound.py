"""Messages of other systems over HTTP: proved, kept, carried out once; early ones wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Api
from parts.inbound_bundle import (
    SECRETS,
    in_base64,
    raw_of,
    set_secrets,
    signature,
)
from parts.inbound_senders import (
    advance,
    open_parcels,
    order,
    packed,
    publish,
    send,
    shipped,
    shop_headers,
    stages,
    told,
)

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import verify_store
from orderloom.platform.app.inbound import Sent
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.codec import loads
from orderloom.platform.problem import Rejection


@pytest.fixture(scope="module")
def still_life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, Api]]:
    """An application for requests that change nothing, one for all of them."""
    with pytest.MonkeyPatch.context() as patch:
        set_secrets(patch)
        with open_parcels(tmp_path_factory.mktemp("inbound")) as app, Api(app) as api:
            yield app, api


# ── what is not taken: nothing is kept, nothing happens ──────────────────────────────────────


@dataclass(frozen=True)
class No:
    """A request and its refusal. `raw`: the bytes; `{number}` in them is a real order's."""

    path: str
    code: str
    status: int
    raw: bytes = b'{"id":"m1","type":"packed","ref":"{number}"}'
    secret: str | None = "wms"
    login: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    tampered: bool = False


DEEP = b'{"id":"m1","type":"packed","ref":"{number}","x":' + b"[" * 60 + b"]" * 60 + b"}"
NOES = {
    "no proof": No("wms", "inbound.unsigned", 401, secret=None),
    "signed by another secret": No("wms", "inbound.signature", 401, secret="shop"),
    "changed after signing": No("wms", "inbound.signature", 401, tampered=True),
    "an empty signature": No(
        "wms", "inbound.signature", 401, secret=None, headers={"X_Signature_256": ""}
    ),
    "a signature of signs": No(
        "wms", "inbound.signature", 401, secret=None, headers={"X_Signature_256": "sha256=+/~"}
    ),
    "a token where a signature is wanted": No(
        "wms", "inbound.unsigned", 401, secret=None, login="robot"
    ),
    "a wrong token": No(
        "bank", "token.wrong", 401, secret=None, headers={"Authorization": "Bearer olp_no"}
    ),
    "no token": No("bank", "token.missing", 401, secret=None),
    "a token without the permission": No(
        "bank", "permission.missing", 403, secret=None, login="alice"
    ),
    "a signature where a token is wanted": No("bank", "inbound.signature", 401),
    "no such connector": No("wmss", "inbound.not_found", 404),
    "no such message": No("wms/pakked", "inbound.not_found", 404),
    "a connector that brings nothing": No("deaf", "inbound.not_found", 404),
    "another organisation": No("wms?organisation=2", "inbound.not_found", 404),
    "no organisation": No("wms?organisation=x", "request.invalid", 422),
    "not JSON": No("wms", "json.malformed", 400, raw=b'{"id":'),
    "a key twice": No("wms", "json.duplicate_key", 400, raw=b'{"id":1,"id":2}'),
    "not UTF-8": No("wms", "json.encoding", 400, raw=b'{"id":"\xff"}'),
    "no number": No("wms", "json.number", 400, raw=b'{"id":NaN}'),
    "too deep": No("wms", "json.too_deep", 400, raw=DEEP),
    "too large": No("wms", "request.too_large", 413, raw=b'"' + b"x" * 1_100_000 + b'"'),
}


@pytest.mark.parametrize("name", NOES)
def test_what_is_not_taken(still_life: tuple[Application, Api], name: str) -> None:
    (app, api), no = still_life, NOES[name]
    number = order(api, name)
    raw = no.raw.replace(b"{number}", number.encode())
    headers = dict(no.headers)
    if no.secret:
        headers["X_Signature_256"] = signature(SECRETS[no.secret], raw)
    if no.tampered:
        raw = raw.replace(b"m1", b"m2")
    answer = api.call(no.login, "POST", f"/inbound/{no.path}", raw=raw, **headers)
    assert (answer.code, answer.status) == (no.code, no.status)
    assert stages(api, number) == ["new"]
    assert app.store.inbound.listed(1, None, before=None, limit=9) == []
    assert verify_store(app)["ok"] is True


def test_refused_attempts_are_noted_and_never_a_flood(parcels: Application, sender: Api) -> None:
    for _ in range(20):
        assert send(sender, "wms", packed("PO-1"), secret="shop").code == "inbound.signature"
    noted = [
        loads(entry.body)["code"]
        for stream in parcels.store.audit.streams()
        if stream.name.startswith("security")
        for entry in stream.entries
        if loads(entry.body)["t"] == "refused"
    ]
    assert noted == ["inbound.signature"] * 5


def test_without_its_secret_a_connector_takes_nothing(
    sender: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = order(sender)
    monkeypatch.delenv("ORDERLOOM_SECRET_WMS")
    answer = send(sender, "wms", packed(number), secret="wms")
    assert (answer.code, answer.status) == ("inbound.no_secret", 503)
    monkeypatch.setenv("ORDERLOOM_SECRET_WMS", "")
    raw = raw_of(packed(number))
    empty = {"X_Signature_256": signature("", raw)}
    assert sender.call(None, "POST", "/inbound/wms", raw=raw, **empty).status == 503
    assert stages(sender, number) == ["new"]


# ── what is taken ────────────────────────────────────────────────────────────────────────────


def test_a_signed_message_moves_its_order_once(parcels: Application, sender: Api) -> None:
    number = order(sender)
    first = send(sender, "wms", packed(number), secret="wms")
    assert told(first) == [("packed", "done", None)]
    assert first.body["messages"][0]["order"] == number
    assert stages(sender, number) == ["packed"]
    before = sender.call("alice", "GET", f"/orders/{number}").body["revision"]
    again = [
        send(sender, "wms", packed(number), secret="wms"),
        send(sender, "wms/packed", packed(number), secret="wms"),
        send(sender, "wms", packed(number, sent="again"), secret="wms"),
    ]
    assert [each.body for each in again] == [first.body] * 3
    assert sender.call("alice", "GET", f"/orders/{number}").body["revision"] == before
    entries = sender.call("alice", "GET", f"/orders/{number}/audit").body
    assert verify_store(parcels)["ok"] is True, entries


def test_the_same_message_at_the_same_time_has_one_effect(
    parcels: Application, sender: Api
) -> None:
    number = order(sender)
    raw = raw_of(packed(number))
    sent = Sent(
        organisation=1,
        connector="wms",
        raw=raw,
        headers={"x-signature-256": signature(SECRETS["wms"], raw)},
    )
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: parcels.inbound.receive(sent), range(16)))
    ids = {kept.id for taken in answers if not isinstance(taken, Rejection) for kept in taken}
    assert len(ids) == 1
    assert sender.call("alice", "GET", f"/orders/{number}").body["revision"] == 2
    assert told(send(sender, "wms", raw, secret="wms")) == [("packed", "done", None)]


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("X_Signature_256", signature),
        ("X_Hub_Signature_256", signature),
        ("X_Shopify_Hmac_Sha256", in_base64),
        ("X_WC_Webhook_Signature", in_base64),
        ("X_Signature_256", lambda s, raw: signature(s, raw).removeprefix("sha256=").upper()),
    ],
)
def test_signatures_as_common_senders_write_them(sender: Api, header: str, form: Any) -> None:
    number = order(sender)
    raw = raw_of(packed(number))
    answer = sender.call(None, "POST", "/inbound/wms", raw=raw, **{header: form("warp", raw)})
    assert told(answer) == [("packed", "done", None)]


def test_an_order_comes_from_the_shop_once(parcels: Application, sender: Api) -> None:
    raw = raw_of({"id": 4711, "total": "10.50"})
    first = sender.call(None, "POST", "/inbound/shop", raw=raw, **shop_headers(raw))
    assert told(first) == [("orders", "done", None)]
    number = first.body["messages"][0]["order"]
    found = sender.call("alice", "GET", f"/orders/{number}").body
    assert found["data"]["ref"] == "4711"
    assert str(found["data"]["total"]) == "10.50"
    assert found["channel"] == "connector"
    again = sender.call(None, "POST", "/inbound/shop", raw=raw, **shop_headers(raw))
    assert again.body == first.body
    other = raw_of({"id": 4712, "total": "1"})
    more = sender.call(None, "POST", "/inbound/shop", raw=other, **shop_headers(other, "w-2"))
    assert more.body["messages"][0]["order"] != number
    assert len(sender.call("alice", "GET", "/orders").body["items"]) == 2


def test_what_nothing_wants_is_kept_and_ignored(sender: Api) -> None:
    raw = raw_of({"id": 1})
    headers = shop_headers(raw, topic="products/update")
    answer = sender.call(None, "POST", "/inbound/shop", raw=raw, **headers)
    assert told(answer) == [("", "ignored", None)]
    again = sender.call(None, "POST", "/inbound/shop", raw=raw, **headers)
    assert again.body == answer.body


def test_a_token_stands_for_a_signature_where_none_is_wanted(sender: Api) -> None:
    number = order(sender)
    body = {"id": 1, "ref": number, "amount": 12.34}
    assert told(send(sender, "bank", body, login="robot")) == [("paid", "done", None)]
    assert str(sender.call("alice", "GET", f"/orders/{number}").body["data"]["paid"]) == "12.34"


def test_the_time_told_is_the_event_s(sender: Api) -> None:
    number = order(sender)
    send(sender, "wms", packed(number), secret="wms")
    sent = send(sender, "wms", shipped("A-1", at="2026-03-01T08:00:00"), secret="wms")
    assert told(sent) == [("shipped", "done", None)]
    data = sender.call("alice", "GET", f"/orders/{number}").body["data"]
    assert data["parcel"] == "P-9"
    # A time without a zone is one of the bundle's.
    assert data["sent_at"] == "2026-03-01T08:00:00@Europe/Warsaw"


# ── what comes early ─────────────────────────────────────────────────────────────────────────


def test_an_event_before_its_stage_waits_in_the_order(sender: Api) -> None:
    number = order(sender)
    assert told(send(sender, "wms", shipped("A-1"), secret="wms")) == [("shipped", "done", None)]
    assert stages(sender, number) == ["new"]
    send(sender, "wms", packed(number), secret="wms")
    assert sender.call("alice", "GET", f"/orders/{number}").body["outcome"] == "completed"


def test_an_event_before_its_order_waits_for_it(parcels: Application, sender: Api) -> None:
    early = send(sender, "wms", shipped("A-7"), secret="wms")
    assert told(early) == [("shipped", "received", "inbound.no_order")]
    assert told(send(sender, "wms", shipped("A-7"), secret="wms")) == told(early)
    number = order(sender, "A-7")
    send(sender, "wms", packed(number), secret="wms")
    assert stages(sender, number) == ["packed"]
    worker = worker_of(parcels)
    advance(parcels, timedelta(minutes=1))
    worker.run_once()
    assert sender.call("alice", "GET", f"/orders/{number}").body["outcome"] == "completed"
    assert told(send(sender, "wms", shipped("A-7"), secret="wms")) == [("shipped", "done", None)]


def test_a_message_reads_when_it_came_in_the_bundle_s_zone(
    parcels: Application, sender: Api, tmp_path: Path
) -> None:
    clock = 'parcel: string(today) + " " + string(now.hour)'
    publish(parcels, tmp_path, shipped=("parcel: body.parcel", clock))
    advance(parcels, timedelta(hours=11, minutes=30))  # half past eleven in the evening, UTC
    early = send(sender, "wms", shipped("A-7"), secret="wms")
    assert told(early) == [("shipped", "received", "inbound.no_order")]
    number = order(sender, "A-7")
    send(sender, "wms", packed(number), secret="wms")
    worker = worker_of(parcels)
    advance(parcels, timedelta(days=2))
    worker.run_once()
    found = sender.call("alice", "GET", f"/orders/{number}").body
    assert (found["outcome"], found["data"]["parcel"]) == ("completed", "2026-03-03 0")


def test_an_event_whose_order_never_comes_stands_still(parcels: Application, sender: Api) -> None:
    send(sender, "wms", shipped("A-8"), secret="wms")
    worker = worker_of(parcels)
    advance(parcels, timedelta(days=6))
    worker.run_once()
    assert told(send(sender, "wms", shipped("A-8"), secret="wms"))[0][1] == "received"
    advance(parcels, timedelta(days=1))
    worker.run_once()
    found = told(send(sender, "wms", shipped("A-8"), secret="wms"))
    assert found == [("shipped", "quarantined", "inbound.no_order")]


def test_a_message_that_its_request_left_behind_is_the_worker_s(
    parcels: Application, sender: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = order(sender)
    with monkeypatch.context() as patch:
        patch.setattr(parcels.inbound, "carried", lambda kept: kept, raising=True)
        assert told(send(sender, "wms", packed(number), secret="wms"))[0][1] == "received"
    worker = worker_of(parcels)
    worker.run_once()
    assert stages(sender, number) == ["new"]
    advance(parcels, timedelta(seconds=30))
    worker.run_once()
    assert stages(sender, number) == ["packed"]
