"""What fields of a designer ask while somebody types: names that are known, help with
expressions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.expression_help import Asked, Placed, answer_json, placed
from orderloom.platform.app.expression_help_sample import Sample, Tried, failure, tried
from orderloom.platform.app.known_names import known_names
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.json_fields import json_list, json_map
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)


@router.get("/definitions/{kind}/{id}/known")
def known(viewer: SignedInViewer, kind: str, id: str) -> Response:
    """Everything that a field of a definition may name."""
    return json_answer(given(known_names(viewer.app.drafting, viewer.actor, kind, id)))


@router.post("/definitions/{kind}/{id}/expression")
def expression(sender: FormSender, kind: str, id: str) -> Response:
    """What is wrong with `text` at `path` of a definition's `value`, what it gives and reads, and
    the names that it may read. With `order`, `scenario` or `data` also its value there."""
    asked = Asked(
        kind=kind,
        id=id,
        value=json_map(sender.fields, "value"),
        path=tuple(json_list(sender.fields, "path")),
        text=sender.fields.get("text"),
        unary=sender.fields.get("unary") == "true",
    )
    here = given(placed(sender.app.drafting, sender.actor, asked))
    answer = answer_json(here, sender.viewer.words)
    sample = _sample(sender)
    if sample is None:
        return json_answer(answer)
    found = tried(sender.app.views.desk, sender.actor, here, asked, sample)
    if isinstance(found, Rejection):
        note(sender.viewer.request, found, channel=CHANNEL)
        refused = {"code": found.code, "refused": sentence(found, sender.viewer.words)}
        return json_answer({**answer, **refused}, status=status_of(found.code))
    return json_answer({**answer, "sample": _value_json(sender, here, found)})


def _value_json(sender: Sender, here: Placed, found: Tried) -> dict[str, Any]:
    """`{value, why, at}`; `why`: the sentence of why there is no value, else empty."""
    words = sender.viewer.words
    if here.found.expression is None:
        return {"value": None, "why": words.text("feel.unreadable"), "at": None}
    if found.failed:
        why = words.text("feel.failed", why=failure(found.failed, words))
        return {"value": None, "why": why, "at": found.at}
    if found.value is not None:
        return {"value": found.value, "why": "", "at": None}
    missing = ", ".join(found.missing)
    why = words.text("feel.missing", names=missing) if missing else words.text("feel.null")
    return {"value": None, "why": why, "at": None}


def _sample(sender: Sender) -> Sample | None:
    fields = sender.fields
    order, scenario = fields.get("order").strip(), fields.get("scenario")
    data = json_map(fields, "data") if fields.text("data") else None
    if not order and not scenario and data is None:
        return None
    return Sample(order=order, scenario=scenario, data=data)
