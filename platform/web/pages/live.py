"""What open pages hear while others work: that something changed, never what."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from orderloom.platform.app.live import ORDER, TASKS, Listener, principals_of
from orderloom.platform.app.noticing import MOST_COUNTED
from orderloom.platform.codec import dumps
from orderloom.platform.engine.commands import Actor
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.security import session_token
from orderloom.platform.web.stream import Bell, Stream
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer, Viewer, viewer_of

router = APIRouter(route_class=ThreadedRoute)
# The one address that lasts: it waits in the event loop.
lasting = APIRouter()
TOO_MANY = Rejection("live.throttled", "Too many pages follow changes at the moment.")


@router.get("/live/counts")
def counts(viewer: SignedInViewer) -> Response:
    """What stands beside the navigation, as every page has it."""
    app, words = viewer.app, viewer.words
    found = {
        "tasks": app.views.count_tasks(viewer.actor),
        "notices": app.notices.unread(viewer.actor),
    }
    shown = {name: {"count": count, "text": _shown(count)} for name, count in found.items()}
    shown["notices"]["label"] = words.text("notices.unread", count=found["notices"])
    return Response(dumps(shown), media_type="application/json")


@lasting.get("/live")
async def live(
    request: Request,
    order: Annotated[str, Query(max_length=200)] = "",
    seen: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Named events until somebody goes away. `order`: its changes too, if the viewer may see it;
    `seen`: how many entries it had when the page was made."""
    follower = await asyncio.to_thread(_follower, request, order)
    bell, hub = Bell(), follower.viewer.app.live
    listener = Listener(
        follower.actor.organisation,
        follower.actor.id,
        principals_of(follower.actor),
        bell.ring,
        follower.place[0] if follower.place else None,
    )
    if not hub.join(listener):
        raise Refused(TOO_MANY)
    first = [ORDER] if follower.place and follower.place[1] != seen else []

    async def look() -> bool:
        return await asyncio.to_thread(follower.still, listener)

    return Stream(hub, listener, bell, look, first)


@dataclass(slots=True)
class _Follower:
    """Who listens, and to which order (its number, id and count of entries)."""

    viewer: Viewer
    actor: Actor
    number: str
    place: tuple[int, int] | None

    def still(self, listener: Listener) -> bool:
        """Whether they are signed in and may see the order; whose tasks are theirs may change."""
        app = self.viewer.app
        token = session_token(self.viewer.request.cookies, secure=app.settings.secure_cookies)
        session = app.accounts.by_session(token, used=False) if token else None
        if session is None or session.actor.id != self.actor.id:
            return False
        self.actor = session.actor
        principals = principals_of(self.actor)
        if principals != listener.principals:
            listener.principals = principals
            listener.tell(TASKS)
        return not self.number or not isinstance(
            app.views.place(self.actor, self.number), Rejection
        )


def _follower(request: Request, number: str) -> _Follower:
    viewer = viewer_of(request)
    actor = viewer.actor
    place = given(viewer.app.views.place(actor, number)) if number else None
    return _Follower(viewer, actor, number, place)


def _shown(count: int) -> str:
    """As the templates write it; nothing for none."""
    return "" if not count else str(count) if count < MOST_COUNTED else "99+"
