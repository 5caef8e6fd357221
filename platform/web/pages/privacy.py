"""Personal data: where something of a person is, its erasure, and what became of each request."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.erasures import Place
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentence
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
LONGEST = 200


@router.get("/audit/privacy")
def privacy(viewer: SignedInViewer, person: str = "") -> Response:
    """The requests; of a person, where something of theirs is, before it is erased."""
    return _page(viewer, person.strip()[:LONGEST])


@router.post("/audit/privacy")
def erase(sender: FormSender) -> Response:
    """Erases what the page has shown; whoever has not looked has nothing to confirm."""
    person = sender.fields.get("person").strip()[:LONGEST]
    reason = sender.fields.get("reason")
    done = sender.app.erasures.erase(sender.actor, person=person, reason=reason, channel="web")
    if isinstance(done, Rejection):
        if done.code == "permission.missing":
            raise Refused(done)
        return _page(sender.viewer, person, reason=reason, refused=done)
    return RedirectResponse("/audit/privacy", status_code=303)


def _page(
    viewer: Viewer, person: str, *, reason: str = "", refused: Rejection | None = None
) -> Response:
    requests = viewer.app.erasures.listed(viewer.actor)
    if isinstance(requests, Rejection):
        raise Refused(requests)
    found: Sequence[Place] | Rejection = ()
    if person:
        found = viewer.app.erasures.places(viewer.actor, person)
    if isinstance(found, Rejection):
        raise Refused(found)
    return render(
        viewer,
        "privacy.html",
        status=200 if refused is None else 422,
        shown_tabs=tabs_of(viewer.actor.permissions),
        requests=requests,
        person=person,
        places=found,
        reason=reason,
        refused="" if refused is None else sentence(refused, viewer.words),
    )
