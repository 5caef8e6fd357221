"""Conformance: a log of another system is sent, and held against a process of ours."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.conformance_desk import Conformance
from orderloom.platform.app.foreign_log import MOST_EVENTS
from orderloom.platform.app.log_conformance_words import percent
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
NO_LOG: Final = Rejection("conformance.none", "no log was sent", {}, "log")


@router.get("/audit/conformance")
def choose(viewer: SignedInViewer) -> Response:
    """The form alone."""
    return _page(viewer)


@router.post("/audit/conformance")
def hold(sender: FormSender) -> Response:
    """What the process says to the log; or what is wrong with it."""
    fields = sender.fields
    chosen = fields.get("process")
    process, _, version = chosen.partition("@")
    content, mapping = fields.files.get("log", b""), fields.files.get("map", b"")
    if not content:
        found: Conformance | Rejection = NO_LOG
    else:
        number = int(version) if version.isascii() and version.isdigit() else None
        found = sender.app.conformance.hold(
            sender.actor, content, process=process, version=number, mapping=mapping
        )
    if isinstance(found, Rejection):
        if found.code == "permission.missing":
            raise Refused(found)
        return _page(sender.viewer, chosen, refused=found)
    return _page(sender.viewer, chosen, found=found)


def _page(
    viewer: Viewer,
    chosen: str = "",
    *,
    found: Conformance | None = None,
    refused: Rejection | None = None,
) -> Response:
    return render(
        viewer,
        "audit_conformance.html",
        status=status_of(refused.code) if refused else 200,
        shown_tabs=tabs_of(viewer.actor.permissions),
        choices=given(viewer.app.conformance.choices(viewer.actor)),
        chosen=chosen,
        found=found,
        percent=percent,
        most=MOST_EVENTS,
        refused=sentences(refused, viewer.words) if refused else (),
    )
