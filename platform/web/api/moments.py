"""`/orders/{number}/as-of`: an order at a moment; `/differences`: two moments compared."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from orderloom.platform.app.moment_json import compared_json, moment_json
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.dependencies import App, Caller, accepted
from orderloom.platform.web.api.described import answers, ref
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(prefix="/orders/{number:path}", route_class=ApiRoute, tags=["orders"])
Number = Annotated[str, Path(max_length=200, description="SO-2026-000042, or ~17")]
At = Annotated[str, Query(max_length=40, description="An instant, RFC 3339, itself counted in")]
Entry = Annotated[int | None, Query(ge=1, le=999_999_999, description="The number of an entry")]
Point = Annotated[
    str, Query(max_length=40, description="The number of an entry, or an instant; empty: now")
]


@router.get("/as-of", summary="As of a moment", responses=answers(ref("Moment"), refusals=(404,)))
def as_of(app: App, actor: Caller, number: Number, at: At = "", entry: Entry = None) -> Response:
    """The order as it stood then, rebuilt from its entries alone; without a moment, as it is."""
    if at and entry is not None:
        raise Refused(Rejection("moment.both", "expected `at` or `entry`, not both", path="at"))
    moment = at if entry is None else str(entry)
    return json_answer(moment_json(accepted(app.moments.as_of(actor, number, moment))))


@router.get(
    "/differences",
    summary="Two moments compared",
    responses=answers(ref("ComparedMoments"), refusals=(404,)),
)
def differences(app: App, actor: Caller, number: Number, a: Point = "1", b: Point = "") -> Response:
    """What is not at one moment as at the other, and the entries that changed it."""
    return json_answer(compared_json(accepted(app.moments.compared(actor, number, a, b))))
