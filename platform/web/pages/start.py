"""New bundles and new definitions: a choice, a name, then the page on which they are designed."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.start_names import LONGEST
from orderloom.platform.app.starting import Beginning
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.bundle_files import bundle_page
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
_OTHER: Final = re.compile(r"[^a-z0-9]+")
# What no decomposition takes its stroke from.
_STROKED: Final = str.maketrans({"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ø": "o", "Ø": "o"})


@router.get("/definitions/new")
def choose(viewer: SignedInViewer, template: str = "") -> Response:
    """What a new process begins with."""
    return _page(viewer, Beginning(bundle="", title="", template=template))


@router.post("/definitions/new")
def begin(sender: FormSender) -> Response:
    """Makes the drafts and goes to the process's page, where a tour begins."""
    fields = sender.fields
    title = fields.get("title").strip()
    wanted = Beginning(
        bundle=fields.get("bundle").strip() or named(title),
        title=title,
        template=fields.get("template"),
        starts=fields.get("starts"),
        approves=fields.get("approves"),
    )
    made = sender.app.starting.begin(sender.actor, wanted)
    if isinstance(made, Rejection):
        note(sender.viewer.request, made, channel=CHANNEL)
        return _page(sender.viewer, wanted, refused=made)
    return go(f"/definitions/process/{quote(made.process, safe='~')}/design?tour=1")


@router.post("/bundles/{bundle}/definitions")
def add(sender: FormSender, bundle: str) -> Response:
    """A new definition of a bundle, then its page."""
    fields = sender.fields
    title = fields.get("title").strip()
    made = sender.app.starting.add(
        sender.actor,
        bundle,
        fields.get("kind"),
        id_=fields.get("id").strip() or named(title),
        title=title,
    )
    if isinstance(made, Rejection):
        note(sender.viewer.request, made, channel=CHANNEL)
        return bundle_page(sender.viewer, bundle, refused=made, typed=dict(fields.pairs))
    return go(f"/definitions/{made.kind}/{quote(made.id, safe='~')}/design")


@router.post("/bundles/{bundle}/give-up")
def give_up(sender: FormSender, bundle: str) -> Response:
    """A bundle that was begun and never published is no more."""
    refused = sender.app.starting.give_up(sender.actor, bundle)
    if refused is None:
        return go("/definitions", "bundle_given_up")
    note(sender.viewer.request, refused, channel=CHANNEL)
    given(sender.app.bundle_views.one(sender.actor, bundle))
    return bundle_page(sender.viewer, bundle, refused=refused)


def named(title: str) -> str:
    """An id made of a title: letters without their marks, hyphens between words."""
    plain = unicodedata.normalize("NFKD", title.translate(_STROKED)).lower()
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return _OTHER.sub("-", plain).strip("-")[:LONGEST].rstrip("-")


def _page(viewer: Viewer, wanted: Beginning, *, refused: Rejection | None = None) -> Response:
    starting = viewer.app.starting
    return render(
        viewer,
        "start.html",
        status=200 if refused is None else status_of(refused.code),
        wanted=wanted,
        templates=given(starting.templates(viewer.actor)),
        roles=given(starting.roles(viewer.actor)),
        refused=() if refused is None else sentences(refused, viewer.words),
        most=LONGEST,
    )
