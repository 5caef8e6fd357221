"""Where the stages of a process lie on its canvas."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.problem import Refused
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.json_fields import json_value
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions/{kind}/{id}/layout")
def layout(viewer: SignedInViewer, kind: str, id: str) -> Response:
    """Keys of stages with `[x, y]`; empty where nobody placed anything."""
    found = given(viewer.app.layouts.of(viewer.actor, kind, id))
    return json_answer({key: list(place) for key, place in found.items()})


@router.post("/definitions/{kind}/{id}/layout")
def keep(sender: FormSender, kind: str, id: str) -> Response:
    """Keeps `positions`, the same as JSON; an empty map gives the layout up."""
    positions = json_value(sender.fields, "positions")
    refused = sender.app.layouts.keep(sender.actor, kind, id, positions)
    if refused is not None:
        raise Refused(refused)
    return json_answer({})
