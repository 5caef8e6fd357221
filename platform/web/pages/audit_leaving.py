"""Somebody who worked here is erased: what will go is shown first."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.user_erasing import Leaving
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentence
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
ELSEWHERE = ("permission.missing", "user.not_found")


@router.get("/audit/people/{id}/erase")
def ask(viewer: SignedInViewer, id: str) -> Response:
    """What will go and what stays, or why it may not be yet."""
    return _page(viewer, given(viewer.app.user_erasing.foreseen(viewer.actor, id)))


@router.post("/audit/people/{id}/erase")
def erase(sender: FormSender, id: str) -> Response:
    reason = sender.fields.get("reason")
    done = sender.app.user_erasing.erase(sender.actor, id, reason=reason, channel="web")
    if not isinstance(done, Rejection):
        return RedirectResponse("/audit/privacy", status_code=303)
    if done.code in ELSEWHERE:
        raise Refused(done)
    found = given(sender.app.user_erasing.foreseen(sender.actor, id))
    return _page(sender.viewer, found, reason=reason, refused=done)


def _page(
    viewer: Viewer, found: Leaving, *, reason: str = "", refused: Rejection | None = None
) -> Response:
    waits = "" if found.refused is None else sentence(found.refused, viewer.words)
    return render(
        viewer,
        "audit_person_erase.html",
        status=200 if refused is None else 422,
        shown_tabs=tabs_of(viewer.actor.permissions),
        found=found,
        waits=waits,
        reason=reason,
        refused="" if refused is None or waits else sentence(refused, viewer.words),
    )
