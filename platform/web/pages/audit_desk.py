"""The auditor's desk: search through what happened."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.permissions import needs
from orderloom.platform.problem import Refused
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/audit")
def desk(viewer: SignedInViewer) -> Response:
    refused = needs(viewer.actor, "audit.read")
    if refused is not None:
        raise Refused(refused)
    return render(viewer, "audit_desk.html", shown_tabs=tabs_of(viewer.actor.permissions))
