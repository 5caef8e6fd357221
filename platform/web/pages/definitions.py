"""Published definitions, to be read."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions")
def definitions(viewer: SignedInViewer, kind: str = "", done: str = "") -> Response:
    lines = given(viewer.app.views.definitions(viewer.actor))
    return render(
        viewer,
        "definitions.html",
        lines=[line for line in lines if kind in ("", line.kind)],
        kinds=tuple(dict.fromkeys(line.kind for line in lines)),
        kind=kind,
        bundles=given(viewer.app.bundle_views.all(viewer.actor)),
        may_write="definition.write" in viewer.actor.permissions,
        done=done,
    )


@router.get("/definitions/{kind}/{id}")
def definition(viewer: SignedInViewer, kind: str, id: str, version: int | None = None) -> Response:
    view = given(viewer.app.views.definition(viewer.actor, kind, id, version))
    history = given(viewer.app.definition_history.versions(viewer.actor, kind, id))
    used_by = given(viewer.app.definition_history.used_by(viewer.actor, kind, id))
    people = viewer.app.views.people({each.by for each in history}, viewer.actor)
    watch = viewer.app.watches.one(viewer.actor, id) if kind == "ruleset" else None
    return render(
        viewer,
        "definition.html",
        definition=view,
        watch=watch,
        history=history,
        used_by=used_by,
        names={each.id: each.name for each in people},
        may_write="definition.write" in viewer.actor.permissions,
    )
