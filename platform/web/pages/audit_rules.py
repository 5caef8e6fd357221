"""What became of rules: versions, who changed them, how often each row was used."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/audit/rules")
def rules(viewer: SignedInViewer) -> Response:
    found = given(viewer.app.rule_history.all(viewer.actor))
    tabs = tabs_of(viewer.actor.permissions)
    return render(viewer, "audit_rules.html", shown_tabs=tabs, rules=found)


@router.get("/audit/rules/{kind}/{id}")
def rule(viewer: SignedInViewer, kind: str, id: str) -> Response:
    line, versions = given(viewer.app.rule_history.one(viewer.actor, kind, id))
    people = viewer.app.views.people({each.change.by for each in versions}, viewer.actor)

    def search(version: int, row: str = "") -> str:
        """The desk's question for the entries behind a count."""
        definition = id if kind == "approval" else f"{id}@{version}"
        asked = {"definition": definition}
        if row and kind != "approval":
            asked["row"] = row
        return f"/audit?{urlencode(asked)}"

    return render(
        viewer,
        "audit_rule.html",
        shown_tabs=tabs_of(viewer.actor.permissions),
        rule=line,
        versions=versions,
        names={each.id: each.name for each in people},
        search=search,
    )
