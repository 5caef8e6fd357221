"""What the designers of messages, calendars, collections, connectors and rulesets show beside the
fields: the definition as it is being changed, tried. Nothing is kept, nothing leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.kind_preview_samples import Sample
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.fields import Fields
from orderloom.platform.web.json_fields import json_list, json_map
from orderloom.platform.web.pages.designer import value_of
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
TRIED_ON_ORDERS: Final = ("message", "connector", "ruleset")


@router.post("/definitions/message/{id}/design/preview")
def message(sender: FormSender, id: str) -> Response:
    """Subject and text in each language, and who would get it."""
    value = _value(sender, "message", id)
    return _answer(
        sender, sender.app.kind_previews.message(sender.actor, value, _sample(sender.fields))
    )


@router.post("/definitions/calendar/{id}/design/preview")
def calendar(sender: FormSender, id: str) -> Response:
    """A month with working hours and days off, and when something is due."""
    value = _value(sender, "calendar", id)
    asked = {name: sender.fields.get(name) for name in ("month", "moment", "duration")}
    return _answer(sender, sender.app.kind_previews.calendar(sender.actor, value, asked))


@router.post("/definitions/collection/{id}/design/preview")
def collection(sender: FormSender, id: str) -> Response:
    """Columns, records, and what of them would not fit."""
    value = _value(sender, "collection", id)
    return _answer(sender, sender.app.kind_previews.collection(sender.actor, value))


@router.post("/definitions/connector/{id}/design/preview")
def connector(sender: FormSender, id: str) -> Response:
    """The request that a call would be, and what an answer would become."""
    value = _value(sender, "connector", id)
    fields = sender.fields
    status = fields.get("status")
    asked = {
        "operation": fields.get("operation"),
        "args": _map(fields, "args"),
        "status": int(status) if status.isascii() and status.isdigit() and len(status) < 4 else 200,
        "body": fields.get("body"),
        "message": _map(fields, "message"),
        "headers": _map(fields, "headers"),
    }
    sample = _sample(fields)
    return _answer(sender, sender.app.kind_previews.connector(sender.actor, value, asked, sample))


@router.post("/definitions/ruleset/{id}/design/preview")
def ruleset(sender: FormSender, id: str) -> Response:
    """What follows of facts or events, rule by rule, and how the tests end."""
    value = _value(sender, "ruleset", id)
    fields = sender.fields
    asked = {
        "facts": _map(fields, "facts"),
        "events": json_list(fields, "events") if fields.text("events") else None,
        "until": fields.get("until"),
        "tests": fields.get("tests") == "1",
    }
    sample = _sample(fields)
    return _answer(sender, sender.app.kind_previews.ruleset(sender.actor, value, asked, sample))


def _samples(kind: str) -> Any:
    def samples(viewer: SignedInViewer, id: str) -> Response:
        found = given(viewer.app.kind_previews.samples(viewer.actor, kind, id))
        return json_answer({"scenarios": found})

    return samples


for each in TRIED_ON_ORDERS:
    router.get(f"/definitions/{each}/{{id}}/design/preview")(_samples(each))


def _value(sender: Sender, kind: str, id_: str) -> Mapping[str, Any]:
    """The value that was sent, which is one of this definition whatever it says."""
    value = value_of(sender, given(sender.app.drafting.one(sender.actor, kind, id_)))
    return {**value, "kind": kind, "id": id_}


def _answer(sender: Sender, found: dict[str, Any] | Rejection) -> Response:
    if not isinstance(found, Rejection):
        return json_answer(found)
    note(sender.viewer.request, found, channel=CHANNEL)
    said = sentence(found, sender.viewer.words)
    return json_answer({"code": found.code, "refused": said}, status=status_of(found.code))


def _sample(fields: Fields) -> Sample:
    return Sample(
        order=fields.get("order").strip(),
        scenario=fields.get("scenario"),
        data=_map(fields, "data"),
    )


def _map(fields: Fields, name: str) -> dict[str, Any] | None:
    """What somebody typed as JSON; None where nothing was."""
    return json_map(fields, name) if fields.text(name) else None
