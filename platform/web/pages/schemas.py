"""The schemas of the kinds for the scripts of the editor, in the viewer's language."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.schema_help import schema_in_words
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions/schema/{kind}")
def schema(viewer: SignedInViewer, kind: str) -> Response:
    """Every part of a kind, with what it is and what it is for."""
    return json_answer(dict(given(schema_in_words(viewer.actor, kind))))
