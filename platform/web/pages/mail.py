"""Mail that could not be delivered: what, why, and ways out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer
from orderloom.platform.words import Words

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50


@router.get("/mail")
def undelivered(viewer: SignedInViewer, cursor: str = "", done: str = "") -> Response:
    return _page(viewer, cursor, done=done)


@router.post("/mail/{id}/again")
def again(sender: FormSender, id: int) -> Response:
    return _settled(sender, sender.app.mailroom.tickets.again(sender.actor, id), "again")


@router.post("/mail/{id}/address")
def correct(sender: FormSender, id: int) -> Response:
    address = sender.fields.text("address") or ""
    answer = sender.app.mailroom.tickets.again(sender.actor, id, address)
    return _settled(sender, answer, "address")


@router.post("/mail/{id}/give-up")
def give_up(sender: FormSender, id: int) -> Response:
    reason = sender.fields.text("reason")
    answer = sender.app.mailroom.tickets.give_up(sender.actor, id, reason)
    return _settled(sender, answer, "given_up")


def _settled(sender: Sender, refused: Rejection | None, done: str) -> Response:
    if refused is None:
        return go("/mail", done)
    note(sender.viewer.request, refused, channel=CHANNEL)
    return _page(sender.viewer, "", refused=refused)


def _page(
    viewer: Viewer, cursor: str, *, done: str = "", refused: Rejection | None = None
) -> Response:
    page = given(viewer.app.mailroom.tickets.listed(viewer.actor, cursor or None, PAGE))
    return render(
        viewer,
        "mail.html",
        status=status_of(refused.code) if refused is not None else 200,
        page=page,
        why={each.id: _why(each.problem, viewer.words) for each in page.items},
        refused=() if refused is None else (sentence(refused, viewer.words),),
        done=done,
    )


def _why(problem: str, words: Words) -> str:
    """A sentence for what kept a mail; what the server answered is told by its number."""
    code = problem.removeprefix("mail.")
    if code.isdigit():
        return words.text("mail.tickets.smtp", code=code)
    return sentence(Rejection(problem, problem), words)
