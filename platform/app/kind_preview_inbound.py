"""What a message of another system would become by a connector that is being changed. No order is
looked for, nothing is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from orderloom.platform.app.inbound_reading import Came, data_of, event_of, identity, wants
from orderloom.platform.codec import dumps
from orderloom.platform.definitions.compile_inbound import compile_inbound
from orderloom.platform.definitions.model_inbound import InboundMessage
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words

MOST_KINDS: Final = 50
MOST_SHOWN: Final = 20_000


def inbound_preview(
    value: Mapping[str, Any],
    given: Mapping[str, Any],
    *,
    now: datetime,
    zone: tzinfo,
    words: Words,
) -> list[dict[str, Any]]:
    """Of each kind of message that the connector brings: whether a `message` (JSON, None: `{}`)
    with `headers` is one, and what it becomes. Of a value of the right shape."""
    try:
        kinds = compile_inbound(value)
    except (ValueError, LookupError, TypeError) as error:
        return [{"id": "", "why": str(error)[:300]}]
    message = given.get("message")
    body = {} if message is None else message
    names = {_name(key): str(each) for key, each in (given.get("headers") or {}).items()}
    came = Came(body, names, received=now, zone=lambda: zone)
    return [_told(each, came, words) for each in kinds[:MOST_KINDS]]


def _name(header: Any) -> str:
    """A header's name as expressions read it."""
    return str(header).lower().replace("-", "_")


def _told(kind: InboundMessage, came: Came, words: Words) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": kind.id,
        "process": kind.process,
        "signed": kind.secret is not None,
        "event": kind.event.name if kind.event is not None else "",
    }
    wanted = wants(kind, came)
    if isinstance(wanted, Rejection):
        return {**found, "why": _said(wanted, words)}
    if not wanted:
        return {**found, "wanted": False}
    once = identity(kind, came)
    if isinstance(once, Rejection):
        return {**found, "why": _said(once, words)}
    return {**found, "wanted": True, **_becomes(kind, came, words)}


def _becomes(kind: InboundMessage, came: Came, words: Words) -> dict[str, Any]:
    if kind.event is not None:
        told = event_of(kind.event, came)
        if isinstance(told, Rejection):
            return {"why": _said(told, words)}
        return {
            "key": kind.event.key,
            "values": list(told.values),
            "data": _json(told.data),
            "time": told.time.isoformat() if told.time is not None else "",
        }
    data = data_of(kind.order.data, came) if kind.order is not None else {}
    if isinstance(data, Rejection):
        return {"why": _said(data, words)}
    return {"data": _json(data)}


def _json(value: Any) -> str:
    return dumps(value).decode()[:MOST_SHOWN]


def _said(rejection: Rejection, words: Words) -> str:
    key = f"problems.{rejection.code}"
    return words.text(key, **rejection.params) if words.has(key) else rejection.message
