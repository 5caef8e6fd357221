"""`/approvals/preview` and `/substitutions`: who would approve, and who stands in for whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.app.substitutions import Substitution, Wanted
from orderloom.platform.engine.commands import Actor
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import NewSubstitution, OrderToBe, given, read_body
from orderloom.platform.web.api.dependencies import App, Caller, Raw, accepted
from orderloom.platform.web.api.described import answers, ref, takes
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(route_class=ApiRoute, tags=["approvals"])
Number = Annotated[int, Path(ge=1, lt=10**18)]
LIST = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": ref("Substitution")}},
    "required": ["items"],
}


@router.post(
    "/approvals/preview",
    summary="Who would have to approve",
    responses=answers(ref("Approvers"), refusals=(400, 404, 413)),
    openapi_extra=takes("OrderToBe"),
)
def preview(app: App, actor: Caller, raw: Raw) -> Response:
    """The steps that an order with these data would have, and why; nothing is created. `complete`:
    the data would be accepted as they are."""
    sent = read_body(raw, OrderToBe, limit=app.settings.body_limit)
    found = accepted(app.views.preview(actor, sent.process, sent.data))
    return json_answer(
        {
            "steps": [shapes.approver_json(each) for each in found.steps],
            "complete": found.complete,
        }
    )


@router.get("/substitutions", summary="List", responses=answers(LIST))
def list_substitutions(app: App, actor: Caller) -> Response:
    """Those of the caller, of those whom the caller manages, and all with `user.manage`: what is in
    force first, then what is to come, then what is over."""
    found = app.substitutions.seen(actor)
    return json_answer({"items": [_shape(app, actor, each.one) for each in found]})


@router.post(
    "/substitutions",
    status_code=201,
    summary="Let somebody stand in",
    responses=answers(ref("Substitution"), status=201, refusals=(400, 403, 404, 409, 413)),
    openapi_extra=takes("NewSubstitution"),
)
def add_substitution(app: App, actor: Caller, raw: Raw) -> Response:
    """For oneself, for somebody whom the caller manages, or for anybody with `user.manage`."""
    sent = read_body(raw, NewSubstitution, limit=app.settings.body_limit)
    wanted = Wanted(given(sent.person) or actor.id, sent.substitute, sent.from_, sent.until)
    made = accepted(app.substitutions.set(actor, wanted, channel="api"))
    return json_answer(_shape(app, actor, made), status=201)


@router.delete(
    "/substitutions/{id}",
    summary="End a substitution",
    responses=answers(ref("Substitution"), refusals=(403, 404, 409)),
)
def end_substitution(app: App, actor: Caller, id: Number) -> Response:
    """It ends at once; what was done by then stays."""
    return json_answer(
        _shape(app, actor, accepted(app.substitutions.end(actor, id, channel="api")))
    )


def _shape(app: App, actor: Actor, one: Substitution) -> shapes.Json:
    people = app.views.people([one.person, one.substitute, one.set_by], actor)
    return shapes.substitution_json(one, people)
