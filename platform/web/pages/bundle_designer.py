"""What the designer of bundles asks for: who names each role, and a role under another id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundle_roles import Named, rename_role, roles_named
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.pages.designer import findings_json, refused_json, value_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions/bundle/{id}/design/roles")
def named(viewer: SignedInViewer, id: str) -> Response:
    """By role: the definitions and scenarios that name it, each with an address."""
    found = given(roles_named(viewer.app.drafting, viewer.actor, id))
    return json_answer({role: _told(viewer, uses) for role, uses in found.items()})


@router.post("/definitions/bundle/{id}/design/roles")
def rename(sender: FormSender, id: str) -> Response:
    """Saves the value of the page, `role` called `to` there and wherever the bundle names it."""
    drafting, fields = sender.app.drafting, sender.fields
    value = value_of(sender, given(drafting.one(sender.actor, "bundle", id)))
    done = rename_role(
        drafting,
        sender.actor,
        id,
        value,
        role=fields.get("role"),
        to=fields.get("to").strip(),
        tag=fields.get("tag"),
    )
    if isinstance(done, Rejection):
        return refused_json(sender, done)
    view = done.draft
    return json_answer(
        {
            "tag": view.tag,
            "value": view.value,
            "findings": findings_json(sender.viewer, view),
            "changed": len(done.changed),
        }
    )


def _told(viewer: Viewer, uses: Sequence[Named]) -> list[dict[str, Any]]:
    return [
        {
            "kind": viewer.words.text(f"web.kind.{each.kind}"),
            "title": viewer.words.choose(each.title) or each.id,
            "places": each.places,
            "written": each.written,
            "href": f"/definitions/{each.kind}/{quote(each.id, safe='~')}/design",
        }
        for each in uses
    ]
