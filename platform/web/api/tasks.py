"""`/tasks`: what waits for whom, verdicts and completions."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.engine.commands import (
    Actor,
    Body,
    CastVerdict,
    CompleteTask,
)
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import changed, json_answer
from orderloom.platform.web.api.bodies import Completion, Verdict, given, read_body
from orderloom.platform.web.api.dependencies import (
    App,
    Caller,
    Cursor,
    Key,
    Limit,
    Raw,
    accepted,
    command_of,
)
from orderloom.platform.web.api.described import answers, page_of, ref, takes
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.refused import carried_out

router = APIRouter(prefix="/tasks", route_class=ApiRoute, tags=["tasks"])
TaskId = Annotated[str, Path(max_length=40, pattern=r"^[0-9]{1,18}\.[0-9]{1,18}$")]
CHANGES = answers(ref("Standing"), refusals=(400, 403, 404, 409, 413))


@router.get("", summary="List tasks", responses=answers(page_of("Task")))
def list_tasks(
    app: App,
    actor: Caller,
    scope: Literal["mine", "team", "all"] = "mine",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Open tasks by due date: the caller's, those of the caller's roles, or both."""
    page = accepted(app.views.tasks(actor, scope, cursor, limit))
    return json_answer(
        {"items": [shapes.task_json(task) for task in page.items], "next": page.next}
    )


@router.post(
    "/{id}/verdict", summary="Cast a verdict", responses=CHANGES, openapi_extra=takes("Verdict")
)
def cast_verdict(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Approve, reject (with a comment), return … the approval that the task asks for."""
    sent = read_body(raw, Verdict, limit=app.settings.body_limit)
    body = CastVerdict(
        task=_n(id),
        verdict=sent.verdict,
        comment=given(sent.comment),
        changes=given(sent.changes),
        key=given(sent.key),
    )
    return _answer(request, app, actor, id, body, raw, key)


@router.post(
    "/{id}/complete", summary="End a task", responses=CHANGES, openapi_extra=takes("Completion")
)
def complete_task(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Ends a task with its outcome and data, or answers a ticket."""
    sent = read_body(raw, Completion, limit=app.settings.body_limit)
    body = CompleteTask(
        task=_n(id), outcome=given(sent.outcome), data=sent.data, comment=given(sent.comment)
    )
    return _answer(request, app, actor, id, body, raw, key)


def _answer(
    request: Request, app: App, actor: Actor, id: str, body: Body, raw: bytes, key: str | None
) -> Response:
    """404 by the task's id where the caller may not see the order."""
    order = int(id.partition(".")[0])
    reply = app.handle(command_of(request, actor, body, order=order, raw=raw, key=key))
    if isinstance(reply, Rejection) and reply.code == "order.not_found":
        reply = Rejection("task.not_found", f"There is no task {id}.", {"task": id})
    return changed(request, carried_out(reply))


def _n(id: str) -> int:
    return int(id.partition(".")[2])
