"""How I want to be told: what comes by mail at once, what in the daily digest, and when."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.mail_choices import DAYS, HOURS, KINDS, WAYS, MailChoices
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.fields import Fields
from orderloom.platform.web.pages.sending import CHANNEL, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/notifications")
def notifications(viewer: SignedInViewer, done: str = "") -> Response:
    chosen = viewer.app.mailroom.notifications.of(viewer.actor)
    return _page(viewer, chosen.to_json(), done=done)


@router.post("/notifications")
def choose(sender: FormSender) -> Response:
    given = _given(sender.fields)
    made = sender.app.mailroom.notifications.choose(sender.actor, given)
    if isinstance(made, MailChoices):
        return go("/notifications", "notifications")
    note(sender.viewer.request, made, channel=CHANNEL)
    return _page(sender.viewer, given, refused=made)


def _given(fields: Fields) -> dict[str, Any]:
    hour = fields.get("hour")
    return {
        **{kind: fields.get(kind) for kind in KINDS},
        "days": [value for name, value in fields.pairs if name == "days"],
        "hour": int(hour) if hour.isascii() and hour.isdigit() and len(hour) < 3 else None,
    }


def _page(
    viewer: Viewer, chosen: dict[str, Any], *, refused: Rejection | None = None, done: str = ""
) -> Response:
    app = viewer.app.mailroom.notifications
    return render(
        viewer,
        "notifications.html",
        status=status_of(refused.code) if refused else 200,
        kinds=KINDS,
        ways=WAYS,
        days=DAYS,
        hours=range(HOURS),
        chosen=chosen,
        mails=app.mails,
        address=app.address(viewer.actor),
        refused=sentences(refused, viewer.words) if refused else (),
        done=done,
    )
