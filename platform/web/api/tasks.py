"""`/tasks`: what waits for whom, and what is done about it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.reply import Reply
from orderloom.platform.app.standing import standing
from orderloom.platform.app.task_query import LONGEST, task_query
from orderloom.platform.codec import canonical
from orderloom.platform.engine.commands import (
    Actor,
    AddApprover,
    Body,
    CastVerdict,
    ClaimTask,
    Command,
    CompleteTask,
    Delegate,
    Reassign,
)
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api import bodies
from orderloom.platform.web.api.answering import changed, json_answer
from orderloom.platform.web.api.bodies import given, read_body
from orderloom.platform.web.api.dependencies import (
    App,
    Caller,
    Cursor,
    IfMatch,
    Key,
    Limit,
    Raw,
    accepted,
    command_of,
    revision_of,
)
from orderloom.platform.web.api.described import answers, page_of, ref, takes
from orderloom.platform.web.api.problems import problem_body
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.errors import status_of
from orderloom.platform.web.refused import carried_out
from orderloom.platform.words import Words

router = APIRouter(prefix="/tasks", route_class=ApiRoute, tags=["tasks"])
TaskId = Annotated[str, Path(max_length=40, pattern=r"^[0-9]{1,18}\.[0-9]{1,18}$")]
Name = Annotated[str | None, Query(max_length=LONGEST)]
Search = Annotated[
    str | None,
    Query(
        max_length=LONGEST,
        description="Beginnings of words of the order, or of who started it",
    ),
]
CHANGES = answers(ref("Standing"), refusals=(400, 403, 404, 409, 413))


@router.get("", summary="List tasks", responses=answers(page_of("Task", "DoneTask")))
def list_tasks(
    app: App,
    actor: Caller,
    scope: Literal["mine", "team", "unassigned", "substituted", "done", "all"] = "mine",
    process: Name = None,
    kind: Literal["approval", "task", "ticket", "answer", "attention"] | None = None,
    stage: Name = None,
    due: Literal["late", "today", "week", "none"] | None = None,
    paused: Literal["yes", "no"] | None = None,
    q: Search = None,
    sort: Literal["due", "oldest", "newest", "amount", "order"] = "due",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Open tasks: the caller's (`mine`), offered to a role of the caller's and taken by nobody
    (`unassigned`) or by whomever (`team`), those for whom the caller stands in (`substituted`), or
    `all` of them. `done`: what the caller has decided or completed, newest first and without
    filters. A page may be short and still have a `next`."""
    words = {"scope": scope, "process": process, "kind": kind, "stage": stage, "due": due}
    words |= {"paused": paused, "q": q, "sort": sort}
    query = accepted(task_query({name: word for name, word in words.items() if word}))
    if scope == "done":
        done = accepted(app.views.done(actor, cursor, limit))
        return json_answer(
            {"items": [shapes.done_json(line) for line in done.items], "next": done.next}
        )
    page = accepted(app.views.tasks(actor, query, cursor, limit))
    return json_answer(
        {"items": [shapes.task_json(task) for task in page.items], "next": page.next}
    )


@router.get("/counts", summary="Count tasks", responses=answers(ref("TaskCounts")))
def count_tasks(app: App, actor: Caller) -> Response:
    """How many tasks wait in each scope, a hundred at most."""
    return json_answer(dict(app.views.task_counts(actor)))


@router.post(
    "/bulk-verdict",
    summary="Cast a verdict on many",
    responses=answers(ref("BulkVerdicts"), refusals=(400, 413)),
    openapi_extra=takes("BulkVerdict"),
)
def cast_verdicts(app: App, actor: Caller, raw: Raw, key: Key = None) -> Response:
    """The same verdict on each task, each accepted or refused by itself; `results` stand in the
    order sent. An Idempotency-Key covers each by its place."""
    sent = read_body(raw, bodies.BulkVerdict, limit=app.settings.body_limit)
    other = _other(app, actor, sent.for_)
    commands = [
        Command(
            body=CastVerdict(_n(id), sent.verdict, given(sent.comment)),
            actor=actor,
            order=_order(id),
            channel="api",
            on_behalf_of=other,
            key=f"{key}#{place}" if key else None,
            key_scope=f"order:{_order(id)}:{actor.id}",
            request_digest=hashlib.sha256(
                canonical([id, sent.verdict, given(sent.comment)])
            ).digest(),
        )
        for place, id in enumerate(sent.tasks)
    ]
    words, results, refused = Words(actor.language), [], 0
    for id, reply in zip(sent.tasks, app.handle_many(commands), strict=True):
        one: dict[str, Any] = {"id": id, "ok": isinstance(reply, Reply)}
        if isinstance(reply, Rejection):
            refused += 1
            known = _known(reply, id)
            one["problem"] = problem_body(known, words, status_of(known.code))
        else:
            one["order"] = standing(reply.state, reply.release, reply.revision, actor)
        results.append(one)
    return json_answer({"done": len(results) - refused, "refused": refused, "results": results})


