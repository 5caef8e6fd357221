"""One order: where it stands, what may be done, and what was."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.view_forms import problems_of
from orderloom.platform.app.view_models import OrderView, Typed
from orderloom.platform.engine.commands import (
    Body,
    CastVerdict,
    DiscardDraft,
    EditData,
    SendEvent,
    SetHold,
    StartActivity,
    StartDraft,
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
OWN_FIELDS = ("csrf", "revision", "reason", "action")


@router.post("/orders/{number:path}/data")
def edit(sender: FormSender, number: str) -> Response:
    """Saves the fields; of a draft, also starts it when that button was pressed."""
    view = _view(sender, number)
    read = view.submit.submit(
        sender.fields.without(*OWN_FIELDS),
        view.base,
        language=sender.actor.language,
        records=sender.record,
    )
    note_strangers(sender, read, number)
    typed = Typed(read.data, read.problems)
    starting = sender.fields.get("action") == "start" and view.head.status == "draft"
    if read.again or read.strange or (read.problems and view.head.status != "draft"):
        return _again(sender, number, typed)
    if read.patch:
        reason = sender.fields.text("reason")
        refused = send(
            sender, EditData(read.patch, reason), order=view.head.id, revision=revision_of(sender)
        )
        if isinstance(refused, Rejection):
            return _again(sender, number, Typed(read.data, problems_of(refused)), refused)
    if not starting:
        return go(order_path(number), "saved")
    reply = send(sender, StartDraft(), order=view.head.id)
    if isinstance(reply, Rejection):
        return _again(sender, number, Typed(read.data, problems_of(reply)), reply)
    return go(order_path(reply.number or number), "created")


@router.post("/orders/{number:path}/discard")
def discard(sender: FormSender, number: str) -> Response:
    reply = send(sender, DiscardDraft(), order=_view(sender, number).head.id)
    return (
        _again(sender, number, None, reply)
        if isinstance(reply, Rejection)
        else go("/tasks", "discarded")
    )


@router.post("/orders/{number:path}/events/{name}")
def event(sender: FormSender, number: str, name: str) -> Response:
    view = _view(sender, number)
    button = next((each for each in view.buttons if each.name == name), None)
    if button is None:
        refused = Rejection("event.not_expected", f"{name} is not expected now.", {"event": name})
        return _again(sender, number, None, refused)
    data = {}
    typed = None
    if button.submit is not None:
        base = view.base if button.only is not None else button.base
        read = button.submit.submit(
            sender.fields.below(f"{name}."),
            base,
            language=sender.actor.language,
            records=sender.record,
            only=button.only,
        )
        note_strangers(sender, read, number)
        typed = Typed(read.data, read.problems)
        if read.problems or read.again:
            return _again(sender, number, None, event=(name, typed))
        # A form of the event's own is sent whole: what stood there when it was shown counts.
        data = dict(read.patch if button.only is not None else read.data)
    body = SendEvent(name, data, sender.fields.text("reason"))
    reply = send(sender, body, order=view.head.id)
    if isinstance(reply, Rejection):
        again = (name, Typed(typed.data, problems_of(reply))) if typed else None
        return _again(sender, number, None, reply, event=again)
    return go(order_path(number), "sent")


@router.post("/orders/{number:path}/holds/{hold}")
def hold(sender: FormSender, number: str, hold: str) -> Response:
    on = sender.fields.get("on") == "1"
    body = SetHold(hold, on, sender.fields.text("reason"))
    return _send(sender, _view(sender, number), body, done="held" if on else "released")


@router.post("/orders/{number:path}/activities/{n}")
def activity(sender: FormSender, number: str, n: int) -> Response:
    return _send(sender, _view(sender, number), StartActivity(n), done="started")


@router.post("/orders/{number:path}/withdraw/{task}")
def withdraw(sender: FormSender, number: str, task: int) -> Response:
    body = CastVerdict(task, "withdraw", sender.fields.text("reason"))
    return _send(sender, _view(sender, number), body, done="withdrawn")


@router.post("/orders/{number:path}/undo/{task}")
def undo(sender: FormSender, number: str, task: int) -> Response:
    """Takes one's own verdict back; the task is there again."""
    view = _view(sender, number)
    reply = send(
        sender, CastVerdict(task, "undo", sender.fields.text("reason")), order=view.head.id
    )
    if isinstance(reply, Rejection):
        return _again(sender, number, None, reply)
    return go(task_path(f"{view.head.id}.{task}"), "undone")


@router.get("/orders/{number:path}")
def order(viewer: SignedInViewer, number: str, cursor: str = "") -> Response:
    views = viewer.app.views
    return _page(
        viewer, given(views.order(viewer.actor, number, cursor=cursor or None, approvers=True))
    )


def _view(sender: Sender, number: str) -> OrderView:
    view: OrderView = given(sender.app.views.order(sender.actor, number))
    return view


def _send(sender: Sender, view: OrderView, body: Body, *, done: str) -> Response:
    reply = send(sender, body, order=view.head.id)
    if isinstance(reply, Rejection):
        return _again(sender, view.head.number, None, reply)
    # Whoever ended their part may no longer see the order: then the tasks are next.
    still = sender.app.views.order(sender.actor, view.head.number)
    if isinstance(still, Rejection):
        return go("/tasks", done)
    return go(order_path(view.head.number), done)


def _again(
    sender: Sender,
    number: str,
    typed: Typed | None,
    refused: Rejection | None = None,
    *,
    event: tuple[str, Typed] | None = None,
) -> Response:
    """The page once more, with what was typed and the reason why it was not taken."""
    view = sender.app.views.order(sender.actor, number, typed=typed, event=event, approvers=True)
    if isinstance(view, Rejection):
        raise Refused(refused or view)
    # What was not refused is still about the order as the page first showed it.
    first = None if refused else revision_of(sender)
    return _page(sender.viewer, view, refused, opened=event[0] if event else "", revision=first)


def _said(viewer: Viewer, view: OrderView, refused: Rejection | None) -> tuple[str, ...]:
    """What stands above the page: problems of fields stand at them, where they can be changed."""
    if view.form.problems and (view.editable or view.head.status == "draft"):
        return ()
    if refused is not None:
        return why_not(refused, view.submit, viewer.words)
    return tuple(dict.fromkeys(each.sentence for each in view.form.problems))


def _page(
    viewer: Viewer,
    view: OrderView,
    refused: Rejection | None = None,
    opened: str = "",
    revision: int | None = None,
) -> Response:
    wrong = bool(view.form.problems)
    status = status_of(refused.code) if refused else 422 if wrong or opened else 200
    draft = view.head.status == "draft"
    return render(
        viewer,
        "draft.html" if draft else "order.html",
        status=status,
        order=view,
        documents=viewer.app.attachments.beside(viewer.actor, view.head.number),
        refused=_said(viewer, view, refused),
        opened=opened,
        revision=view.head.revision if revision is None else revision,
        done=viewer.request.query_params.get("done", ""),
        **({} if draft else said_of(viewer, view.head.number)),
    )
