"""What somebody was told: read here, and marked as read."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.web.pages.sending import given, go, number_of, order_of, order_path
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
OWN_FIELDS = ("csrf",)
PAGE = 50


@router.get("/notices")
def notices(viewer: SignedInViewer, cursor: str = "", done: str = "") -> Response:
    page = given(viewer.app.notices.page(viewer.actor, cursor or None, PAGE))
    return render(viewer, "notices.html", page=page, done=done)


@router.post("/notices/read")
def read_all(sender: FormSender) -> Response:
    sender.app.notices.read(sender.actor)
    return go("/notices", "notices_read")


@router.post("/notices/{id}/open")
def open_one(sender: FormSender, id: str) -> Response:
    """Marks a notice (`<order>.<n>`) as read and goes on to its order. Whether that is still to
    be seen is told by its page."""
    order = order_of(id)
    sender.app.notices.read(sender.actor, (order, number_of(id)))
    return go(order_path(f"~{order}"))