@router.post(
    "/{id}/verdict", summary="Cast a verdict", responses=CHANGES, openapi_extra=takes("Verdict")
)
def cast_verdict(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Approve, reject (with a comment), return … the approval that the task asks for."""
    sent = read_body(raw, bodies.Verdict, limit=app.settings.body_limit)
    body = CastVerdict(
        task=_n(id),
        verdict=sent.verdict,
        comment=given(sent.comment),
        changes=given(sent.changes),
        key=given(sent.key),
        to=_person(app, actor, sent.to) if given(sent.to) else None,
    )
    return _answer(request, app, actor, id, body, raw, key, sent.for_)


@router.post(
    "/{id}/complete", summary="End a task", responses=CHANGES, openapi_extra=takes("Completion")
)
def complete_task(
    request: Request,
    app: App,
    actor: Caller,
    id: TaskId,
    raw: Raw,
    key: Key = None,
    if_match: IfMatch = None,
) -> Response:
    """Ends a task with its outcome and data, mends what a ticket is about, or answers a question.
    With If-Match only of the order as the caller saw it."""
    sent = read_body(raw, bodies.Completion, limit=app.settings.body_limit)
    body = CompleteTask(
        task=_n(id), outcome=given(sent.outcome), data=sent.data, comment=given(sent.comment)
    )
    revision = revision_of(if_match)
    return _answer(request, app, actor, id, body, raw, key, sent.for_, revision=revision)


@router.post("/{id}/claim", summary="Take a task", responses=CHANGES, openapi_extra=takes("Claim"))
def claim_task(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Takes a task for the caller, so that others leave it alone; `release` gives it back."""
    sent = read_body(raw, bodies.Claim, limit=app.settings.body_limit)
    body = ClaimTask(_n(id), release=sent.release)
    return _answer(request, app, actor, id, body, raw, key, sent.for_)


@router.post(
    "/{id}/reassign",
    summary="Give a task to another",
    responses=CHANGES,
    openapi_extra=takes("Reassignment"),
)
def reassign_task(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Gives the task, or the caller's part of an approval, to one person for good."""
    sent = read_body(raw, bodies.Reassignment, limit=app.settings.body_limit)
    whose = _person(app, actor, sent.whose) if given(sent.whose) else None
    to = _person(app, actor, sent.to)
    body = Reassign(_n(id), to, reason=given(sent.reason), whose=whose)
    return _answer(request, app, actor, id, body, raw, key, sent.for_)


@router.post(
    "/{id}/delegate",
    summary="Delegate one verdict",
    responses=CHANGES,
    openapi_extra=takes("HandOver"),
)
def delegate_verdict(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Lets one person give this verdict for the caller; they cannot hand it on."""
    sent = read_body(raw, bodies.HandOver, limit=app.settings.body_limit)
    body = Delegate(_n(id), _person(app, actor, sent.to), reason=given(sent.reason))
    return _answer(request, app, actor, id, body, raw, key, sent.for_)


@router.post(
    "/{id}/approvers",
    summary="Add an approver",
    responses=CHANGES,
    openapi_extra=takes("HandOver"),
)
def add_approver(
    request: Request, app: App, actor: Caller, id: TaskId, raw: Raw, key: Key = None
) -> Response:
    """Asks one more person, who must approve too."""
    sent = read_body(raw, bodies.HandOver, limit=app.settings.body_limit)
    body = AddApprover(_n(id), _person(app, actor, sent.to), reason=given(sent.reason))
    return _answer(request, app, actor, id, body, raw, key, sent.for_)


def _answer(
    request: Request,
    app: App,
    actor: Actor,
    id: str,
    body: Body,
    raw: bytes,
    key: str | None,
    for_: Any,
    *,
    revision: int | None = None,
) -> Response:
    """404 by the task's id where the caller may not see the order."""
    command = command_of(request, actor, body, order=_order(id), raw=raw, key=key)
    command = replace(command, expected_revision=revision)
    reply = app.handle(replace(command, on_behalf_of=_other(app, actor, for_)))
    if isinstance(reply, Rejection):
        reply = _known(reply, id)
    return changed(request, carried_out(reply))


def _known(refused: Rejection, id: str) -> Rejection:
    """What the caller may not see is not there."""
    if refused.code != "order.not_found":
        return refused
    return Rejection("task.not_found", f"There is no task {id}.", {"task": id})


def _person(app: App, actor: Actor, who: Any) -> str:
    """The id of a person by login or id. Raises `Refused` with `task.unknown_person`."""
    found = app.accounts.person(str(who), actor.organisation)
    if isinstance(found, Rejection):
        message = f"There is no user {who}."
        raise Refused(Rejection("task.unknown_person", message, {"user": str(who)}, "to"))
    return found.id


def _other(app: App, actor: Actor, for_: Any) -> str | None:
    """For whom the caller says that they act; None for themselves."""
    if given(for_) is None:
        return None
    found = _person(app, actor, for_)
    return None if found == actor.id else found


def _order(id: str) -> int:
    """The order of a task's id; 0, which none has, for what is no id."""
    order = id.partition(".")[0]
    return int(order) if order.isascii() and order.isdigit() and len(order) < 19 else 0


def _n(id: str) -> int:
    n = id.partition(".")[2]
    return int(n) if n.isascii() and n.isdigit() and len(n) < 19 else 0
