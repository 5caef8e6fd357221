"""`/orders/{number}`: one order, its events, data and audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.addressed import Addressed, addressed
from orderloom.platform.app.reading import not_found
from orderloom.platform.engine.commands import (
    Actor,
    Body,
    Command,
    DiscardDraft,
    EditData,
    SendEvent,
    StartDraft,
)
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api import bodies
from orderloom.platform.web.api.answering import changed, json_answer
from orderloom.platform.web.api.bodies import given, read_body, read_object
from orderloom.platform.web.api.dependencies import (
    App,
    Caller,
    Cursor,
    IfMatch,
    Key,
    Limit,
    Raw,
    accepted,
    command_of,
    revision_of,
)
from orderloom.platform.web.api.described import answers, page_of, ref, takes
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.refused import carried_out

router = APIRouter(prefix="/orders/{number:path}", route_class=ApiRoute, tags=["orders"])
Number = Annotated[str, Path(max_length=200, description="SO-2026-000042, or ~17")]
CHANGES = answers(ref("Standing"), refusals=(400, 403, 404, 409, 413))


@router.get(
    "/events", summary="What happened", responses=answers(page_of("Entry"), refusals=(404,))
)
def read_events(
    app: App, actor: Caller, number: Number, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The timeline: entries of the order's audit as sentences, newest first."""
    return _entries(app, actor, number, cursor, limit)


@router.get(
    "/approvers",
    summary="Who approves",
    responses=answers(ref("Approvers"), refusals=(404,)),
)
def read_approvers(app: App, actor: Caller, number: Number) -> Response:
    """Every step of every approval: who is asked, was asked, and may still be asked, and why."""
    found = accepted(app.views.approvers(actor, number))
    return json_answer({"steps": [shapes.approver_json(each) for each in found]})


@router.get("/audit", summary="The audit", responses=answers(page_of("Entry"), refusals=(404,)))
def read_audit(
    app: App, actor: Caller, number: Number, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The order's audit entries with their hashes, newest first."""
    return _entries(app, actor, number, cursor, limit)


@router.post(
    "/events", summary="Send an event", responses=CHANGES, openapi_extra=takes("SendEvent")
)
def send_event(
    request: Request,
    app: App,
    actor: Caller,
    number: Number,
    raw: Raw,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """An event that the process declares. `start` and `discard` are a draft's."""
    sent = read_body(raw, bodies.SendEvent, limit=app.settings.body_limit)
    order = _addressed(app, actor, number)
    body: Body = SendEvent(
        sent.name, sent.data, reason=given(sent.reason), source=given(sent.source)
    )
    if order.draft and sent.name in ("start", "discard"):
        body = StartDraft() if sent.name == "start" else DiscardDraft()
    command = command_of(request, actor, body, order=order.id, raw=raw, key=key)
    return _change(request, app, replace(command, expected_revision=revision_of(if_match)), number)


@router.patch(
    "/data",
    summary="Change data",
    responses=answers(ref("Standing"), refusals=(400, 403, 404, 409, 413, 428)),
    openapi_extra=takes("", media_type="application/merge-patch+json"),
)
def change_data(
    request: Request,
    app: App,
    actor: Caller,
    number: Number,
    raw: Raw,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """A merge patch (RFC 7396) of the order's data, based on the revision in If-Match."""
    patch = read_object(raw, limit=app.settings.body_limit)
    order = _addressed(app, actor, number)
    if if_match is None:
        message = "Expected the header If-Match with the order's revision"
        raise Refused(Rejection("request.if_match_missing", message))
    command = command_of(request, actor, EditData(patch), order=order.id, raw=raw, key=key)
    return _change(request, app, replace(command, expected_revision=revision_of(if_match)), number)


@router.get("/data", include_in_schema=False)
def no_data_alone(number: str) -> Response:
    """The data come with the order; without this, `<number>/data` would be taken for a number."""
    raise HTTPException(405)


# Last: a number may hold a slash, so that this address fits those above as well.
@router.get("", summary="Read an order", responses=answers(ref("Order"), refusals=(404,)))
def read_order(app: App, actor: Caller, number: Number) -> Response:
    """The order, its open tasks, and the events that the caller may send now."""
    view = accepted(app.views.order(actor, number))
    return json_answer(shapes.order_json(view), headers={"ETag": f'"{view.head.revision}"'})


def _addressed(app: App, actor: Actor, number: str) -> Addressed:
    order = addressed(app, actor, number)
    if order is None:
        raise Refused(not_found(number))
    return order


def _change(request: Request, app: App, command: Command, number: str) -> Response:
    answer = app.handle(command)
    if isinstance(answer, Rejection) and answer.code == "order.not_found":
        # By the number that was asked for, exactly as if it were not there.
        answer = not_found(number)
    return changed(request, carried_out(answer))


def _entries(app: App, actor: Actor, number: str, cursor: str | None, limit: int) -> Response:
    view = accepted(app.views.audit(actor, number, cursor, limit))
    items = [shapes.entry_json(entry) for entry in view.entries.items]
    return json_answer({"items": items, "next": view.entries.next})
