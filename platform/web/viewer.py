"""Who looks at a page: the session, the language and the theme of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Request

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.fields import Fields, SentFields
from orderloom.platform.web.security import (
    CSRF_FIELD,
    CSRF_HEADER,
    LANGUAGE_COOKIE,
    THEME_COOKIE,
    check_csrf,
    check_origin,
    session_token,
)
from orderloom.platform.web.uploads import with_uploads
from orderloom.platform.words import LANGUAGES, Words

THEMES = ("light", "dark")
# On requests that a page makes by itself: nobody does anything, and a session may run out.
BY_ITSELF = "x-by-itself"


@dataclass(frozen=True, slots=True)
class Viewer:
    """`session` is None before signing in."""

    request: Request
    app: Application
    session: SignedIn | None
    words: Words
    theme: str

    @property
    def actor(self) -> Actor:
        """Who is signed in; raises `sign_in.needed`."""
        if self.session is None:
            raise Refused(Rejection("sign_in.needed", "Sign in first."))
        return self.session.actor


@dataclass(frozen=True, slots=True)
class Sender:
    """A signed-in viewer who sent a form of ours, and its fields."""

    viewer: Viewer
    fields: Fields

    @property
    def app(self) -> Application:
        return self.viewer.app

    @property
    def actor(self) -> Actor:
        return self.viewer.actor

    def record(self, collection: str, key: str) -> Mapping[str, Any] | None:
        """The record that a field of a form becomes."""
        return self.app.views.record(self.actor, collection, key)


def viewer_of(request: Request) -> Viewer:
    """The viewer of any request, signed in or not."""
    app: Application = request.app.state.application
    token = session_token(request.cookies, secure=app.settings.secure_cookies)
    used = request.headers.get(BY_ITSELF) is None
    session = app.accounts.by_session(token, used=used) if token else None
    language = _language(request, session, app.settings.language)
    if session is not None and session.actor.language != language:
        session = replace(session, actor=replace(session.actor, language=language))
    theme = request.cookies.get(THEME_COOKIE, "")
    return Viewer(request, app, session, Words(language), theme if theme in THEMES else THEMES[0])


async def any_viewer(request: Request) -> Viewer:
    """The same as a dependency (of a `ThreadedRoute`, as all of them here)."""
    return viewer_of(request)


async def signed_in(viewer: Annotated[Viewer, Depends(any_viewer)]) -> Viewer:
    """The viewer, who must be signed in; what is refused to them is noted as theirs."""
    viewer.request.state.actor = viewer.actor
    return viewer


async def sender(viewer: Annotated[Viewer, Depends(signed_in)], fields: SentFields) -> Sender:
    """The sender of a form, which must be one of this session's pages."""
    session, headers = viewer.session, viewer.request.headers
    given = fields.get(CSRF_FIELD) or headers.get(CSRF_HEADER)
    refused = check_origin(headers) or check_csrf(session.csrf if session else "", given)
    if refused is not None:
        raise Refused(refused)
    sent = replace(fields, pairs=fields.without(CSRF_FIELD))
    return Sender(viewer, with_uploads(viewer.app.attachments, viewer.actor, sent))


def _language(request: Request, session: SignedIn | None, default: str) -> str:
    if session is not None and session.actor.language in LANGUAGES:
        return session.actor.language
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        short = part.partition(";")[0].strip()[:2].lower()
        if short in LANGUAGES:
            return short
    return default


AnyViewer = Annotated[Viewer, Depends(any_viewer)]
SignedInViewer = Annotated[Viewer, Depends(signed_in)]
FormSender = Annotated[Sender, Depends(sender)]
