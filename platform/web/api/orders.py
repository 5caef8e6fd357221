"""`/orders`: create one or many, list."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.standing import standing
from orderloom.platform.app.view_orders import OrderQuery
from orderloom.platform.codec import canonical
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import changed, json_answer
from orderloom.platform.web.api.bodies import BulkOrders, CreateOrder, given, read_body
from orderloom.platform.web.api.dependencies import (
    App,
    Caller,
    Cursor,
    Key,
    Limit,
    Raw,
    accepted,
    command_of,
)
from orderloom.platform.web.api.described import answers, page_of, ref, takes
from orderloom.platform.web.api.problems import problem_body
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.errors import status_of
from orderloom.platform.web.refused import carried_out
from orderloom.platform.words import Words

router = APIRouter(route_class=ApiRoute, tags=["orders"])
Filter = Annotated[str | None, Query(max_length=200)]
Check = Annotated[
    Literal["completion", "ready"] | None,
    Query(description="Checked and ready, or with problems that people have to mend"),
]


@router.post(
    "/orders",
    status_code=201,
    summary="Create an order",
    responses=answers(ref("Standing"), status=201, refusals=(400, 403, 404, 409, 413)),
    openapi_extra=takes("CreateOrder"),
)
def create_order(request: Request, app: App, actor: Caller, raw: Raw, key: Key = None) -> Response:
    """Starts an order of the process's current release, or keeps a draft."""
    sent = read_body(raw, CreateOrder, limit=app.settings.body_limit)
    body = Create(process=sent.process, data=sent.data, draft=sent.draft)
    reply = app.handle(command_of(request, actor, body, raw=raw, key=key))
    return changed(request, carried_out(reply), status=201)


@router.post(
    "/orders/bulk",
    summary="Create many orders",
    responses=answers(ref("BulkResult"), refusals=(400, 413)),
    openapi_extra=takes("BulkOrders"),
)
def create_orders(app: App, actor: Caller, raw: Raw, key: Key = None) -> Response:
    """Each order is accepted or refused by itself; `results` stand in the order sent. An
    Idempotency-Key covers those without a `key` of their own, by their place."""
    body = read_body(raw, BulkOrders, limit=app.settings.body_limit)
    commands = [
        Command(
            body=Create(process=item.process, data=item.data),
            actor=actor,
            channel="api",
            key=given(item.key) or (f"{key}#{place}" if key else None),
            key_scope=f"client:{actor.id}",
            request_digest=hashlib.sha256(canonical([item.process, item.data])).digest(),
        )
        for place, item in enumerate(body.orders)
    ]
    words, results, replayed, rejected = Words(actor.language), [], 0, 0
    for reply in app.handle_many(commands):
        if isinstance(reply, Rejection):
            rejected += 1
            results.append(problem_body(reply, words, status_of(reply.code)))
        else:
            replayed += reply.replayed
            results.append(standing(reply.state, reply.release, reply.revision, actor))
    return json_answer(
        {
            "read": len(results),
            "created": len(results) - replayed - rejected,
            "duplicates": replayed,
            "rejected": rejected,
            "results": results,
        }
    )


@router.get(
    "/orders",
    summary="List orders",
    responses=answers(page_of("OrderLine")),
)
def list_orders(
    app: App,
    actor: Caller,
    scope: Literal["all", "mine"] = "all",
    process: Filter = None,
    state: Literal["draft", "open", "ended"] | None = None,
    stage: Filter = None,
    number: Annotated[str | None, Query(max_length=200, description="How it begins")] = None,
    check: Check = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Orders that the caller may see, newest first."""
    query = OrderQuery(
        scope=scope, process=process, status=state, stage=stage, number=number, check=check
    )
    page = accepted(app.views.orders(actor, query, cursor, limit))
    return json_answer(
        {"items": [shapes.line_json(line) for line in page.items], "next": page.next}
    )


@router.get(
    "/orders/checks",
    summary="How many are ready",
    responses=answers(ref("OrderChecks")),
)
def count_orders(
    app: App,
    actor: Caller,
    scope: Literal["all", "mine"] = "all",
    process: Filter = None,
) -> Response:
    """How many open orders that the caller may see are ready, and how many need completion; each
    is counted to a hundred."""
    query = OrderQuery(scope=scope, process=process)
    return json_answer(app.views.order_counts(actor, query))
