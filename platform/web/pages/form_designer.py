"""What the designer of forms asks for: the form as people would see it, and what is around it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.form_preview import Sample, previewed
from orderloom.platform.app.form_preview_around import around, uses
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.json_fields import json_map
from orderloom.platform.web.pages.designer import value_of
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.render import render
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer
from orderloom.platform.words import LANGUAGES, Words

router = APIRouter(route_class=ThreadedRoute)
# All ids of a form's controls begin with `f-`; with this no two forms of one page share one.
PREFIX: Final = "preview."


@router.post("/definitions/form/{id}/design/preview")
def preview(sender: FormSender, id: str) -> Response:
    """The form of a value that is not kept as {html, data, shown}; nothing is stored."""
    view: DraftView = given(sender.app.drafting.one(sender.actor, "form", id))
    bundle = given(sender.app.drafting.bundle(sender.actor, view.bundle))
    sample = _sample(sender)
    found = previewed(
        value_of(sender, view),
        sample,
        desk=sender.app.views.desk,
        actor=sender.actor,
        prefix=PREFIX,
        keys=around(bundle, id, sender.viewer.words).keys,
        records=sender.record,
    )
    looker = replace(sender.viewer, words=Words(sample.language))
    page = render(looker, "design_form_preview.html", view=found.view, why=found.why)
    html = bytes(page.body).decode("utf-8")
    return json_answer({"html": html, "data": found.data, "shown": found.view is not None})


@router.get("/definitions/form/{id}/design/around")
def surroundings(viewer: SignedInViewer, id: str, field: str = "") -> Response:
    """Roles, stages, collections and languages of the bundle; with `field` only who names it."""
    view: DraftView = given(viewer.app.drafting.one(viewer.actor, "form", id))
    bundle = given(viewer.app.drafting.bundle(viewer.actor, view.bundle))
    if field:
        found = uses(bundle, id, field, viewer.words)
        return json_answer({"uses": [asdict(each) for each in found]})
    return json_answer(asdict(around(bundle, id, viewer.words)))


def _sample(sender: Sender) -> Sample:
    fields = sender.fields
    language = fields.get("language")
    roles = fields.get("roles").split()
    return Sample(
        language=language if language in LANGUAGES else sender.actor.language,
        roles=frozenset(roles) if roles else None,
        stages=frozenset(fields.get("stages").split()),
        data=json_map(fields, "data") if fields.text("data") else None,
        typed=fields.below(PREFIX),
        every=fields.get("every") == "1",
        filled=fields.get("filled") == "1",
    )
