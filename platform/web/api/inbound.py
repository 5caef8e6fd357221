"""`/inbound`: where other systems send their messages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from orderloom.platform.app.inbound import Sent
from orderloom.platform.app.order_json import taken_json
from orderloom.platform.engine.commands import Actor
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.dependencies import App, Raw, accepted, authenticate
from orderloom.platform.web.api.described import answers, ref, takes
from orderloom.platform.web.api.inbound_route import InboundRoute

router = APIRouter(prefix="/inbound", route_class=InboundRoute, tags=["inbound"])
Id = Annotated[str, Path(max_length=200)]
Organisation = Annotated[int, Query(ge=1, le=2**31, description="Whose connector it is")]
TAKEN = answers(ref("Taken"), status=202, refusals=(400, 403, 404, 413, 503))
# Whoever signs the body needs no token.
OPEN = {**takes(""), "security": [{"token": []}, {}]}


async def sender(request: Request) -> Actor | None:
    """The user of the token, if one came at all. Raises `Refused` for a wrong one."""
    return authenticate(request) if "authorization" in request.headers else None


Sender = Annotated[Actor | None, Depends(sender)]


@router.post(
    "/{connector}",
    status_code=202,
    summary="Bring a message",
    responses=TAKEN,
    openapi_extra=OPEN,
)
def bring(
    request: Request,
    app: App,
    raw: Raw,
    actor: Sender,
    connector: Id,
    organisation: Organisation = 1,
) -> Response:
    """A JSON message of a connector, signed or with a token. Each kind of message of the connector
    whose `when` holds takes it."""
    return _answer(request, app, raw, actor, organisation, connector)


@router.post(
    "/{connector}/{message}",
    status_code=202,
    summary="Bring a message of one kind",
    responses=TAKEN,
    openapi_extra=OPEN,
)
def bring_one(
    request: Request,
    app: App,
    raw: Raw,
    actor: Sender,
    connector: Id,
    message: Id,
    organisation: Organisation = 1,
) -> Response:
    """The same for one kind of message, whatever the others would say to it."""
    return _answer(request, app, raw, actor, organisation, connector, message)


def _answer(
    request: Request,
    app: App,
    raw: bytes,
    actor: Actor | None,
    organisation: int,
    connector: str,
    message: str | None = None,
) -> Response:
    sent = Sent(
        organisation=actor.organisation if actor is not None else organisation,
        connector=connector,
        message=message,
        raw=raw,
        headers=dict(request.headers.items()),
        sender=actor,
    )
    taken = accepted(app.inbound.receive(sent))
    return json_answer({"messages": [taken_json(each) for each in taken]}, status=202)
