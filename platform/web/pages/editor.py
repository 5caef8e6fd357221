"""Definitions being changed: their text, what is wrong with it, what it changes, publishing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from difflib import unified_diff
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.bundle_versions import grouped
from orderloom.platform.app.bundles import finding_json
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.impact import Impact
from orderloom.platform.app.line_ends import as_ended
from orderloom.platform.app.publish import NotPublished, PublishOptions
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.errors import sentence, sentences, status_of
from orderloom.platform.web.pages.sending import CHANNEL, given, go
from orderloom.platform.web.refused import note
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer, Viewer

router = APIRouter(route_class=ThreadedRoute)
# Lines of text beside a difference.
AROUND: Final = 3


@router.get("/definitions/{kind}/{id}/edit")
def edit(viewer: SignedInViewer, kind: str, id: str, done: str = "") -> Response:
    """The text of the draft, or of the newest version to begin with."""
    view = given(viewer.app.drafting.one(viewer.actor, kind, id))
    return _page(viewer, view, view.text, done=done)


@router.post("/definitions/{kind}/{id}/edit")
def save(sender: FormSender, kind: str, id: str) -> Response:
    """Saves the text; where somebody saved another one meanwhile, nothing is lost: the text stays
    in the form, beside it what differs."""
    text = _text(sender, given(sender.app.drafting.one(sender.actor, kind, id)))
    tag = sender.fields.get("tag")
    if sender.fields.get("action") == "discard":
        refused = sender.app.drafting.discard(sender.actor, kind, id, tag=tag)
        if refused is None:
            return go(_path(kind, id), "draft_discarded")
        return _refused(sender, kind, id, text, refused)
    saved = sender.app.drafting.save(sender.actor, kind, id, text, tag=tag)
    if isinstance(saved, Rejection):
        return _refused(sender, kind, id, text, saved)
    return go(_path(kind, id, "/edit"), "draft_saved")


@router.post("/definitions/{kind}/{id}/restore")
def restore(sender: FormSender, kind: str, id: str) -> Response:
    """The text of an earlier version becomes the draft, to be looked at and published again."""
    number = sender.fields.get("version")
    version = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    text = given(sender.app.drafting.earlier(sender.actor, kind, id, version))
    view = given(sender.app.drafting.one(sender.actor, kind, id))
    saved = sender.app.drafting.save(sender.actor, kind, id, text, tag=view.tag)
    if isinstance(saved, Rejection):
        return _refused(sender, kind, id, text, saved)
    return go(_path(kind, id, "/differences"), "draft_saved")


@router.post("/definitions/{kind}/{id}/check")
def check(sender: FormSender, kind: str, id: str) -> Response:
    """What is wrong with a text as it is written, without keeping it."""
    text = _text(sender, given(sender.app.drafting.one(sender.actor, kind, id)))
    found = given(sender.app.drafting.findings(sender.actor, kind, id, text))
    return render(
        sender.viewer,
        "editor_findings.html",
        findings=_told(sender.viewer, found),
        kind=kind,
        id=id,
    )


@router.get("/definitions/{kind}/{id}/tag")
def tag(viewer: SignedInViewer, kind: str, id: str) -> Response:
    """Which text stands there now, and who saved it: for pages that hold an earlier one."""
    view = given(viewer.app.drafting.one(viewer.actor, kind, id))
    by = viewer.app.views.people([view.saved_by] if view.saved_by else [], viewer.actor)
    return json_answer({"tag": view.tag, "by": by[0].name if by else None})


@router.get("/definitions/{kind}/{id}/differences")
def differences(viewer: SignedInViewer, kind: str, id: str, version: int | None = None) -> Response:
    """What the draft changes, in sentences and in lines of text."""
    view = given(viewer.app.drafting.one(viewer.actor, kind, id))
    found = viewer.app.drafting.differences(viewer.actor, kind, id, version)
    refused = found if isinstance(found, Rejection) else None
    before = viewer.app.drafting.text_of(viewer.actor, kind, id, version)
    lines = unified_diff(before.splitlines(), view.text.splitlines(), lineterm="", n=AROUND)
    return render(
        viewer,
        "editor_differences.html",
        draft=view,
        refused=() if refused is None else sentences(refused, viewer.words),
        groups=() if isinstance(found, Rejection) else grouped(found, viewer.words),
        lines=[line for line in lines if not line.startswith(("---", "+++"))],
        version=version or view.version,
        impact=_impact(viewer, view.bundle, only=(kind, id)),
        may_publish="definition.publish" in viewer.actor.permissions,
    )


@router.get("/bundles/{bundle}/publish")
def review(viewer: SignedInViewer, bundle: str) -> Response:
    """All that publishing the drafts of a bundle would change."""
    return _review(viewer, bundle)


@router.post("/bundles/{bundle}/publish")
def publish(sender: FormSender, bundle: str) -> Response:
    """Publishes, or shows on the same page why not."""
    moment, comment = sender.fields.get("effective_from"), sender.fields.get("comment").strip()
    effective = _moment(moment, sender.actor.zone)
    if isinstance(effective, Rejection):
        return _review(sender.viewer, bundle, refused=effective, comment=comment, moment=moment)
    options = PublishOptions(
        comment=comment[:4000],
        effective_from=effective,
        second_person=sender.app.settings.second_person,
    )
    done = sender.app.drafting.publish(sender.actor, bundle, options)
    if isinstance(done, NotPublished):
        if done.refused is not None:
            note(sender.viewer.request, done.refused, channel=CHANNEL)
        return _review(sender.viewer, bundle, not_published=done, comment=comment, moment=moment)
    return go("/definitions", "versions_published")


def _text(sender: Sender, there: DraftView) -> str:
    """The field, with the line ends of the text that it was made of."""
    return as_ended(sender.fields.get("text"), there.text)


def _page(
    viewer: Viewer,
    view: DraftView,
    text: str,
    *,
    refused: Rejection | None = None,
    done: str = "",
) -> Response:
    found = viewer.app.drafting.findings(viewer.actor, view.kind, view.id, text)
    saved_by = viewer.app.views.people([view.saved_by] if view.saved_by else [], viewer.actor)
    return render(
        viewer,
        "editor.html",
        status=200 if refused is None else status_of(refused.code),
        draft=view,
        text=text,
        findings=() if isinstance(found, Rejection) else _told(viewer, found),
        refused=() if refused is None else (sentence(refused, viewer.words),),
        differs=()
        if refused is None
        else [sentence(each, viewer.words) for each in refused.details],
        saved_by=saved_by[0] if saved_by else None,
        may_write="definition.write" in viewer.actor.permissions,
        may_publish="definition.publish" in viewer.actor.permissions,
        done=done,
    )


def _refused(sender: Sender, kind: str, id: str, text: str, refused: Rejection) -> Response:
    note(sender.viewer.request, refused, channel=CHANNEL)
    view = given(sender.app.drafting.one(sender.actor, kind, id))
    return _page(sender.viewer, view, text, refused=refused)


def _review(
    viewer: Viewer,
    bundle: str,
    *,
    refused: Rejection | None = None,
    not_published: NotPublished | None = None,
    comment: str = "",
    moment: str = "",
) -> Response:
    found = viewer.app.drafting.changes(viewer.actor, bundle)
    changes = given(found)
    about = given(viewer.app.bundle_views.one(viewer.actor, bundle))
    drafts = given(viewer.app.drafting.all(viewer.actor))
    why = refused or (not_published.refused if not_published else None)
    wrong = not_published.findings if not_published else ()
    failed = not_published.failures if not_published else ()
    return render(
        viewer,
        "editor_publish.html",
        status=422 if refused or not_published else 200,
        bundle=bundle,
        groups=grouped(changes, viewer.words),
        title=about.line.title,
        removed=given(viewer.app.bundle_scenarios.removed(viewer.actor, bundle)),
        impact=_impact(viewer, bundle),
        drafts=[each for each in drafts if each.bundle == bundle],
        refused=() if why is None else (sentence(why, viewer.words),),
        findings=_told(viewer, wrong),
        failures=failed,
        comment=comment,
        moment_text=moment,
        in_zone=viewer.actor.zone,
        may_publish="definition.publish" in viewer.actor.permissions,
    )


def _impact(viewer: Viewer, bundle: str, only: tuple[str, str] | None = None) -> Impact | None:
    """What running orders it means something for; None for who does not publish."""
    found = viewer.app.impact.of(viewer.actor, bundle)
    if isinstance(found, Rejection):
        return None
    if only is None:
        return found
    return replace(found, affected=tuple(x for x in found.affected if (x.kind, x.id) == only))


def _path(kind: str, id: str, rest: str = "") -> str:
    return f"/definitions/{kind}/{quote(id, safe='~')}{rest}"


def _told(viewer: Viewer, found: Any) -> list[dict[str, Any]]:
    return [finding_json(each, viewer.words) for each in found]


def _moment(text: str, zone: str) -> datetime | Rejection | None:
    """The field of the moment, in the person's zone."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        message = "Expected a date with a time."
        return Rejection("request.invalid", message, {"problem": message}, path="effective_from")
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))
