"""One task: look, then give a verdict, end it, mend it, set it aside, or settle it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.checked import stopping
from orderloom.platform.app.view_forms import problems_of
from orderloom.platform.app.view_models import TaskAsked, TaskView, Typed
from orderloom.platform.engine.commands import (
    AddApprover,
    Body,
    CastVerdict,
    ClaimTask,
    CompleteTask,
    Delegate,
    Reassign,
    SettleAttention,
    WaiveTicket,
)
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import status_of
from orderloom.platform.web.pages.comments import said_of
from orderloom.platform.web.pages.sending import (
    given,
    go,
    note_strangers,
    order_path,
    revision_of,
    send,
    task_path,
    why_not,
)
from orderloom.platform.web.render import render
from orderloom.platform.web.spooling import UploadRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=UploadRoute)
OWN_FIELDS = (
    "csrf",
    "verdict",
    "comment",
    "outcome",
    "way",
    "reason",
    "stage",
    "release",
    "revision",
)
# How others are brought in: what the form says, and what is asked of the order.
HANDS = {"reassign": Reassign, "delegate": Delegate, "add": AddApprover}


@router.get("/tasks/{id}")
def task(viewer: SignedInViewer, id: str) -> Response:
    return _page(viewer, given(viewer.app.views.task(viewer.actor, id)))


@router.post("/tasks/{id}/verdict")
def verdict(sender: FormSender, id: str) -> Response:
    task = _asked(sender, id)
    fields, said = sender.fields, sender.fields.get("verdict")
    changes = None
    if task.submit is not None and said == "approve":
        read = task.submit.submit(
            fields.without(*OWN_FIELDS),
            task.base,
            language=sender.actor.language,
            records=sender.record,
            only=task.only,
        )
        note_strangers(sender, read, task.number)
        if read.problems or read.again:
            return _again(sender, id, Typed(read.data, read.problems))
        changes = read.patch or None
    to = _person(sender, "_to") if fields.get("_to") and said == "ask" else None
    if isinstance(to, Rejection):
        return _again(sender, id, None, to)
    body = CastVerdict(_number(id), said, fields.text("comment"), changes, to=to)
    return _send(sender, task, body, done=f"verdict_{said}")


@router.post("/tasks/{id}/hand")
def hand(sender: FormSender, id: str) -> Response:
    """Gives the task away, lets another give the verdict, or asks one more."""
    kind = HANDS.get(sender.fields.get("hand"))
    if kind is None:
        raise Refused(Rejection("request.invalid", "There is no such way to bring others in."))
    task = _asked(sender, id)
    to = _person(sender, "_to")
    if isinstance(to, Rejection):
        return _again(sender, id, None, to)
    body: Body = kind(_number(id), to, sender.fields.text("reason"))
    if isinstance(body, Reassign):
        body = replace(body, whose=sender.fields.text("_whose"))
    reply = send(sender, body, order=task.order, for_=_for(sender))
    if isinstance(reply, Rejection):
        return _again(sender, id, None, reply)
    still = sender.app.views.task(sender.actor, id)
    done = f"hand_{sender.fields.get('hand')}"
    return go("/tasks" if isinstance(still, Rejection) else task_path(id), done)


@router.post("/tasks/{id}/complete")
def complete(sender: FormSender, id: str) -> Response:
    task = _asked(sender, id)
    fields = sender.fields
    data = {}
    if task.submit is not None:
        read = task.submit.submit(
            _named(fields.without(*OWN_FIELDS), task.prefix),
            task.base,
            language=sender.actor.language,
            records=sender.record,
            only=task.only,
        )
        note_strangers(sender, read, task.number)
        if read.problems or read.again:
            return _again(sender, id, Typed(read.data, read.problems), first=revision_of(sender))
        # A form of the task's own is sent whole: what stood there when it was shown counts.
        data = dict(read.patch if task.only is not None else read.data)
    body = CompleteTask(_number(id), fields.text("outcome"), data, fields.text("comment"))
    typed = Typed(read.data) if task.submit is not None else None
    if task.kind == "ticket":
        return _mended(sender, task, body, typed)
    done = "answer" if task.kind == "answer" else "task"
    return _send(sender, task, body, done=done, typed=typed)


def _named(pairs: Iterable[tuple[str, str]], prefix: str) -> list[tuple[str, str]]:
    """The pairs without the beginning that keeps the forms of one page apart."""
    return [(name.removeprefix(prefix), value) for name, value in pairs]


def _mended(sender: Sender, task: TaskAsked, body: CompleteTask, typed: Typed | None) -> Response:
    """On to the order, where what is left stands; back to the ticket as long as it is there."""
    reply = send(sender, body, order=task.order, revision=revision_of(sender), for_=_for(sender))
    if isinstance(reply, Rejection):
        typed = Typed(typed.data, problems_of(reply)) if typed else None
        return _again(sender, task.id, typed, reply)
    if str(body.task) in reply.state.tasks:
        return go(task_path(task.id), "still_wrong")
    number = reply.number or task.number
    if not sender.app.views.sees(sender.actor, number):
        return go("/tasks", "mended")
    more = any(True for _ in stopping(reply.state))
    return go(order_path(number), "mended_more" if more else "mended")


@router.post("/tasks/{id}/waive")
def waive(sender: FormSender, id: str) -> Response:
    body = WaiveTicket(_number(id), sender.fields.get("reason"))
    return _send(sender, _asked(sender, id), body, done="waived")


@router.post("/tasks/{id}/claim")
def claim(sender: FormSender, id: str) -> Response:
    back = sender.fields.get("release") == "1"
    body = ClaimTask(_number(id), release=back)
    return _send(
        sender, _asked(sender, id), body, done="released" if back else "claimed", stay=True
    )


@router.post("/tasks/{id}/settle")
def settle(sender: FormSender, id: str) -> Response:
    fields = sender.fields
    way = fields.get("way")
    stage = fields.text("stage") if way == "move" else None
    body = SettleAttention(_number(id), way, fields.text("reason"), stage)
    return _send(sender, _asked(sender, id), body, done="settled")


def _asked(sender: Sender, id_: str) -> TaskAsked:
    asked: TaskAsked = given(sender.app.views.question(sender.actor, id_))
    return asked


def _send(
    sender: Sender,
    task: TaskAsked,
    body: Body,
    *,
    done: str,
    typed: Typed | None = None,
    stay: bool = False,
) -> Response:
    reply = send(sender, body, order=task.order, for_=_for(sender))
    if isinstance(reply, Rejection):
        typed = Typed(typed.data, problems_of(reply)) if typed else None
        return _again(sender, task.id, typed, reply)
    if stay:
        return go(f"/tasks/{task.id}", done)
    number = reply.number or task.number
    if not sender.app.views.sees(sender.actor, number):
        return go("/tasks", done)
    return go(order_path(number), done)


def _person(sender: Sender, field: str) -> str | Rejection:
    """The id of whoever is named by login; `task.unknown_person` for nobody."""
    who = sender.fields.get(field)
    found = sender.app.accounts.person(who, sender.actor.organisation)
    if isinstance(found, Rejection):
        return Rejection("task.unknown_person", f"There is no user {who}.", {"user": who}, "to")
    return found.id


def _for(sender: Sender) -> str | None:
    """In whose name, where the page let one choose."""
    other = sender.fields.get("_for")
    return other if other in sender.actor.in_place_of else None


def _again(
    sender: Sender,
    id_: str,
    typed: Typed | None,
    refused: Rejection | None = None,
    *,
    first: int | None = None,
) -> Response:
    """The page with what was typed and what is wrong; gone if another was faster."""
    view = given(sender.app.views.task(sender.actor, id_, typed=typed))
    comment = sender.fields.get("comment")
    return _page(sender.viewer, view, refused, comment, revision=first)


def _page(
    viewer: Viewer,
    view: TaskView,
    refused: Rejection | None = None,
    comment: str = "",
    *,
    revision: int | None = None,
) -> Response:
    """`revision`: what the page first showed, where what was typed is still about that."""
    wrong = bool(view.form is not None and view.form.problems)
    status = status_of(refused.code) if refused else 422 if wrong else 200
    return render(
        viewer,
        "task.html",
        status=status,
        task=view,
        documents=viewer.app.attachments.beside(viewer.actor, view.order.number),
        refused=why_not(refused, view.submit, viewer.words) if refused else (),
        revision=view.order.revision if revision is None else revision,
        unsaid=refused is not None and refused.code == "approval.reason_required",
        comment=comment,
        reason=comment,
        done=viewer.request.query_params.get("done", ""),
        **said_of(viewer, view.order.number),
    )


def _number(id_: str) -> int:
    return int(id_.partition(".")[2])
