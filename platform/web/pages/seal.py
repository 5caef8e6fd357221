"""The seal of the audit: the newest checkpoint, what waits, what stands against it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.view_seal import view_seal
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/audit/seal")
def seal(viewer: SignedInViewer) -> Response:
    """How the audit is sealed at the moment."""
    view = given(view_seal(viewer.app.store.seal, viewer.actor))
    return render(viewer, "seal.html", shown_tabs=tabs_of(viewer.actor.permissions), seal=view)
