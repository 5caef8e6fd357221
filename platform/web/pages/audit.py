"""An order's audit: what happened, and why it is with whom."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50


@router.get("/orders/{number:path}/audit")
def audit(viewer: SignedInViewer, number: str, cursor: str = "") -> Response:
    view = given(viewer.app.views.audit(viewer.actor, number, cursor or None, PAGE))
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    return render(
        viewer,
        "audit_rows.html" if part else "audit.html",
        audit=view,
        proof="audit.read" in viewer.actor.permissions,
    )
