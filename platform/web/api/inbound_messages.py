"""`/inbound-messages`: what other systems sent, and ways out for what stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import AssignMessage, DiscardMessage, read_body
from orderloom.platform.web.api.dependencies import App, Caller, Cursor, Limit, Raw, accepted
from orderloom.platform.web.api.described import answers, page_of, ref, takes
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(prefix="/inbound-messages", route_class=ApiRoute, tags=["inbound"])
Id = Annotated[int, Path(ge=1, le=2**62)]
SETTLED = answers(ref("InboundMessage"), refusals=(400, 403, 404, 409, 413))


@router.get("", summary="List messages", responses=answers(page_of("InboundLine"), refusals=(403,)))
def list_messages(
    app: App,
    actor: Caller,
    state: Literal["received", "done", "ignored", "quarantined", "discarded"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What came, the newest first. `quarantined` ones wait for somebody."""
    page = accepted(app.inbound_reads.listed(actor, state, cursor, limit))
    return json_answer(
        {"items": [shapes.inbound_line_json(line) for line in page.items], "next": page.next}
    )


@router.get(
    "/{id}",
    summary="Read a message",
    responses=answers(ref("InboundMessage"), refusals=(403, 404)),
)
def read_message(app: App, actor: Caller, id: Id) -> Response:
    """A message with what came."""
    return json_answer(shapes.inbound_json(accepted(app.inbound_reads.one(actor, id))))


@router.post("/{id}/retry", summary="Try a message again", responses=SETTLED)
def retry_message(app: App, actor: Caller, id: Id) -> Response:
    """Carries it out from the beginning, by the connector's definition of today."""
    return _settled(app, actor, id, lambda: app.settling.retry(actor, id))


@router.post(
    "/{id}/assign",
    summary="Assign a message to an order",
    responses=SETTLED,
    openapi_extra=takes("AssignMessage"),
)
def assign_message(app: App, actor: Caller, id: Id, raw: Raw) -> Response:
    """The message is for the order of that number, whatever its own key says."""
    sent = read_body(raw, AssignMessage, limit=app.settings.body_limit)
    return _settled(app, actor, id, lambda: app.settling.assign(actor, id, sent.number))


@router.post(
    "/{id}/discard",
    summary="Discard a message",
    responses=SETTLED,
    openapi_extra=takes("DiscardMessage"),
)
def discard_message(app: App, actor: Caller, id: Id, raw: Raw) -> Response:
    """Nobody needs it: with a reason, which the audit keeps."""
    sent = read_body(raw, DiscardMessage, limit=app.settings.body_limit)
    return _settled(app, actor, id, lambda: app.settling.discard(actor, id, sent.reason))


def _settled(app: App, actor: Caller, id: int, way: Callable[[], object]) -> Response:
    accepted(way())
    return json_answer(shapes.inbound_json(accepted(app.inbound_reads.one(actor, id))))
