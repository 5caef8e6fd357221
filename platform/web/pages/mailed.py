"""The page behind a link in a mail that decides: a look changes nothing, however often; the form on
it decides once. Nobody need be signed in: the link is the authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from orderloom.platform.app.mailed_verdicts import CHANNEL, Asked, No
from orderloom.platform.app.passwords import same
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.fields import SentFields
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.security import CSRF_FIELD
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import AnyViewer, Viewer
from orderloom.platform.words import Words

router = APIRouter(route_class=ThreadedRoute)
# The address is a secret: it goes nowhere from here and is kept nowhere.
HEADERS: Final[Mapping[str, str]] = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@router.api_route("/decide/{token}", methods=["GET", "HEAD"])
def look(viewer: AnyViewer, token: str) -> Response:
    asked = viewer.app.mailroom.verdicts.look(token, _address(viewer.request))
    if isinstance(asked, No):
        # Whoever only looks is written down where the link is none of ours.
        return _refused(viewer, asked, kept=asked.actor is None)
    return _page(viewer, token, asked)


@router.post("/decide/{token}")
def decide(viewer: AnyViewer, fields: SentFields, token: str) -> Response:
    verdicts, address = viewer.app.mailroom.verdicts, _address(viewer.request)
    looked = verdicts.look(token, address)
    if isinstance(looked, No) and not looked.open:
        return _refused(viewer, looked, kept=True)
    if _is_forged(viewer.request, fields.get(CSRF_FIELD), verdicts.form_token(token)):
        forged = Rejection("csrf.missing", "The form was not sent by the page of this link.")
        return _refused(viewer, No(forged, looked.actor), kept=True)
    if fields.get("verdict"):
        # The link says which; whoever writes one into the form wants another.
        other = Rejection("mail_link.not_found", "The link is for another verdict.")
        return _refused(viewer, No(other), kept=True)
    asked = verdicts.decide(token, fields.text("comment"), address)
    if isinstance(asked, Asked):
        return _page(viewer, token, asked, done=True)
    if asked.rejection.code == "approval.reason_required" and isinstance(looked, Asked):
        return _page(viewer, token, looked, asked.rejection)
    return _refused(viewer, asked, kept=not asked.noted)


def _is_forged(request: Request, given: str, expected: str) -> bool:
    """Whether another page than the link's own sent the form. That page tells nobody where it is
    from, not us either: browsers then send `Origin: null`."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    return site not in ("same-origin", "none") or not given or not same(expected, given)


def _page(
    viewer: Viewer,
    token: str,
    asked: Asked,
    refused: Rejection | None = None,
    *,
    done: bool = False,
) -> Response:
    viewer = _as(viewer, asked.actor.language)
    answer = render(
        viewer,
        "decide.html",
        status=status_of(refused.code) if refused is not None else 200,
        asked=asked,
        task=asked.task,
        person=asked.actor,
        until=viewer.words.moment(asked.until, asked.actor.zone),
        due=viewer.words.moment(asked.task.line.due, asked.actor.zone)
        if asked.task.line.due is not None
        else "",
        form_token=viewer.app.mailroom.verdicts.form_token(token),
        refused=sentence(refused, viewer.words) if refused is not None else "",
        done=done,
    )
    answer.headers.update(HEADERS)
    return answer


def _refused(viewer: Viewer, no: No, *, kept: bool) -> Response:
    if kept:
        if no.actor is not None:
            viewer.request.state.actor = no.actor
        note(viewer.request, no.rejection, channel=CHANNEL)
    viewer = _as(viewer, no.actor.language if no.actor is not None else viewer.words.language)
    answer = render(
        viewer,
        "decide_refused.html",
        status=status_of(no.rejection.code),
        sentence=sentence(no.rejection, viewer.words),
        number=no.number,
        code=no.rejection.code,
    )
    answer.headers.update(HEADERS)
    return answer


def _as(viewer: Viewer, language: str) -> Viewer:
    """The page as its link's person reads it; who else is signed in here plays no part."""
    return replace(viewer, session=None, words=Words(language))


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
