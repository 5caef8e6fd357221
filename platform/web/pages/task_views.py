"""Saved views of the list of tasks: kept, renamed, put first, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.saved_views import SavedView
from orderloom.platform.app.task_query import TaskQuery, task_query
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.pages.tasks import LIST, address, shown
from orderloom.platform.web.refused import note
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender

router = APIRouter(route_class=ThreadedRoute)


@router.post("/tasks/views")
def save(sender: FormSender) -> Response:
    """What the list shows now, under a name."""
    fields = sender.fields
    query, name = dict(parse_qsl(fields.get("back"))), fields.get("name")
    made = sender.app.saved_views.add(
        sender.actor, LIST, name, query, first=bool(fields.get("first"))
    )
    return _answer(sender, made, query, name)


@router.post("/tasks/views/{id}")
def change(sender: FormSender, id: str) -> Response:
    """`action`: `rename`, also with whether the page begins with it, or `forget`."""
    fields, views = sender.fields, sender.app.saved_views
    action = fields.get("action")
    if action == "forget":
        given(views.remove(sender.actor, LIST, id))
        return go("/tasks?scope=mine", "view_gone")
    if action != "rename":
        raise Refused(Rejection("request.malformed", "Expected rename or forget.", path="action"))
    known: SavedView = given(views.one(sender.actor, LIST, id))
    name = fields.get("name")
    changed = views.change(sender.actor, LIST, id, name=name, first=bool(fields.get("first")))
    return _answer(sender, changed, known.query, name)


def _answer(
    sender: Sender, kept: SavedView | Rejection, query: Mapping[str, str], name: str
) -> Response:
    """On to the view, or the list with what stands against keeping it."""
    if not isinstance(kept, Rejection):
        return go(address(kept.query), "view_saved")
    note(sender.viewer.request, kept, channel=CHANNEL)
    read = task_query(query)
    asked = TaskQuery() if isinstance(read, Rejection) else read
    return shown(sender.viewer, asked, refused=kept, typed=name)
