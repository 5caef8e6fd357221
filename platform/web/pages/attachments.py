"""The files of an order: added, looked at in place, saved, hidden; and files on their way."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path
from fastapi.responses import Response

from orderloom.platform.app.attachments import Opened, no_file
from orderloom.platform.app.file_text import beginning
from orderloom.platform.engine.commands import Attach, Detach
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.file_answers import file_answer
from orderloom.platform.web.pages.sending import CHANNEL, given, go, order_path, send, task_path
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.spooling import UploadRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer

router = APIRouter(route_class=UploadRoute)
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
FILE: Final = "file"


@router.post("/uploads")
def upload(sender: FormSender) -> Response:
    """Keeps a file that a field will name once its form is sent; scripts ask for it."""
    uploads = [each for each in sender.fields.uploads if each.name == FILE]
    if len(uploads) != 1:
        raise Refused(Rejection("request.invalid", "Expected one file"))
    attachments = sender.app.attachments
    taken = attachments.take(sender.actor, uploads[0].filename, uploads[0].source)
    if isinstance(taken, Rejection):
        note(sender.viewer.request, taken, channel=CHANNEL)
        (said, *_) = sentences(taken, sender.viewer.words)
        return json_answer({"sentence": said}, status=status_of(taken.code))
    return json_answer(taken.value())


@router.get("/uploads/{digest}")
def own(viewer: SignedInViewer, digest: Digest) -> Response:
    """A file that the viewer has brought, while nothing names it yet."""
    return file_answer(viewer.request, given(viewer.app.attachments.read_own(viewer.actor, digest)))


@router.post("/orders/{number:path}/attachments")
def attach(sender: FormSender, number: str) -> Response:
    order = given(sender.app.views.head(sender.actor, number)).id
    uploads = [each for each in sender.fields.uploads if each.name == FILE]
    back = _back(sender, number)
    if not uploads:
        return _refused(sender, Rejection("attachment.empty", "no file was chosen"), back)
    for each in uploads:
        taken = sender.app.attachments.take(sender.actor, each.filename, each.source)
        if isinstance(taken, Rejection):
            note(sender.viewer.request, taken, channel=CHANNEL)
            return _refused(sender, taken, back)
        body = Attach(taken.name, taken.size, taken.type, taken.sha256)
        reply = send(sender, body, order=order)
        if isinstance(reply, Rejection):
            return _refused(sender, reply, back)
    return go(back, "attached")


@router.post("/orders/{number:path}/attachments/{digest}/hide")
def hide(sender: FormSender, number: str, digest: Digest) -> Response:
    order = given(sender.app.views.head(sender.actor, number)).id
    body = Detach(digest, sender.fields.text("reason"))
    reply = send(sender, body, order=order)
    back = _back(sender, number)
    return _refused(sender, reply, back) if isinstance(reply, Rejection) else go(back, "detached")


@router.get("/orders/{number:path}/attachments/{digest}/shown")
def shown(viewer: SignedInViewer, number: str, digest: Digest) -> Response:
    """A picture for a page of ours, or a PDF for a tab of its own."""
    opened = _opened(viewer, number, digest)
    if opened.kind.shown not in ("image", "pdf"):
        raise Refused(no_file())
    return file_answer(viewer.request, opened, inline=True)


@router.get("/orders/{number:path}/attachments/{digest}/preview")
def preview(viewer: SignedInViewer, number: str, digest: Digest) -> Response:
    """The file as far as a page can show it; in place where scripts run."""
    opened = _opened(viewer, number, digest)
    text, more = beginning(opened) if opened.kind.shown == "text" else ("", False)
    return render(
        viewer,
        "attachment.html",
        head=given(viewer.app.views.head(viewer.actor, number)),
        opened=opened,
        text=text,
        more=more,
    )


@router.get("/orders/{number:path}/attachments/{digest}")
def read(viewer: SignedInViewer, number: str, digest: Digest) -> Response:
    opened = _opened(viewer, number, digest)
    return file_answer(viewer.request, opened)


def _opened(viewer: SignedInViewer, number: str, digest: str) -> Opened:
    opened: Opened = given(viewer.app.attachments.read(viewer.actor, number, digest))
    viewer.app.seeing.file(viewer.app.views.desk, viewer.actor, number, channel=CHANNEL)
    return opened


def _back(sender: Sender, number: str) -> str:
    """Where the form stood: the page of a task, or of the order."""
    task = sender.fields.get("task")
    return task_path(task) if task else order_path(number)


def _refused(sender: Sender, refused: Rejection, back: str) -> Response:
    return render(
        sender.viewer,
        "attachment_refused.html",
        status=status_of(refused.code),
        refused=sentences(refused, sender.viewer.words),
        back=back,
    )
