"""`/tasks`: what waits for whom, verdicts and completions."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.standing import standing
from orderloom.platform.engine.commands import (
    Actor,
    Body,
    CastVerdict,
    Command,
    CompleteTask,
)
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import Completion, Verdict, given, read_body
from orderloom.platform.web.api.dependencies import (
    App,
    Caller,
    Cursor,
    Key,
    Limit,
    Raw,
    accepted,
    digest,
)
from orderloom.platform.web.api.described import answers, page_of, ref, takes
from orderloom.platform.web.api.route import ApiRoute

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
    order, n = _parts(app, actor, id)
    body = CastVerdict(
        task=n,
        verdict=sent.verdict,
        comment=given(sent.comment),
        changes=given(sent.changes),
        key=given(sent.key),
    )
    return _answer(request, app, actor, order, body, raw, key)


@router.post(
    "/{id}/complete", summary="End a task", responses=CHANGES, openapi_extra=takes("Completion")
)
def complete_task(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Ends a task with its outcome and data, or answers a ticket."""
    sent = read_body(raw, Completion, limit=app.settings.body_limit)
    order, n = _parts(app, actor, id)
    body = CompleteTask(
        task=n, outcome=given(sent.outcome), data=sent.data, comment=given(sent.comment)
    )
    return _answer(request, app, actor, order, body, raw, key)


def _parts(app: App, actor: Actor, id: str) -> tuple[int, int]:
    """Order and number of a task; 404 where the caller may not see the order."""
    order, _, n = id.partition(".")
    if isinstance(app.views.head(actor, f"~{order}"), Rejection):
        raise Refused(Rejection("task.not_found", f"There is no task {id}.", {"task": id}))
    return int(order), int(n)


def _answer(
    request: Request, app: App, actor: Actor, order: int, body: Body, raw: bytes, key: str | None
) -> Response:
    reply = accepted(
        app.handle(
            Command(
                body=body,
                actor=actor,
                order=order,
                channel="api",
                key=key,
                key_scope=f"order:{order}:{actor.id}",
                request_digest=digest(request, raw),
            )
        )
    )
    headers = {"Idempotency-Replayed": "true"} if reply.replayed else {}
    return json_answer(standing(reply.state, reply.release, reply.revision), headers=headers)
