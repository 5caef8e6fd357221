"""Signing in and out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.fields import SentFields
from orderloom.platform.web.render import render
from orderloom.platform.web.security import (
    check_origin,
    end_session,
    safe_target,
    session_token,
    set_session,
)
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import AnyViewer, FormSender, Viewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/sign-in")
def sign_in_page(viewer: AnyViewer, next: str = "/") -> Response:
    if viewer.session is not None:
        return RedirectResponse(safe_target(next), status_code=303)
    return _page(viewer, next)


@router.post("/sign-in")
def sign_in(viewer: AnyViewer, fields: SentFields) -> Response:
    """There is no session yet: where the form comes from is what protects it."""
    forged = check_origin(viewer.request.headers)
    if forged is not None:
        raise Refused(forged)
    target, login = safe_target(fields.get("next")), fields.get("login")[:200]
    client = viewer.request.client
    session = viewer.app.accounts.sign_in(
        login, fields.get("password")[:1000], client.host if client else ""
    )
    if isinstance(session, Rejection):
        return _page(viewer, target, session, login)
    response = RedirectResponse(target, status_code=303)
    set_session(response, session.token, secure=viewer.app.settings.secure_cookies)
    return response


@router.post("/sign-out")
def sign_out(sender: FormSender) -> Response:
    secure = sender.app.settings.secure_cookies
    token = session_token(sender.viewer.request.cookies, secure=secure)
    if token:
        sender.app.accounts.sign_out(token)
    response = RedirectResponse("/sign-in", status_code=303)
    end_session(response, secure=secure)
    return response


def _page(
    viewer: Viewer, target: str, refused: Rejection | None = None, login: str = ""
) -> Response:
    return render(
        viewer,
        "sign_in.html",
        status=status_of(refused.code) if refused else 200,
        target=safe_target(target),
        login=login,
        refused=sentence(refused, viewer.words) if refused else "",
    )
