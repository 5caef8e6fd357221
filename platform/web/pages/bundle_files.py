"""A bundle: what it consists of, as a zip out of this environment and into it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundle_exchange import Brought
from orderloom.platform.app.bundle_versions import grouped
from orderloom.platform.app.bundles import Faulty, finding_json
from orderloom.platform.app.publish import KINDS
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, sentences, status_of
from orderloom.platform.web.file_answers import disposition
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
MOST_TOLD: Final = 50


@router.get("/bundles/{bundle}")
def one(viewer: SignedInViewer, bundle: str, done: str = "") -> Response:
    """The definitions of a bundle, and what can be done with all of them."""
    return bundle_page(viewer, bundle, done=done)


@router.get("/bundles/{bundle}/zip")
def download(viewer: SignedInViewer, bundle: str, drafts: bool = False) -> Response:
    """The bundle as a file: as it is published, or with its drafts."""
    data = given(viewer.app.exchange.packed(viewer.actor, bundle, drafts=drafts))
    name = f"{bundle}-drafts.zip" if drafts else f"{bundle}.zip"
    headers = {"Content-Disposition": disposition(name)}
    return Response(data, media_type="application/zip", headers=headers)


@router.get("/definitions/import")
def choose(viewer: SignedInViewer) -> Response:
    given(viewer.app.starting.templates(viewer.actor))
    return _import(viewer)


@router.post("/definitions/import")
def bring(sender: FormSender) -> Response:
    """A zip is looked at; with `action=accept` what was looked at becomes drafts."""
    exchange, fields = sender.app.exchange, sender.fields
    if fields.get("action") == "accept":
        data = _unpacked(fields.get("data"))
        made = exchange.compare(sender.actor, data)
        count = exchange.accept(sender.actor, data, expected=fields.get("digest"))
        if isinstance(made, Brought) and not isinstance(count, Rejection):
            return go(f"/bundles/{made.bundle}", "bundle_imported")
        made = count if isinstance(count, Rejection) else made
    else:
        data = fields.files.get("file") or b""
        made = exchange.compare(sender.actor, data)
    if isinstance(made, Rejection):
        note(sender.viewer.request, made, channel=CHANNEL)
        return _import(sender.viewer, refused=made)
    return _import(sender.viewer, made=made, data=data)


def bundle_page(
    viewer: Viewer,
    bundle: str,
    *,
    done: str = "",
    refused: Rejection | None = None,
    typed: Mapping[str, str] | None = None,
    standing: Mapping[str, Mapping[str, Any]] | None = None,
) -> Response:
    """The page of a bundle. `typed`: what somebody wrote who was refused. `standing`: how its
    scenarios stand, by their ids."""
    view = given(viewer.app.bundle_views.one(viewer.actor, bundle))
    return render(
        viewer,
        "bundle.html",
        status=200 if refused is None else status_of(refused.code),
        bundle=view,
        kinds=KINDS,
        typed=typed or {},
        scenarios=given(viewer.app.bundle_scenarios.all(viewer.actor, bundle)),
        removed=given(viewer.app.bundle_scenarios.removed(viewer.actor, bundle)),
        standing=standing,
        unplayed=False,
        done=done,
        refused=() if refused is None else sentences(refused, viewer.words),
        may_write="definition.write" in viewer.actor.permissions,
        may_publish="definition.publish" in viewer.actor.permissions,
    )


def _import(
    viewer: Viewer,
    *,
    made: Brought | None = None,
    data: bytes = b"",
    refused: Rejection | None = None,
) -> Response:
    words = viewer.words
    return render(
        viewer,
        "bundle_import.html",
        status=200 if refused is None else status_of(refused.code),
        made=made,
        groups=() if made is None else grouped(made.changes, words),
        findings=[] if made is None else [finding_json(each, words) for each in made.findings],
        data=base64.urlsafe_b64encode(data).decode(),
        refused=() if refused is None else _why(refused, viewer),
    )


def _why(refused: Rejection, viewer: Viewer) -> tuple[str, ...]:
    """Why nothing was taken; of what cannot be read each finding with its place."""
    words = viewer.words
    told = [each.sentence(words) for each in refused.details if isinstance(each, Faulty)]
    return (sentence(refused, words), *told[:MOST_TOLD])


def _unpacked(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return b""
