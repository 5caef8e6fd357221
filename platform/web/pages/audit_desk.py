"""The auditor's desk: search through what happened; questions kept; entries as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from orderloom.platform.app.audit_query import MOST_VALUES, OPERATORS, WHAT, AuditQuery, audit_query
from orderloom.platform.app.permissions import needs
from orderloom.platform.app.saved_views import SavedView
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.errors import sentences, status_of
from orderloom.platform.web.pages.audit_tabs import tabs_of
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
DESK: Final = "audit"
PERMISSION: Final = "audit.read"
# Words of the address that are not of the question; of a new condition `n_…`.
OURS: Final = ("cursor", "done")
NEW: Final = ("n_place", "n_name", "n_op", "n_value")
PLACES_OF: Final = ("in", "out", "data", "o_in", "o_out")


@router.get("/audit")
def desk(viewer: SignedInViewer, cursor: str = "", done: str = "") -> Response:
    """What the question of the address finds. A form's answer goes on to the shortest address."""
    _may(viewer)
    sent = dict(viewer.request.query_params)
    words = _folded({name: value for name, value in sent.items() if name not in OURS})
    query = audit_query(words)
    if isinstance(query, Rejection):
        note(viewer.request, query, channel=CHANNEL)
        return _shown(viewer, AuditQuery(), typed=words, refused=query)
    refused = viewer.app.audit_desk.refused(viewer.actor, query)
    if refused is not None:
        note(viewer.request, refused, channel=CHANNEL)
        return _shown(viewer, AuditQuery(), typed=words, refused=refused)
    if any(name in sent for name in NEW) or "" in sent.values():
        return RedirectResponse(address(query.words()), status_code=303)
    return _shown(viewer, query, cursor=cursor, done=done)


@router.get("/audit/entries.csv")
def export(viewer: SignedInViewer) -> Response:
    """The question's entries as a file."""
    _may(viewer)
    query: AuditQuery = given(audit_query(dict(viewer.request.query_params)))
    content = given(viewer.app.audit_desk.export(viewer.actor, query, channel=CHANNEL))
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/audit/questions")
def save(sender: FormSender) -> Response:
    """The question of the page, under a name."""
    _may(sender.viewer)
    words, name = dict(parse_qsl(sender.fields.get("back"))), sender.fields.get("name")
    kept = sender.app.saved_views.add(sender.actor, DESK, name, words)
    if not isinstance(kept, Rejection):
        return go(address(kept.query), "view_saved")
    note(sender.viewer.request, kept, channel=CHANNEL)
    query = audit_query(words)
    if isinstance(query, Rejection) or sender.app.audit_desk.refused(sender.actor, query):
        query = AuditQuery()
    return _shown(sender.viewer, query, refused=kept, name=name)


@router.post("/audit/questions/{id}")
def forget(sender: FormSender, id: str) -> Response:
    """A kept question is no longer wanted."""
    _may(sender.viewer)
    if sender.fields.get("action") != "forget":
        raise Refused(Rejection("request.malformed", "Expected forget.", path="action"))
    given(sender.app.saved_views.remove(sender.actor, DESK, id))
    return go("/audit", "view_gone")


def address(words: Mapping[str, str], path: str = "/audit") -> str:
    """The address of a question."""
    return f"{path}?{urlencode(words)}" if words else path


def _may(viewer: Viewer) -> None:
    refused = needs(viewer.actor, PERMISSION)
    if refused is not None:
        raise Refused(refused)


def _folded(sent: Mapping[str, str]) -> dict[str, str]:
    """The words of an address, with the condition that a form adds as one more of its values."""
    words = {name: value for name, value in sent.items() if name not in NEW and value.strip()}
    value = sent.get("n_value", "").strip()
    if value or sent.get("n_name", "").strip():
        place = sent.get("n_place", "in")
        prefix = "o_" if place.startswith("o_") else ""
        parts = (place.removeprefix("o_"), sent.get("n_name", ""), sent.get("n_op", ""), value)
        taken = {name for name in words if name.startswith(f"{prefix}v")}
        free = (f"{prefix}v{place}" for place in range(1, MOST_VALUES + 1))
        name = next((each for each in free if each not in taken), f"{prefix}v")
        words[name] = " ".join(part.strip() for part in parts)
    return words


def _shown(
    viewer: Viewer,
    query: AuditQuery,
    *,
    cursor: str = "",
    done: str = "",
    typed: Mapping[str, str] | None = None,
    refused: Rejection | None = None,
    name: str = "",
) -> Response:
    app, actor = viewer.app, viewer.actor
    part = viewer.request.headers.get("HX-Request") == "true" and bool(cursor)
    page = given(app.audit_desk.search(actor, query, cursor or None, channel=CHANNEL))
    words = query.words()
    rows: dict[str, Any] = {"page": page, "further": _further(words, page.next)}
    if part:
        return render(viewer, "audit_desk_rows.html", **rows)
    saved = app.saved_views.of(actor, DESK)
    return render(
        viewer,
        "audit_desk.html",
        status=200 if refused is None else status_of(refused.code),
        shown_tabs=tabs_of(actor.permissions),
        words_of=words,
        typed=typed or words,
        what=tuple(WHAT),
        operators=OPERATORS,
        places=PLACES_OF,
        processes=app.views.processes(actor),
        people=app.views.desk.reads.everybody(actor.organisation),
        saved=saved,
        current=_current(saved, words),
        name=name,
        back=urlencode(words),
        address=address,
        standing=app.audit_standing.now(),
        refused=sentences(refused, viewer.words) if refused is not None else (),
        done=done,
        **rows,
    )


def _further(words: Mapping[str, str], cursor: str | None) -> str:
    return address({**words, "cursor": cursor}) if cursor else ""


def _current(saved: Any, words: Mapping[str, str]) -> SavedView | None:
    return next((each for each in saved if dict(each.query) == dict(words)), None)
