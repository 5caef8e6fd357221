"""What every address of the API starts from: the application, who calls, the bytes sent."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request

from orderloom.platform.app.application import Application
from orderloom.platform.engine.commands import Actor, Body, Command
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.problems import language_of


async def application(request: Request) -> Application:
    """The one application that the server was started with."""
    found: Application = request.app.state.application
    return found


async def caller(request: Request) -> Actor:
    """The user of the Bearer token. Raises `Refused` with `token.missing` or `token.wrong`."""
    known: Actor | None = getattr(request.state, "actor", None)
    return known or authenticate(request)


def authenticate(request: Request) -> Actor:
    """The same, asking the database, and kept with the request."""
    app: Application = request.app.state.application
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(Rejection("token.missing", "Expected the header Authorization: Bearer …"))
    actor = app.accounts.by_token(token.strip())
    if actor is None:
        raise Refused(Rejection("token.wrong", "The token is not known or has expired."))
    request.state.language = actor.language
    actor = replace(actor, language=language_of(request), channel="api")
    request.state.actor = actor
    return actor


async def raw_body(request: Request) -> bytes:
    """The request's bytes, which were read before; `middleware` bounds how many."""
    return await request.body()


def digest(request: Request, raw: bytes) -> bytes:
    """SHA-256 of what was asked, by which one key is seen to bring two different requests."""
    head = f"{request.method} {request.url.path}\n".encode()
    return hashlib.sha256(head + raw).digest()


def command_of(
    request: Request,
    actor: Actor,
    body: Body,
    *,
    order: int | None = None,
    raw: bytes,
    key: str | None,
) -> Command:
    """The command of a request. A key belongs to the order, or to the client when creating."""
    scope = f"client:{actor.id}" if order is None else f"order:{order}:{actor.id}"
    return Command(
        body=body,
        actor=actor,
        order=order or 0,
        channel="api",
        key=key,
        key_scope=scope,
        request_digest=digest(request, raw),
    )


def revision_of(if_match: str | None) -> int | None:
    """The revision that a header If-Match names; None: any. Raises `Refused`."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        message = "Expected If-Match to be a revision"
        raise Refused(Rejection("request.invalid", message, {"problem": message}, path="If-Match"))
    return int(text)


App = Annotated[Application, Depends(application)]
Caller = Annotated[Actor, Depends(caller)]
Raw = Annotated[bytes, Depends(raw_body)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Sent again with the same body, the request has one effect and one answer",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=40,
        description="The revision the change is based on",
        json_schema_extra={"pattern": r'^(\*|(W/)?"[0-9]{1,18}"|[0-9]{1,18})$'},
    ),
]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before this one")
]
Limit = Annotated[int, Query(ge=1, le=200, description="Items of a page")]


def accepted(answer: Any) -> Any:
    """A view's answer, unless it is a refusal, which is raised. What the runner answers goes
    through `refused.carried_out`."""
    if isinstance(answer, Rejection):
        raise Refused(answer)
    return answer
