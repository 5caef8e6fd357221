"""Language and theme, switched from any page, signed in or not."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.problem import Refused
from orderloom.platform.web.fields import SentFields
from orderloom.platform.web.security import (
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    check_origin,
    safe_target,
    set_preference,
)
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import THEMES, AnyViewer
from orderloom.platform.words import LANGUAGES

router = APIRouter(route_class=ThreadedRoute)


@router.post("/preferences")
def preferences(viewer: AnyViewer, fields: SentFields) -> Response:
    """Nothing here is worth forging, but other sites may not do it all the same."""
    forged = check_origin(viewer.request.headers)
    if forged is not None:
        raise Refused(forged)
    response = RedirectResponse(safe_target(fields.get("next")), status_code=303)
    secure = viewer.app.settings.secure_cookies
    language, theme = fields.get("language"), fields.get("theme")
    if language in LANGUAGES:
        set_preference(response, LANGUAGE_COOKIE, language, secure=secure)
        if viewer.session is not None:
            viewer.app.accounts.set_language(viewer.session.actor, language)
    if theme in THEMES:
        set_preference(response, THEME_COOKIE, theme, secure=secure)
    return response
