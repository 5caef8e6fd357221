"""What the designer of approvals asks: whom a draft would ask about a sample, and why."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.app.approval_trying_sample import Sample
from orderloom.platform.app.bundles import finding_json
from orderloom.platform.app.registry import VERSION
from orderloom.platform.codec import CodecError, load_yaml
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.json_fields import json_map
from orderloom.platform.web.pages.approval_telling import Telling
from orderloom.platform.web.pages.sending import CHANNEL, given
from orderloom.platform.web.refused import note
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import FormSender, Sender, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
# What a draft that is being written comes to on its way is no attempt at anything.
TRYING: Final = "trying."


@router.get("/definitions/approval/{id}/design/samples")
def samples(viewer: SignedInViewer, id: str) -> Response:
    """What a draft can be tried on: processes that ask it, and their scenarios."""
    found = given(viewer.app.approval_trying.choices(viewer.actor, id))
    words = viewer.words
    return json_answer(
        {
            "asked": found.asked,
            "processes": [
                {"id": process, "title": words.choose(title) or process}
                for process, title in found.processes
            ],
            "scenarios": [
                {"id": scenario, "title": words.choose(title) or scenario, "process": process}
                for scenario, title, process in found.scenarios
            ],
        }
    )


@router.get("/definitions/approval/{id}/design/matrix")
def matrix(viewer: SignedInViewer, id: str, decision: str) -> Response:
    """The decision that names the steps, as its draft says it, or as a version that is fixed."""
    drafting, actor = viewer.app.drafting, viewer.actor
    given(drafting.one(actor, "approval", id))
    name, _, version = decision.partition("@")
    view = given(drafting.one(actor, "decision", name))
    value, findings = view.value, given(drafting.findings(actor, "decision", name))
    if VERSION.fullmatch(version):
        value, findings = (
            _version(given(drafting.earlier(actor, "decision", name, int(version)))),
            (),
        )
    told = [finding_json(each, viewer.words) for each in findings]
    return json_answer({"id": name, "value": value, "findings": told})


@router.post("/definitions/approval/{id}/design/resolve")
def resolve(sender: FormSender, id: str) -> Response:
    """Who would have to approve a sample by a value that is not kept. Nothing is written."""
    value = {**json_map(sender.fields, "value", default="{}"), "kind": "approval", "id": id}
    fields = sender.fields
    sample = Sample(
        order=fields.get("order").strip(),
        scenario=fields.get("scenario"),
        data=json_map(fields, "data") if fields.text("data") else None,
        process=fields.get("process"),
        by=fields.get("by").strip(),
    )
    tried = sender.app.approval_trying.tried(sender.actor, value, sample)
    if isinstance(tried, Rejection):
        return _refused(sender, tried)
    return json_answer(Telling(sender.viewer.words, sender.actor.zone).answer(tried))


def _version(text: str) -> Any:
    try:
        return load_yaml(text).value
    except CodecError:
        return None


def _refused(sender: Sender, refused: Rejection) -> Response:
    if not refused.code.startswith(TRYING):
        note(sender.viewer.request, refused, channel=CHANNEL)
    words = sender.viewer.words
    body = {
        "code": refused.code,
        "refused": sentence(refused, words),
        "details": [sentence(each, words) for each in refused.details],
    }
    return json_answer(body, status=status_of(refused.code))
