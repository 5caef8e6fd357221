"""What people say about an order: all of it on a page of its own, the newest on the order's."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from orderloom.platform.app.reading import not_found
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.sending import given, go, order_path, send
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.security import safe_target
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
OWN_FIELDS = ("csrf", "key", "comment", "next")
PAGE = 50
# Beside the order, or a task of it, only the last ones stand.
SHOWN = 8
LONGEST_BEGUN = 100


def said_of(viewer: Viewer, number: str) -> Mapping[str, Any]:
    """What a page about an order shows of its comments."""
    found = given(viewer.app.views.comments(viewer.actor, number, None, SHOWN))
    return {"comments": found, "comment_key": secrets.token_urlsafe(18)}


@router.get("/orders/{number:path}/comments")
def comments(viewer: SignedInViewer, number: str, cursor: str = "", done: str = "") -> Response:
    return _page(viewer, number, cursor=cursor, done=done)


@router.post("/orders/{number:path}/comments")
def comment(sender: FormSender, number: str) -> Response:
    viewer, fields = sender.viewer, sender.fields
    head = given(viewer.app.views.head(viewer.actor, number))
    said = fields.get("comment")
    body = viewer.app.commenting.of(viewer.actor, head.id, said)
    if isinstance(body, Rejection):
        # Who looks for names is seen in the audit, as over the API.
        viewer.request.state.actor = viewer.actor
        note(viewer.request, body, channel="web")
        return _page(viewer, number, refused=body, said=said)
    reply = send(sender, body, order=head.id, key=fields.get("key")[:64])
    if isinstance(reply, Rejection):
        return _page(viewer, number, refused=reply, said=said)
    back, _, place = safe_target(fields.get("next"), order_path(number)).partition("#")
    answer = go(back, "commented")
    if place:
        answer.headers["location"] += f"#{place}"
    return answer


@router.get("/orders/{number:path}/people")
def people(viewer: SignedInViewer, number: str, begun: str = "") -> Response:
    """Who may be mentioned, for the list that opens while one types."""
    place = viewer.app.views.place(viewer.actor, number)
    if isinstance(place, Rejection):
        raise Refused(not_found(number))
    found = given(viewer.app.commenting.offered(viewer.actor, place[0], begun[:LONGEST_BEGUN]))
    return JSONResponse([{"login": each.id, "name": each.title} for each in found])


def _page(
    viewer: Viewer,
    number: str,
    *,
    cursor: str = "",
    done: str = "",
    refused: Rejection | None = None,
    said: str = "",
) -> Response:
    head = given(viewer.app.views.head(viewer.actor, number))
    return render(
        viewer,
        "comments_page.html",
        status=status_of(refused.code) if refused is not None else 200,
        head=head,
        comments=given(viewer.app.views.comments(viewer.actor, number, cursor or None, PAGE)),
        comment_key=secrets.token_urlsafe(18),
        refused=sentences(refused, viewer.words) if refused is not None else (),
        said=said,
        earlier=bool(cursor),
        done=done,
    )
