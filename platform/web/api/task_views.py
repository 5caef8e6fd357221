"""`/task-views`: how the caller wants to see the list of tasks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from msgspec import to_builtins

from orderloom.platform.app.order_json import Json
from orderloom.platform.app.saved_views import SavedView
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import NewTaskView, TaskViewChange, given, read_body
from orderloom.platform.web.api.dependencies import App, Caller, Raw, accepted
from orderloom.platform.web.api.described import answers, listed, ref, takes
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(prefix="/task-views", route_class=ApiRoute, tags=["tasks"])
PAGE = "tasks"
ViewId = Annotated[str, Path(max_length=40, pattern=r"^v_[0-9a-f]{16}$")]


@router.get("", summary="List saved views", responses=answers(listed("TaskView")))
def list_views(app: App, actor: Caller) -> Response:
    """The caller's own, by name."""
    return json_answer({"items": [_shape(each) for each in app.saved_views.of(actor, PAGE)]})


@router.post(
    "",
    status_code=201,
    summary="Save a view",
    responses=answers(ref("TaskView"), status=201, refusals=(400, 409, 413)),
    openapi_extra=takes("NewTaskView"),
)
def add_view(app: App, actor: Caller, raw: Raw) -> Response:
    """Twenty at most, each name once. What the list does not know is refused with its place."""
    sent = read_body(raw, NewTaskView, limit=app.settings.body_limit)
    made = app.saved_views.add(actor, PAGE, sent.name, _words(sent.query), first=sent.first)
    return json_answer(_shape(accepted(made)), status=201)


@router.put(
    "/{id}",
    summary="Change a saved view",
    responses=answers(ref("TaskView"), refusals=(400, 404, 409, 413)),
    openapi_extra=takes("TaskViewChange"),
)
def change_view(app: App, actor: Caller, id: ViewId, raw: Raw) -> Response:
    """Its name, its query, whether the page begins with it. 404 also for another's."""
    sent = read_body(raw, TaskViewChange, limit=app.settings.body_limit)
    query = None if given(sent.query) is None else _words(sent.query)
    changed = app.saved_views.change(
        actor, PAGE, id, name=given(sent.name), query=query, first=given(sent.first)
    )
    return json_answer(_shape(accepted(changed)))


@router.delete(
    "/{id}",
    summary="Forget a saved view",
    responses=answers(ref("TaskView"), refusals=(404,)),
)
def remove_view(app: App, actor: Caller, id: ViewId) -> Response:
    """Answers with the view as it was."""
    return json_answer(_shape(accepted(app.saved_views.remove(actor, PAGE, id))))


def _words(query: Any) -> dict[str, str]:
    """Only those that differ from the plain list."""
    found: dict[str, str] = to_builtins(query)
    return found


def _shape(view: SavedView) -> Json:
    return {"id": view.id, "name": view.name, "query": dict(view.query), "first": view.first}
