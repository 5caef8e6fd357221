"""An order executed again: which of its automatic decisions come out as they were recorded."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/orders/{number:path}/audit/again")
def again(viewer: SignedInViewer, number: str) -> Response:
    """Changes nothing, so that it is a page like any other."""
    view = given(viewer.app.order_replays.again(viewer.actor, number))
    return render(viewer, "audit_again.html", again=view)
