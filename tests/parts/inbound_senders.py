"""An application whose orders move by messages of other systems, and those who send them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from parts.api_client import Answer, Api
from parts.application import small_application
from parts.inbound_bundle import SECRETS, in_base64, raw_of, signature, write_inbound_bundle

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


@contextmanager
def open_parcels(folder: Path, database: str = "") -> Iterator[Application]:
    """An application at noon, with the bundle and somebody who may send without a signature."""
    with small_application(folder, database=database, clock=NOON) as app:
        app.accounts.set_role("robot", ["inbound.send"], title="Robot")
        app.accounts.add_user("robot", name="Robot", password="warp-and-weft-7", roles=["robot"])
        publish(app, folder)
        yield app


def publish(app: Application, folder: Path, **changed: tuple[str, str]) -> None:
    bundle = open_bundle(write_inbound_bundle(folder / "parcels", **changed))
    done = app.publish.publish(bundle, OPERATOR, PublishOptions(tests=False, second_person=False))
    assert isinstance(done, Published), done


def order(api: Api, ref: str = "A-1", process: str = "parcel-order") -> str:
    body = {"process": process, "data": {"ref": ref}}
    answer = api.call("alice", "POST", "/orders", body)
    assert answer.status == 201, answer
    return str(answer.body["number"])


def send(
    api: Api,
    path: str,
    body: Any,
    *,
    secret: str | None = None,
    login: str | None = None,
    **more: str,
) -> Answer:
    """A message, signed by the secret, or with somebody's token."""
    raw = raw_of(body)
    headers = {"X_Signature_256": signature(SECRETS[secret], raw)} if secret else {}
    return api.call(login, "POST", f"/inbound/{path}", raw=raw, **headers, **more)


def packed(ref: str, id_: str = "m1", **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": "packed", "ref": ref, **more}


def shipped(ref: str, id_: str = "m2", **more: Any) -> dict[str, Any]:
    return {"id": id_, "type": "shipped", "ref": ref, "parcel": "P-9", **more}


def shop_headers(raw: bytes, id_: str = "w-1", topic: str = "orders/create") -> dict[str, str]:
    return {
        "X_Shopify_Hmac_Sha256": in_base64(SECRETS["shop"], raw),
        "X_Shopify_Topic": topic,
        "X_Shopify_Webhook_Id": id_,
    }


def stages(api: Api, number: str) -> list[str]:
    return list(api.call("alice", "GET", f"/orders/{number}").body["stages"])


def told(answer: Answer) -> list[tuple[str, str, str | None]]:
    """Which messages a request came to be, and why they stand still."""
    assert answer.status == 202, answer
    return [(each["message"], each["state"], each["code"]) for each in answer.body["messages"]]


def advance(app: Application, by: timedelta) -> None:
    clock = app.clock
    assert isinstance(clock, FixedClock)
    clock.set(clock.now() + by)
