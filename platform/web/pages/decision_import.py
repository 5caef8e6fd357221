"""Decisions from spreadsheets and models of other tools, looked at before they change a draft."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundle_versions import grouped
from orderloom.platform.app.bundles import finding_json
from orderloom.platform.app.drafting import WRITE, DraftView
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.table_import import FORMATS, Proposal, proposal, written
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
KIND: Final = "decision"
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "dmn": "application/xml; charset=utf-8",
}


@router.get("/definitions/decision/{id}/import")
def choose(viewer: SignedInViewer, id: str) -> Response:
    """The page to choose a file."""
    return _page(viewer, _to_change(viewer, id))


@router.post("/definitions/decision/{id}/import")
def bring(sender: FormSender, id: str) -> Response:
    """A file: what it would change. With `action=accept` what was looked at becomes the draft."""
    view = _to_change(sender.viewer, id)
    content = _sent(sender)
    if not content:
        return _page(sender.viewer, view)
    made = proposal(view.value or {}, content, which=sender.fields.get("which"))
    if isinstance(made, Rejection):
        return _refused(sender, view, made)
    if sender.fields.get("action") != "accept":
        return _page(sender.viewer, view, made=made, content=content)
    tag = sender.fields.get("tag")
    saved = sender.app.drafting.change(sender.actor, KIND, id, made.value, tag=tag)
    if isinstance(saved, Rejection):
        return _refused(sender, view, saved, made=made, content=content)
    return go(f"/definitions/{KIND}/{quote(id, safe='~')}/design")


@router.get("/definitions/decision/{id}/export")
def export(viewer: SignedInViewer, id: str, format: str = "xlsx") -> Response:
    """The draft as a file."""
    view = given(viewer.app.drafting.one(viewer.actor, KIND, id))
    data = given(written(view.value or {}, format if format in FORMATS else ""))
    headers = {"Content-Disposition": f'attachment; filename="{_plain(id)}.{format}"'}
    return Response(data, media_type=MEDIA[format], headers=headers)


def _to_change(viewer: Viewer, id_: str) -> DraftView:
    refused = needs(viewer.actor, WRITE)
    if refused is not None:
        raise Refused(refused)
    view: DraftView = given(viewer.app.drafting.one(viewer.actor, KIND, id_))
    return view


def _sent(sender: Sender) -> bytes:
    """A file that comes for the first time, or came before."""
    fresh = sender.fields.files.get("file")
    if fresh:
        return fresh
    try:
        return base64.urlsafe_b64decode(sender.fields.get("data"))
    except (binascii.Error, ValueError):
        return b""


def _refused(sender: Sender, view: DraftView, refused: Rejection, **looked_at: Any) -> Response:
    note(sender.viewer.request, refused, channel=CHANNEL)
    return _page(sender.viewer, view, refused=refused, **looked_at)


def _page(
    viewer: Viewer,
    view: DraftView,
    *,
    made: Proposal | None = None,
    content: bytes = b"",
    refused: Rejection | None = None,
) -> Response:
    words = viewer.words
    return render(
        viewer,
        "design_decision_import.html",
        status=status_of(refused.code) if refused else 200,
        draft=view,
        made=made,
        groups=() if made is None else grouped(made.changes, words),
        findings=() if made is None else _findings(viewer, view, made),
        data=base64.urlsafe_b64encode(content).decode() if made is not None else "",
        refused=sentences(refused, words) if refused else (),
    )


def _findings(viewer: Viewer, view: DraftView, made: Proposal) -> list[dict[str, Any]]:
    """What would be wrong with the draft, each with its cell in the file."""
    drafting = viewer.app.drafting
    text = drafting.written(viewer.actor, KIND, view.id, made.value)
    if isinstance(text, Rejection):
        return []
    found = given(drafting.findings(viewer.actor, KIND, view.id, text))
    return [{**finding_json(each, viewer.words), "cell": made.place_of(each)} for each in found]


def _plain(id_: str) -> str:
    """An id as part of a header."""
    return "".join(sign for sign in id_ if sign.isascii() and (sign.isalnum() or sign in "-_"))
