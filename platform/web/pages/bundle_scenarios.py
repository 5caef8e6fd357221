"""The scenarios of a bundle on its page: how they stand, a new one, one less."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundle_scenarios import Standing
from orderloom.platform.app.bundles import finding_json
from orderloom.platform.problem import Rejection
from orderloom.platform.web.pages.bundle_files import bundle_page
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.pages.start import named
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
# Scenarios that one request of a page plays.
AT_ONCE: Final = 4


@router.get("/bundles/{bundle}/scenarios")
def standing(viewer: SignedInViewer, bundle: str) -> Response:
    """Each scenario with how it stands: a part of the bundle's page, which asks again as long as
    some are to be played; or the whole of it, all of them played, for a browser without scripts."""
    part = "hx-request" in viewer.request.headers
    most = AT_ONCE if part else None
    stands = given(viewer.app.bundle_scenarios.standing(viewer.actor, bundle, most=most))
    found = {id_: _told(viewer, each) for id_, each in stands.items()}
    if not part:
        return bundle_page(viewer, bundle, standing=found)
    return render(
        viewer,
        "bundle_scenarios.html",
        base=f"/bundles/{quote(bundle, safe='~')}",
        scenarios=given(viewer.app.bundle_scenarios.all(viewer.actor, bundle)),
        removed=given(viewer.app.bundle_scenarios.removed(viewer.actor, bundle)),
        standing=found,
        unplayed=any(each.waits for each in stands.values()),
        may_write="definition.write" in viewer.actor.permissions,
    )


@router.post("/bundles/{bundle}/scenarios")
def add(sender: FormSender, bundle: str) -> Response:
    """A new scenario, then its text."""
    fields = sender.fields
    title = fields.get("title").strip()
    made = sender.app.bundle_scenarios.add(
        sender.actor,
        bundle,
        name=fields.get("name").strip() or named(title),
        title=title,
        process=fields.get("process"),
    )
    if isinstance(made, Rejection):
        return _refused(sender, bundle, made)
    return go(f"/definitions/{made.kind}/{quote(made.id, safe='~')}/edit")


@router.post("/bundles/{bundle}/scenarios/{name}/remove")
def remove(sender: FormSender, bundle: str, name: str) -> Response:
    refused = sender.app.bundle_scenarios.remove(sender.actor, bundle, name)
    return _done(sender, bundle, refused, "scenario_removed")


@router.post("/bundles/{bundle}/scenarios/{name}/bring-back")
def bring_back(sender: FormSender, bundle: str, name: str) -> Response:
    refused = sender.app.bundle_scenarios.bring_back(sender.actor, bundle, name)
    return _done(sender, bundle, refused, "scenario_kept")


def _told(viewer: Viewer, standing: Standing) -> dict[str, Any]:
    findings = [finding_json(each, viewer.words) for each in standing.findings]
    return {
        "findings": findings,
        "problem": standing.problem,
        "step": standing.step,
        "played": standing.played,
        "broken": standing.broken,
    }


def _done(sender: Sender, bundle: str, refused: Rejection | None, done: str) -> Response:
    if refused is None:
        return go(f"/bundles/{quote(bundle, safe='~')}", done)
    return _refused(sender, bundle, refused)


def _refused(sender: Sender, bundle: str, refused: Rejection) -> Response:
    given(sender.app.bundle_views.one(sender.actor, bundle))
    note(sender.viewer.request, refused, channel=CHANNEL)
    typed = {f"scenario_{key}": value for key, value in sender.fields.pairs}
    return bundle_page(sender.viewer, bundle, refused=refused, typed=typed)
