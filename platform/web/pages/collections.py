"""Collections and their records: found, read, added, changed, deleted, with what happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.forms import FieldProblem
from orderloom.platform.app.collection_records import EDIT, Changed
from orderloom.platform.app.collection_schema import Collection, name_of
from orderloom.platform.app.view_collections import cell, columns, label, line, record_form
from orderloom.platform.app.view_forms import problems_of
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.sending import CHANNEL, given, go, record_path
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PAGE = 50
STEPS = 20


@router.get("/collections")
def collections(viewer: SignedInViewer) -> Response:
    found = given(viewer.app.collections.listed(viewer.actor))
    return render(viewer, "collections.html", collections=found)


@router.get("/collections/{id}")
def records(
    viewer: SignedInViewer, id: str, search: str = "", cursor: str = "", done: str = ""
) -> Response:
    collection = given(viewer.app.collections.one(viewer.actor, id))
    page = given(
        viewer.app.collections.records(viewer.actor, id, search[:200], cursor or None, PAGE)
    )
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    names = columns(collection, viewer.words)
    return render(
        viewer,
        "records_rows.html" if part else "records.html",
        collection=collection,
        page=page,
        columns=names,
        rows=[line(collection, each, names, viewer.words) for each in page.items],
        search=search,
        may_edit=EDIT in viewer.actor.permissions,
        done=done,
    )


@router.get("/collections/{id}/new")
def new(viewer: SignedInViewer, id: str) -> Response:
    collection = given(viewer.app.collections.to_edit(viewer.actor, id))
    return _page(viewer, collection, collection.form.defaults({}))


@router.post("/collections/{id}/new")
def create(sender: FormSender, id: str) -> Response:
    collection: Collection = given(sender.app.collections.to_edit(sender.actor, id))
    read = collection.form.submit(
        sender.fields.pairs, collection.form.defaults({}), language=sender.viewer.words.language
    )
    if read.again or read.problems:
        return _page(sender.viewer, collection, read.data, problems=read.problems)
    key = collection.key_of(read.data) or ""
    return _written(sender, collection, key, read.data, 0)


@router.get("/collections/{id}/records/{key:path}")
def record(viewer: SignedInViewer, id: str, key: str, done: str = "") -> Response:
    collection = given(viewer.app.collections.one(viewer.actor, id))
    found = viewer.app.collections.record(viewer.actor, id, key)
    if isinstance(found, Rejection):
        return _gone(viewer, collection, key, found, done)
    return _page(viewer, collection, found.body, key=key, version=found.version, done=done)


@router.post("/collections/{id}/records/{key:path}")
def change(sender: FormSender, id: str, key: str) -> Response:
    """The fields, or with `action=delete` the end of the record."""
    collection: Collection = given(sender.app.collections.to_edit(sender.actor, id))
    version = _number(sender.fields.get("version"))
    if sender.fields.get("action") == "delete":
        done = sender.app.collections.delete(
            sender.actor, id, key, expected=version, channel=CHANNEL
        )
        if isinstance(done, Rejection):
            return _refused(sender, collection, key, done)
        return go(f"/collections/{id}", "record_deleted")
    known = given(sender.app.collections.record(sender.actor, id, key))
    read = collection.form.submit(
        sender.fields.without("version", "action"),
        known.body,
        language=sender.viewer.words.language,
    )
    if read.again or read.problems:
        return _page(
            sender.viewer,
            collection,
            read.data,
            key=key,
            version=version,
            problems=read.problems,
        )
    return _written(sender, collection, key, read.data, version)


def _written(
    sender: Sender, collection: Collection, key: str, data: Mapping[str, Any], version: int
) -> Response:
    done = sender.app.collections.put(
        sender.actor, collection.id, key, data, expected=version, channel=CHANNEL
    )
    if not isinstance(done, Rejection):
        return go(record_path(collection.id, key), "saved")
    return _refused(sender, collection, key if version else "", done, data, version)


def _refused(
    sender: Sender,
    collection: Collection,
    key: str,
    refused: Rejection,
    data: Mapping[str, Any] | None = None,
    version: int = 0,
) -> Response:
    note(sender.viewer.request, refused, channel=CHANNEL)
    if data is None:
        known = given(sender.app.collections.record(sender.actor, collection.id, key))
        data, version = known.body, known.version
    return _page(
        sender.viewer,
        collection,
        data,
        key=key,
        version=version,
        problems=problems_of(refused),
        refused=refused,
    )


def _page(
    viewer: Viewer,
    collection: Collection,
    data: Mapping[str, Any],
    *,
    key: str = "",
    version: int = 0,
    problems: tuple[FieldProblem, ...] = (),
    refused: Rejection | None = None,
    done: str = "",
) -> Response:
    may_edit = EDIT in viewer.actor.permissions
    form = record_form(collection, data, viewer.words, problems=problems, editable=may_edit)
    said = () if refused is None or form.problems else sentences(refused, viewer.words)
    return render(
        viewer,
        "record.html",
        status=status_of(refused.code) if refused else 422 if form.problems else 200,
        collection=collection,
        key=key,
        name=name_of(data),
        version=version,
        form=form,
        may_edit=may_edit,
        steps=_steps(viewer, collection, key) if key else (),
        balances=_balances(viewer, collection, key) if version else (),
        moves=_moves(viewer, collection, key) if version else (),
        refused=said,
        kept="",
        done=done,
    )


def _gone(
    viewer: Viewer, collection: Collection, key: str, refused: Rejection, done: str
) -> Response:
    """A record that was deleted or merged: what happened to it."""
    steps = _steps(viewer, collection, key)
    if not steps:
        raise Refused(refused)
    return render(
        viewer,
        "record.html",
        status=200 if done else status_of(refused.code),
        collection=collection,
        key=key,
        name="",
        version=0,
        form=None,
        may_edit=EDIT in viewer.actor.permissions,
        steps=steps,
        balances=(),
        moves=(),
        refused=sentences(refused, viewer.words),
        kept=str(refused.params.get("kept") or ""),
        done=done,
    )


def _balances(viewer: Viewer, collection: Collection, key: str) -> list[dict[str, Any]]:
    """What there is of each balance, and who holds it."""
    found = viewer.app.balances.of_record(viewer.actor, collection.id, key)
    if isinstance(found, Rejection):
        return []
    words = viewer.words
    return [
        {
            "label": label(collection, each.field, words),
            "on_hand": words.number(each.on_hand),
            "reserved": words.number(each.reserved),
            "free": words.number(each.free),
            "held": [(one.number, words.number(one.amount)) for one in each.held],
            "others": words.number(each.others) if each.others else "",
        }
        for each in found
    ]


def _moves(viewer: Viewer, collection: Collection, key: str) -> list[dict[str, Any]]:
    """What orders moved, the last first."""
    if not collection.balances:
        return []
    page = viewer.app.balances.moves(viewer.actor, collection.id, key, None, STEPS)
    if isinstance(page, Rejection):
        return []
    people = viewer.app.views.people([each.move.by for each in page.items], viewer.actor)
    return [
        {
            "move": each.move,
            "number": each.number,
            "who": person,
            "at": datetime.fromisoformat(each.move.at),
            "label": label(collection, each.move.field, viewer.words),
            "amount": viewer.words.number(abs(each.move.on_hand or each.move.reserved)),
        }
        for each, person in zip(page.items, people, strict=True)
    ]


def _steps(viewer: Viewer, collection: Collection, key: str) -> list[dict[str, Any]]:
    page = viewer.app.collections.history(viewer.actor, collection.id, key, None, STEPS)
    if isinstance(page, Rejection):
        return []
    by = [step.change.by for step in page.items]
    people = viewer.app.views.people(by, viewer.actor)
    return [
        {
            "change": step.change,
            "who": person,
            "fields": _cells(step, collection, viewer),
        }
        for step, person in zip(page.items, people, strict=True)
    ]


def _cells(step: Changed, collection: Collection, viewer: Viewer) -> list[tuple[str, str, str]]:
    words = viewer.words
    return [
        (
            label(collection, name, words),
            cell(collection, name, old, words),
            cell(collection, name, new, words),
        )
        for name, old, new in step.fields
    ]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
