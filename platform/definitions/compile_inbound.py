"""What a connector brings (language 8): from `inbound` of its document to messages to run by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from orderloom.platform.definitions.compile_values import code, names, optional_code
from orderloom.platform.definitions.model_inbound import (
    InboundEvent,
    InboundMessage,
    InboundOrder,
)

SECRET: Final = "secret:"  # noqa: S105  how a definition names a secret, not one
Document = Mapping[str, Any]


def compile_inbound(document: Document) -> tuple[InboundMessage, ...]:
    """The messages of a `connector`, by id. Raises `CompileError` for a document with findings."""
    given = document.get("inbound") or {}
    return tuple(_message(id_, given[id_], f"inbound.{id_}") for id_ in sorted(given))


def _message(id_: str, one: Document, path: str) -> InboundMessage:
    verify = one.get("verify")
    event, order = one.get("event"), one.get("order")
    return InboundMessage(
        id=id_,
        once=code(one["once"], f"{path}.once"),
        when=optional_code(one, "when", path),
        secret=verify["hmac-sha256"].removeprefix(SECRET) if verify is not None else None,
        event=_event(event, f"{path}.event") if event is not None else None,
        order=_order(order, f"{path}.order") if order is not None else None,
    )


def _event(one: Document, path: str) -> InboundEvent:
    return InboundEvent(
        process=one["process"],
        name=one["name"],
        key=one["key"],
        value=code(one["value"], f"{path}.value"),
        time=optional_code(one, "time", path),
        data=names(one, "data", path),
    )


def _order(one: Document, path: str) -> InboundOrder:
    return InboundOrder(process=one["process"], data=names(one, "data", path))
