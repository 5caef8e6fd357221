"""The list of orders, and new ones."""

from __future__ import annotations

import secrets
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.view_forms import problems_of
from orderloom.platform.app.view_models import ApproverView, StartView, Typed
from orderloom.platform.app.view_orders import MOST_COUNTED, OrderQuery
from orderloom.platform.engine.commands import Create
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.sending import given, go, note_strangers, order_path, send
from orderloom.platform.web.render import render
from orderloom.platform.web.spooling import UploadRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=UploadRoute)
PAGE = 50
OWN_FIELDS = ("csrf", "key", "action")


@router.get("/orders")
def orders(
    viewer: SignedInViewer,
    scope: str = "all",
    status: str = "",
    process: str = "",
    number: str = "",
    check: str = "",
    cursor: str = "",
    go: str = "",
) -> Response:
    """The list. `go`: who asked for one number by the field on top wants the order itself."""
    asked = OrderQuery(
        scope=scope,
        status=status or None,
        process=process or None,
        number=number.strip() or None,
        check=check or None,
    )
    page = given(viewer.app.views.orders(viewer.actor, asked, cursor or None, PAGE))
    if go and [line.number for line in page.items] == [asked.number]:
        return RedirectResponse(order_path(asked.number or ""), status_code=303)
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    return render(
        viewer,
        "orders_rows.html" if part else "orders.html",
        asked=asked,
        page=page,
        processes=() if part else viewer.app.views.processes(viewer.actor),
        counts={}
        if part
        else viewer.app.views.order_counts(viewer.actor, replace(asked, check=None)),
        most=MOST_COUNTED,
        startable=() if part else viewer.app.views.startable(viewer.actor),
    )


@router.get("/orders/new")
def choose(viewer: SignedInViewer) -> Response:
    """Which process? With a single one there is nothing to choose."""
    startable = viewer.app.views.startable(viewer.actor)
    if len(startable) == 1:
        return RedirectResponse(f"/orders/new/{startable[0].id}", status_code=303)
    return render(viewer, "new_choose.html", startable=startable)


@router.get("/orders/new/{process}")
def new(viewer: SignedInViewer, process: str) -> Response:
    return _page(viewer, given(viewer.app.views.start(viewer.actor, process)))


@router.post("/orders/new/{process}")
def create(sender: FormSender, process: str) -> Response:
    views, actor = sender.app.views, sender.actor
    view: StartView = given(views.start(actor, process))
    draft = sender.fields.get("action") == "draft" and view.drafts
    read = view.submit.submit(
        sender.fields.without(*OWN_FIELDS),
        view.base,
        language=actor.language,
        records=sender.record,
    )
    note_strangers(sender, read)
    key = sender.fields.get("key")[:64]
    if sender.fields.get("action") == "approvers":
        # Only looking: what is wrong with the fields is told when it is sent.
        shown = given(views.start(actor, process, typed=Typed(read.data)))
        found = given(views.preview(actor, process, read.data))
        return _page(sender.viewer, shown, key=key, approvers=found.steps, asked=True)
    if read.again or read.strange or (read.problems and not draft):
        shown = given(views.start(actor, process, typed=Typed(read.data, read.problems)))
        return _page(sender.viewer, shown, key=key)
    reply = send(sender, Create(process, read.data, draft=draft), key=key)
    if isinstance(reply, Rejection):
        typed = Typed(read.data, problems_of(reply))
        shown = given(views.start(actor, process, typed=typed))
        return _page(sender.viewer, shown, reply, key=key)
    return go(order_path(reply.number or f"~{reply.order}"), "draft" if draft else "created")


def _page(
    viewer: Viewer,
    view: StartView,
    refused: Rejection | None = None,
    key: str = "",
    *,
    approvers: tuple[ApproverView, ...] = (),
    asked: bool = False,
) -> Response:
    """`asked`: who would approve was asked for; `approvers` is the answer."""
    status = status_of(refused.code) if refused else 422 if view.form.problems else 200
    shown = () if refused is None or view.form.problems else sentences(refused, viewer.words)
    return render(
        viewer,
        "new.html",
        status=status,
        start=view,
        refused=shown,
        approvers=approvers,
        asked=asked,
        # A refused attempt counted under its key: what is mended is another request.
        key=secrets.token_urlsafe(18) if refused or not key else key,
    )
