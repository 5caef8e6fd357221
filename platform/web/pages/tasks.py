"""The list of tasks."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50


@router.get("/")
def home(viewer: SignedInViewer) -> Response:
    return RedirectResponse("/tasks", status_code=303)


@router.get("/tasks")
def tasks(
    viewer: SignedInViewer, scope: str = "mine", cursor: str = "", done: str = ""
) -> Response:
    page = given(viewer.app.views.tasks(viewer.actor, scope, cursor or None, PAGE))
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    return render(
        viewer,
        "tasks_rows.html" if part else "tasks.html",
        scope=scope,
        page=page,
        done=done,
        late=sum(task.late for task in page.items),
        startable=viewer.app.views.startable(viewer.actor) if not page.items else (),
    )
