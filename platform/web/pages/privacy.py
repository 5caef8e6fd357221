"""Personal data: what is kept of a person, its erasure in two steps, who read it, how long it is
kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.erasure_foresight import Foreseen
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.person_reports import PersonReport
from orderloom.platform.app.person_text import FILES
from orderloom.platform.app.reading_lists import ReadingQuery
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
PERMISSION = "privacy.erase"
LONGEST = 200
ERASE = "/audit/privacy/erase"
# Refusals that leave the page as it is, with a sentence.
MENDED = ("audit.day", "query.too_long", "order.not_found")


@router.get("/audit/privacy")
def privacy(viewer: SignedInViewer, person: str = "", order: str = "") -> Response:
    """The requests; a person or an order is looked for."""
    person, order = person.strip()[:LONGEST], order.strip()[:LONGEST]
    if order and not person:
        return RedirectResponse(f"{ERASE}?{urlencode({'order': order})}", status_code=303)
    requests = given(viewer.app.erasures.listed(viewer.actor))
    places = given(viewer.app.erasures.places(viewer.actor, person)) if person else ()
    return _render(viewer, "privacy.html", requests=requests, person=person, places=places)


@router.get("/audit/privacy/person")
def report(viewer: SignedInViewer, person: str) -> Response:
    """All that is kept of them. That it was read is an entry."""
    found: PersonReport = given(_reported(viewer, person, ""))
    return _render(viewer, "privacy_person.html", report=found)


@router.get("/audit/privacy/person.{kind}")
def export(viewer: SignedInViewer, kind: str, person: str) -> Response:
    """The same as a file."""
    if kind not in FILES:
        raise Refused(Rejection("page.not_found", "There is no such file."))
    found: PersonReport = given(_reported(viewer, person, kind))
    media, write = FILES[kind]
    # The key stands in the address alone: a name of a file is copied about.
    headers = {"Content-Disposition": f'attachment; filename="person.{kind}"'}
    return Response(write(found, viewer.words), media_type=media, headers=headers)


@router.get(ERASE)
def confirm(viewer: SignedInViewer, person: str = "", order: str = "") -> Response:
    """What would go and what would stay, before it is erased."""
    return _confirm(viewer, person.strip()[:LONGEST], order.strip()[:LONGEST])


@router.post(ERASE)
def erase(sender: FormSender) -> Response:
    """Erases what the page has shown; where that has changed meanwhile it is shown again."""
    viewer, fields = sender.viewer, sender.fields
    person, order = (fields.get(name).strip()[:LONGEST] for name in ("person", "order"))
    reason = fields.get("reason")
    whom = _whom(person, order)
    foreseen = sender.app.foresight.of(sender.actor, **whom)
    if isinstance(foreseen, Foreseen) and foreseen.mark != fields.get("seen"):
        changed = Rejection("erase.changed", "What would go has changed.")
        return _confirm(viewer, person, order, reason=reason, refused=changed)
    done = sender.app.erasures.erase(sender.actor, reason=reason, channel=CHANNEL, **whom)
    if isinstance(done, Rejection):
        if done.code == "permission.missing":
            raise Refused(done)
        note(viewer.request, done, channel=CHANNEL)
        return _confirm(viewer, person, order, reason=reason, refused=done)
    return RedirectResponse("/audit/privacy", status_code=303)


@router.get("/audit/privacy/readings")
def readings(
    viewer: SignedInViewer,
    reader: str = "",
    order: str = "",
    person: str = "",
    since: str = "",
    until: str = "",
    cursor: str = "",
) -> Response:
    """Who has read or taken out whose data."""
    texts = (reader, order, person, since, until)
    reader, order, person, since, until = (each.strip()[:LONGEST] for each in texts)
    query = ReadingQuery(reader=reader, order=order, person=person, since=since, until=until)
    found = viewer.app.reading_lists.of(viewer.actor, query, cursor or None)
    page, refused = None, ""
    if not isinstance(found, Rejection):
        page = found
    elif found.code in MENDED:
        refused = sentence(found, viewer.words)
    else:
        raise Refused(found)
    return _render(viewer, "privacy_readings.html", query_of=query, page=page, refused=refused)


@router.get("/audit/privacy/retention")
def retention(viewer: SignedInViewer) -> Response:
    """How long each process keeps personal data, and what is due."""
    return _render(
        viewer, "privacy_retention.html", kept=given(viewer.app.retention.overview(viewer.actor))
    )


def _confirm(
    viewer: Viewer,
    person: str,
    order: str,
    *,
    reason: str = "",
    refused: Rejection | None = None,
) -> Response:
    if not person and not order:
        return RedirectResponse("/audit/privacy", status_code=303)
    foreseen = viewer.app.foresight.of(viewer.actor, **_whom(person, order))
    if isinstance(foreseen, Rejection):
        if foreseen.code not in MENDED:
            raise Refused(foreseen)
        refused, foreseen = foreseen, Foreseen(places=(), unnamed=(), mark="")
    return _render(
        viewer,
        "privacy_erase.html",
        status=200 if refused is None else status_of(refused.code),
        person=person,
        order="" if person else order,
        foreseen=foreseen,
        reason=reason,
        refused="" if refused is None else sentence(refused, viewer.words),
    )


def _whom(person: str, order: str) -> dict[str, Any]:
    return {"person": person} if person else {"number": order}


def _reported(viewer: Viewer, person: str, taken: str) -> PersonReport | Rejection:
    named = person.strip()[:LONGEST]
    return viewer.app.person_reports.of(viewer.actor, named, taken=taken, channel=CHANNEL)


def _render(viewer: Viewer, template: str, *, status: int = 200, **shown: Any) -> Response:
    refused = needs(viewer.actor, PERMISSION)
    if refused is not None:
        raise Refused(refused)
    tabs = tabs_of(viewer.actor.permissions)
    return render(viewer, template, status=status, shown_tabs=tabs, **shown)
