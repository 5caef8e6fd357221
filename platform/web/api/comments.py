"""`/orders/{number}/comments`: what people said about an order, and saying something."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.addressed import addressed
from orderloom.platform.app.reading import not_found
from orderloom.platform.app.view_comments import CommentView
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import changed, json_answer
from orderloom.platform.web.api.bodies import NewComment, read_body
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
from orderloom.platform.web.api.order import Number
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.refused import carried_out

router = APIRouter(prefix="/orders/{number:path}/comments", route_class=ApiRoute, tags=["orders"])


@router.get("", summary="What people said", responses=answers(page_of("Comment"), refusals=(404,)))
def read_comments(
    app: App, actor: Caller, number: Number, cursor: Cursor = None, limit: Limit = 50
) -> Response:
    """The newest page first; on a page the newest comment is last, and `next` leads to earlier
    ones."""
    page = accepted(app.views.comments(actor, number, cursor, limit))
    return json_answer({"items": [comment_json(each) for each in page.items], "next": page.next})


@router.post(
    "",
    summary="Comment on an order",
    responses=answers(ref("Standing"), refusals=(400, 404, 409, 413)),
    openapi_extra=takes("NewComment"),
)
def comment(
    request: Request, app: App, actor: Caller, number: Number, raw: Raw, key: Key = None
) -> Response:
    """Whoever may see the order may comment on it. `@login` in the text tells somebody who may see
    it too. A comment stays; the revision does not move."""
    sent = read_body(raw, NewComment, limit=app.settings.body_limit)
    order = addressed(app, actor, number)
    if order is None:
        raise Refused(not_found(number))
    body = accepted(app.commenting.of(actor, order.id, sent.text))
    answer = app.handle(command_of(request, actor, body, order=order.id, raw=raw, key=key))
    if isinstance(answer, Rejection) and answer.code == "order.not_found":
        # By the number that was asked for, exactly as if it were not there.
        answer = not_found(number)
    return changed(request, carried_out(answer))


def comment_json(view: CommentView) -> shapes.Json:
    """One comment; its text is null where it was erased."""
    return {
        "seq": view.seq,
        "at": shapes.instant(view.at),
        "by": shapes.person_json(view.by),
        "text": view.text,
        "mentions": [shapes.person_json(each) for each in view.mentions],
    }
