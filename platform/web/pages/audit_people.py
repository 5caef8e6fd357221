"""What people decided: who there is, and one person's answers."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.permissions import needs
from orderloom.platform.problem import Refused
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
PAGE: Final = 25
CHANGES: Final = "/audit?what=publishing%2Cpeople%2Caccess%2Crecords"


@router.get("/audit/changes")
def changes(viewer: SignedInViewer) -> Response:
    """Administration is searched like all else: a question of the desk."""
    refused = needs(viewer.actor, "audit.read")
    if refused is not None:
        raise Refused(refused)
    return RedirectResponse(CHANGES, status_code=303)


@router.get("/audit/people")
def people(viewer: SignedInViewer, q: str = "") -> Response:
    found = given(viewer.app.people_decisions.people(viewer.actor, q[:100]))
    tabs = tabs_of(viewer.actor.permissions)
    return render(viewer, "audit_people.html", shown_tabs=tabs, people=found, q=q[:100])


@router.get("/audit/people/{id}")
def person(
    viewer: SignedInViewer, id: str, since: str = "", until: str = "", cursor: str = ""
) -> Response:
    found = given(
        viewer.app.people_decisions.of(
            viewer.actor, id, since=since, until=until, cursor=cursor or None, limit=PAGE
        )
    )
    tabs = tabs_of(viewer.actor.permissions)
    return render(
        viewer,
        "audit_person.html",
        shown_tabs=tabs,
        found=found,
        since=since,
        until=until,
        may_erase="privacy.erase" in viewer.actor.permissions,
    )
