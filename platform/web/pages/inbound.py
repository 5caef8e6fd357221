"""Messages of other systems: what stands still, why, and ways out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.view_inbound import STATES
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.pages.sending import given, go
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50
STILL = "quarantined"
ANY = "any"


@router.get("/inbound")
def messages(viewer: SignedInViewer, state: str = STILL, cursor: str = "") -> Response:
    """The list: what stands still, unless another state, or any, is asked for."""
    wanted = None if state == ANY else state
    page = given(viewer.app.inbound_reads.listed(viewer.actor, wanted, cursor or None, PAGE))
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    return render(
        viewer,
        "inbound_rows.html" if part else "inbound.html",
        page=page,
        state=state,
        states=(STILL, *(each for each in STATES if each != STILL), ANY),
        why={line.id: _why(viewer, line.problem) for line in page.items},
        watches=() if part else viewer.app.watches.stopped(viewer.actor),
    )


@router.get("/inbound/{id}")
def message(viewer: SignedInViewer, id: int, done: str = "") -> Response:
    return _page(viewer, id, done=done)


@router.post("/inbound/{id}/retry")
def retry(sender: FormSender, id: int) -> Response:
    return _settled(sender, id, sender.app.settling.retry(sender.actor, id), "retried")


@router.post("/inbound/{id}/assign")
def assign(sender: FormSender, id: int) -> Response:
    number = sender.fields.text("number") or ""
    answer = sender.app.settling.assign(sender.actor, id, number)
    return _settled(sender, id, answer, "assigned")


@router.post("/inbound/{id}/discard")
def discard(sender: FormSender, id: int) -> Response:
    answer = sender.app.settling.discard(sender.actor, id, sender.fields.text("reason"))
    return _settled(sender, id, answer, "thrown_away")


@router.post("/watches/{id}/start")
def start_watch(sender: FormSender, id: str) -> Response:
    """A watch that was stopped goes on from where it stood."""
    given(sender.app.watches.start_again(sender.actor, id))
    return go("/inbound")


def _settled(sender: Sender, id: int, answer: Any, done: str) -> Response:
    """Back to the message, which says what it came to; a refusal stands above it."""
    if not isinstance(answer, Rejection):
        return go(f"/inbound/{id}", done)
    # Who may not look at it at all is told so; all else is said beside what was typed.
    given(sender.app.inbound_reads.one(sender.actor, id))
    return _page(sender.viewer, id, refused=answer)


def _page(viewer: Viewer, id: int, *, done: str = "", refused: Rejection | None = None) -> Response:
    view = given(viewer.app.inbound_reads.one(viewer.actor, id))
    return render(
        viewer,
        "inbound_message.html",
        status=status_of(refused.code) if refused is not None else 200,
        view=view,
        line=view.line,
        why=_why(viewer, view.line.problem),
        done=done,
        refused=() if refused is None else (sentence(refused, viewer.words),),
    )


def _why(viewer: Viewer, problem: Rejection | None) -> str:
    """A sentence, with the fields that do not fit."""
    if problem is None:
        return ""
    said = [sentence(each, viewer.words) for each in (problem, *problem.details)]
    return " ".join(dict.fromkeys(said))
