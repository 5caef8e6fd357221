"""My absence: who stands in for me, for whom I do, and those of the people whom I manage."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.substitutions import Wanted, last_day
from orderloom.platform.app.view_models import Choice
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.sending import CHANNEL, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
FIELDS = ("person", "substitute", "from", "until")


@router.get("/absences")
def absences(viewer: SignedInViewer, done: str = "") -> Response:
    return _page(viewer, done=done)


@router.post("/absences")
def add(sender: FormSender) -> Response:
    typed = {name: sender.fields.get(name) for name in FIELDS}
    wanted = Wanted(
        typed["person"] or sender.actor.id, typed["substitute"], typed["from"], typed["until"]
    )
    made = sender.app.substitutions.set(sender.actor, wanted, channel=CHANNEL)
    if isinstance(made, Rejection):
        return _refused(sender.viewer, made, typed)
    return go("/absences", "substitution")


@router.post("/absences/{id}/end")
def end(sender: FormSender, id: int) -> Response:
    ended = sender.app.substitutions.end(sender.actor, id, channel=CHANNEL)
    if isinstance(ended, Rejection):
        return _refused(sender.viewer, ended, {})
    return go("/absences", "substitution_ended")


def _refused(viewer: Viewer, refused: Rejection, typed: dict[str, str]) -> Response:
    note(viewer.request, refused, channel=CHANNEL)
    return _page(viewer, refused=refused, typed=typed)


def _page(
    viewer: Viewer,
    *,
    refused: Rejection | None = None,
    typed: dict[str, str] | None = None,
    done: str = "",
) -> Response:
    app, actor = viewer.app, viewer.actor
    zone = ZoneInfo(actor.zone)
    rows = []
    for each in app.substitutions.seen(actor):
        person, substitute = app.views.people([each.one.person, each.one.substitute], actor)
        first, last = each.one.starts.astimezone(zone).date(), last_day(each.one, zone)
        rows.append(
            {
                "id": each.one.id,
                "person": person,
                "substitute": substitute,
                "first": first,
                "last": last,
                "state": "ended" if each.one.ended is not None else each.state,
                "may_end": each.may_end,
            }
        )
    people = app.accounts.people(actor.organisation)
    over_all = "user.manage" in actor.permissions
    team = [one for one in people if over_all or one.manager == actor.id or one.id == actor.id]
    return render(
        viewer,
        "absences.html",
        status=status_of(refused.code) if refused else 200,
        rows=rows,
        team=[Choice(id=one.login, title=one.name) for one in team if one.id != actor.id],
        colleagues=[Choice(id=one.login, title=one.name) for one in people[:200]],
        typed={**dict.fromkeys(FIELDS, ""), **(typed or {})},
        today=app.clock.now().astimezone(zone).date().isoformat(),
        refused=sentences(refused, viewer.words) if refused else (),
        done=done,
    )
