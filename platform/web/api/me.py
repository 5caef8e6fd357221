"""`/me/notifications`: how the caller wants to be told."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Response
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from orderloom.platform.app.mail_choices import DAYS, KINDS, WAYS
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.bodies import read_body
from orderloom.platform.web.api.dependencies import App, Caller, Raw, accepted
from orderloom.platform.web.api.described import answers
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(prefix="/me", route_class=ApiRoute, tags=["me"])
Way = Literal["at_once", "digest", "never"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Choices(Struct, forbid_unknown_fields=True, frozen=True):
    """What is left out is as by default. `days` and `hour` (of the caller's zone): of the digest,
    which needs a day where anything comes by it. `hour` is looked at where it is chosen: 7.0 is a
    whole number too."""

    task: Way | UnsetType = UNSET
    role: Way | UnsetType = UNSET
    reminder: Way | UnsetType = UNSET
    escalation: Way | UnsetType = UNSET
    mention: Way | UnsetType = UNSET
    days: Annotated[list[Day], Meta(min_length=1, max_length=7)] | UnsetType = UNSET
    hour: Any = UNSET


_PROPERTIES: Final[dict[str, Any]] = {
    **{kind: {"enum": list(WAYS)} for kind in KINDS},
    "days": {"type": "array", "items": {"enum": list(DAYS)}, "minItems": 1, "maxItems": 7},
    "hour": {"type": "integer", "minimum": 0, "maximum": 23},
}
_CHOSEN: Final = {
    "type": "object",
    "properties": _PROPERTIES,
    "required": list(_PROPERTIES),
}
_TAKEN: Final = {"type": "object", "properties": _PROPERTIES, "additionalProperties": False}


@router.get("/notifications", summary="How I am told", responses=answers(_CHOSEN))
def notifications(app: App, actor: Caller) -> Response:
    """What the caller gets by mail at once, in the daily digest, or never."""
    return json_answer(app.mailroom.notifications.of(actor).to_json())


@router.put(
    "/notifications",
    summary="Choose how I am told",
    responses=answers(_CHOSEN, refusals=(400, 413)),
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": _TAKEN}}}
    },
)
def choose(app: App, actor: Caller, raw: Raw) -> Response:
    """What is left out is as by default from now on."""
    sent = read_body(raw, Choices, limit=app.settings.body_limit)
    given = {name: value for name, value in structs.asdict(sent).items() if value is not UNSET}
    return json_answer(accepted(app.mailroom.notifications.choose(actor, given)).to_json())
