"""The list of tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.view_models import TaskLine
from orderloom.platform.app.view_tasks import SCOPES
from orderloom.platform.engine.commands import CastVerdict, Command
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence
from orderloom.platform.web.pages.sending import (
    CHANNEL,
    given,
    number_of,
    order_of,
    order_path,
)
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50
MOST = 200


@router.get("/")
def home(viewer: SignedInViewer) -> Response:
    return RedirectResponse("/tasks", status_code=303)


@router.get("/tasks")
def tasks(
    viewer: SignedInViewer, scope: str = "mine", cursor: str = "", done: str = ""
) -> Response:
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    return _list(viewer, scope, cursor=cursor, done=done, part=part)


@router.post("/tasks/verdicts")
def verdicts(sender: FormSender) -> Response:
    """One verdict on many tasks; each has its own result, told on top of the list."""
    fields, words = sender.fields, sender.viewer.words
    verdict, scope = fields.get("verdict"), fields.get("scope") or "mine"
    ids = [value for name, value in fields.pairs if name == "task"][:MOST]
    lines = {task.id: task for task in _known(sender, ids)}
    commands = [
        Command(
            body=CastVerdict(number_of(id), verdict, fields.text("comment")),
            actor=sender.actor,
            order=order_of(id),
            channel=CHANNEL,
        )
        for id in ids
    ]
    results = []
    for id, reply in zip(ids, sender.app.handle_many(commands), strict=True):
        line = lines.get(id)
        ok = not isinstance(reply, Rejection)
        said = (
            words.text(f"web.done.verdict_{verdict}") if ok else sentence(_masked(reply, id), words)
        )
        title = f"{line.order} {line.subject}" if line is not None else id
        path = order_path(line.order) if line is not None else "/tasks"
        results.append({"ok": ok, "title": title, "path": path, "text": said})
    return _list(sender.viewer, scope if scope in SCOPES else "mine", results=results)


def _known(sender: Sender, ids: list[str]) -> list[TaskLine]:
    """The tasks that the sender may see, as they were before."""
    found = (sender.app.views.task(sender.actor, id) for id in ids)
    return [each.line for each in found if not isinstance(each, Rejection)]


def _masked(refused: Any, id: str) -> Rejection:
    """What the sender may not see is not there."""
    if refused.code == "order.not_found":
        return Rejection("task.not_found", f"There is no task {id}.", {"task": id})
    rejection: Rejection = refused
    return rejection


def _list(
    viewer: Viewer,
    scope: str,
    *,
    cursor: str = "",
    done: str = "",
    part: bool = False,
    results: Sequence[Mapping[str, Any]] = (),
) -> Response:
    page = given(viewer.app.views.tasks(viewer.actor, scope, cursor or None, PAGE))
    absent = viewer.actor.in_place_of.values()
    return render(
        viewer,
        "tasks_rows.html" if part else "tasks.html",
        scope=scope,
        page=page,
        done=done,
        results=results,
        stands_in=", ".join(each.name for each in absent),
        late=sum(task.late for task in page.items),
        startable=viewer.app.views.startable(viewer.actor) if not page.items else (),
    )
