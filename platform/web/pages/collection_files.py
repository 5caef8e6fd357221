"""Records from files with what they would change, files of records, and likely duplicates."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.collection_import import Comparison, Proposal
from orderloom.platform.app.collection_schema import Collection
from orderloom.platform.app.view_collections import cell, label
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, sentences, status_of
from orderloom.platform.web.pages.sending import CHANNEL, given, go, record_path
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
MOST_SHOWN: Final = 200
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/collections/{id}/import")
def choose(viewer: SignedInViewer, id: str) -> Response:
    collection = given(viewer.app.collections.to_edit(viewer.actor, id))
    return _page(viewer, collection)


@router.post("/collections/{id}/import")
def bring(sender: FormSender, id: str) -> Response:
    """A file, or lines that were pasted; with `action=accept` what was looked at."""
    collection = given(sender.app.collections.to_edit(sender.actor, id))
    text = sender.fields.get("text")
    if sender.fields.get("action") == "accept":
        data = _unpacked(sender.fields.get("data"))
        made = sender.app.collection_import.accept(
            sender.actor, id, data, channel=CHANNEL, expected=sender.fields.get("digest")
        )
        if isinstance(made, Comparison) and made.accepted:
            return go(f"/collections/{id}", "records_imported")
    else:
        data = sender.fields.files.get("file") or text.encode()
        made = sender.app.collection_import.compare(sender.actor, id, data)
    if isinstance(made, Rejection):
        note(sender.viewer.request, made, channel=CHANNEL)
        return _page(sender.viewer, collection, refused=made, text=text)
    return _page(sender.viewer, collection, made=made, data=data)


@router.get("/collections/{id}/export")
def export(viewer: SignedInViewer, id: str, format: str = "csv") -> Response:
    data = given(viewer.app.collection_import.export(viewer.actor, id, format))
    headers = {"Content-Disposition": f'attachment; filename="records.{format}"'}
    return Response(data, media_type=MEDIA[format], headers=headers)


@router.get("/collections/{id}/duplicates")
def duplicates(viewer: SignedInViewer, id: str, done: str = "") -> Response:
    return _duplicates(viewer, id, done=done)


@router.post("/collections/{id}/duplicates")
def merge(sender: FormSender, id: str) -> Response:
    """Every `merge` goes into `keep`, one after another."""
    collections, actor = sender.app.collections, sender.actor
    given(collections.to_edit(actor, id))
    kept_key = sender.fields.get("keep")
    others = [value for name, value in sender.fields.pairs if name == "merge" and value != kept_key]
    if not others:
        refused = Rejection("record.itself", "nothing was chosen")
        return _duplicates(sender.viewer, id, refused=refused)
    for other in others:
        made = _merged(sender, id, kept_key, other)
        if isinstance(made, Rejection):
            note(sender.viewer.request, made, channel=CHANNEL)
            return _duplicates(sender.viewer, id, refused=made)
    return go(f"/collections/{id}/duplicates", "records_merged")


def _merged(sender: Sender, id: str, kept: str, other: str) -> Any:
    """What one merge came to; the record that is missing is said as a refusal."""
    keep = sender.app.collections.record(sender.actor, id, kept)
    if isinstance(keep, Rejection):
        return keep
    gone = sender.app.collections.record(sender.actor, id, other)
    if isinstance(gone, Rejection):
        return gone
    return sender.app.merging.merge(sender.actor, id, keep, gone, channel=CHANNEL)


@router.post("/collections/{id}/split")
def split(sender: FormSender, id: str) -> Response:
    key = sender.fields.get("key")
    given(sender.app.merging.split(sender.actor, id, key, channel=CHANNEL))
    return go(record_path(id, key), "record_split")


def _page(
    viewer: Viewer,
    collection: Collection,
    *,
    made: Comparison | None = None,
    data: bytes = b"",
    refused: Rejection | None = None,
    text: str = "",
) -> Response:
    several = [] if made is None else sorted((*made.added, *made.changed), key=lambda one: one.row)
    return render(
        viewer,
        "records_import.html",
        status=status_of(refused.code) if refused else 200,
        collection=collection,
        made=made,
        proposals=[_shown(viewer, collection, each) for each in several[:MOST_SHOWN]],
        rejected=[]
        if made is None
        else [
            (each.row, each.column, sentence(each.problem, viewer.words))
            for each in made.rejected[:MOST_SHOWN]
        ],
        more=max(0, len(several) - MOST_SHOWN),
        data=base64.urlsafe_b64encode(data).decode(),
        refused=sentences(refused, viewer.words) if refused else (),
        text=text,
    )


def _shown(viewer: Viewer, collection: Collection, one: Proposal) -> dict[str, Any]:
    words = viewer.words
    cells = [
        (
            label(collection, name, words),
            cell(collection, name, old, words),
            cell(collection, name, new, words),
        )
        for name, old, new in one.fields
    ]
    return {"row": one.row, "key": one.key, "version": one.version, "fields": cells}


def _duplicates(
    viewer: Viewer, id: str, *, refused: Rejection | None = None, done: str = ""
) -> Response:
    collection = given(viewer.app.collections.to_edit(viewer.actor, id))
    groups = given(viewer.app.merging.proposed(viewer.actor, id))
    words = viewer.words
    shown = []
    for group in groups:
        names = list(dict.fromkeys(name for each in group.records for name in each.body))
        rows = [
            (
                label(collection, name, words),
                [cell(collection, name, each.body.get(name), words) for each in group.records],
            )
            for name in names
            if name != collection.field
        ]
        shown.append({"records": group.records, "ways": group.ways, "rows": rows})
    return render(
        viewer,
        "records_duplicates.html",
        status=status_of(refused.code) if refused else 200,
        collection=collection,
        groups=shown,
        refused=sentences(refused, words) if refused else (),
        done=done,
    )


def _unpacked(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return b""
