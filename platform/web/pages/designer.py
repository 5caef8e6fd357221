"""The designers: one page for each kind, which changes a definition's value in the browser.

The page holds the value; the server writes what was changed into the text that is there, so that
what a designer does not show stays (decision 0030).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundles import finding_json
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.browser_keys import as_stood
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.json_fields import json_map
from orderloom.platform.web.pages.designers import designer_of
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions/{kind}/{id}/design")
def design(viewer: SignedInViewer, kind: str, id: str) -> Response:
    """The page on which a definition is changed by pointer and keys."""
    view = given(viewer.app.drafting.one(viewer.actor, kind, id))
    return render(
        viewer,
        "design.html",
        draft=view,
        designer=designer_of(kind),
        data=_data(viewer, view),
        may_publish="definition.publish" in viewer.actor.permissions,
    )


@router.post("/definitions/{kind}/{id}/design")
def keep(sender: FormSender, kind: str, id: str) -> Response:
    """Keeps a value as the draft. Where somebody saved another one meanwhile: 412 with what
    differs, and the tag with which saving again replaces it."""
    value = value_of(sender, given(sender.app.drafting.one(sender.actor, kind, id)))
    tag = sender.fields.get("tag")
    saved = sender.app.drafting.change(sender.actor, kind, id, value, tag=tag)
    if isinstance(saved, Rejection):
        return refused_json(sender, saved)
    return json_answer({"tag": saved.tag, "findings": findings_json(sender.viewer, saved)})


@router.post("/definitions/{kind}/{id}/design/check")
def check(sender: FormSender, kind: str, id: str) -> Response:
    """What is wrong with a value that is not kept, and the text that it would become."""
    drafting = sender.app.drafting
    value = value_of(sender, given(drafting.one(sender.actor, kind, id)))
    text = given(drafting.written(sender.actor, kind, id, value))
    found = given(drafting.findings(sender.actor, kind, id, text))
    words = sender.viewer.words
    return json_answer({"findings": [finding_json(each, words) for each in found], "text": text})


def _data(viewer: Viewer, view: DraftView) -> dict[str, Any]:
    return {
        "kind": view.kind,
        "id": view.id,
        "bundle": view.bundle,
        "base": viewer.request.url.path.removesuffix("/design"),
        "tag": view.tag,
        "saved": view.saved,
        "version": view.version,
        "value": view.value,
        "mayWrite": "definition.write" in viewer.actor.permissions,
        "findings": findings_json(viewer, view),
    }


def findings_json(viewer: Viewer, view: DraftView) -> list[dict[str, Any]]:
    """What is wrong with a draft as it is saved."""
    found = given(viewer.app.drafting.findings(viewer.actor, view.kind, view.id, view.text))
    return [finding_json(each, viewer.words) for each in found]


def value_of(sender: Sender, there: DraftView) -> Mapping[str, Any]:
    """The value that was sent, its keys where they stood. Refuses what is no map."""
    return dict(as_stood(json_map(sender.fields, "value"), there.value))


def refused_json(sender: Sender, refused: Rejection) -> Response:
    """Why nothing was kept; where somebody saved another text meanwhile, what differs."""
    note(sender.viewer.request, refused, channel=CHANNEL)
    words = sender.viewer.words
    body = {
        "code": refused.code,
        "refused": sentence(refused, words),
        "differs": [sentence(each, words) for each in refused.details],
        "tag": refused.params.get("tag"),
    }
    return json_answer(body, status=status_of(refused.code))
