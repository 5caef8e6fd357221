"""`/definitions` and `/schemas`: what is published, and what a definition may say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from orderloom.platform.app import order_json as shapes
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.dependencies import App, Caller, accepted
from orderloom.platform.web.api.described import answers, ref
from orderloom.platform.web.api.route import ApiRoute

router = APIRouter(route_class=ApiRoute, tags=["definitions"])
Kind = Annotated[str, Path(max_length=40)]
LIST = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": ref("Definition")}},
    "required": ["items"],
}


@router.get("/definitions", summary="List", responses=answers(LIST, refusals=(403,)))
def list_definitions(app: App, actor: Caller) -> Response:
    """The newest version of each definition."""
    lines = accepted(app.views.definitions(actor))
    return json_answer({"items": [shapes.definition_json(line) for line in lines]})


@router.get(
    "/definitions/{kind}/{id}",
    summary="Read one",
    responses=answers(ref("DefinitionText"), refusals=(403, 404)),
)
def read_definition(
    app: App,
    actor: Caller,
    kind: Kind,
    id: Annotated[str, Path(max_length=200)],
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
) -> Response:
    """One version of a definition, the newest by default, as YAML."""
    view = accepted(app.views.definition(actor, kind, id, version))
    line = shapes.definition_json(view.line)
    return json_answer({**line, "versions": list(view.versions), "text": view.text})


@router.get(
    "/schemas/{kind}",
    summary="JSON Schema of a kind",
    responses=answers({"type": "object"}, refusals=(404,), open_to_all=True),
    openapi_extra={"security": []},
)
def read_schema(app: App, kind: Kind) -> Response:
    """JSON Schema 2020-12 of one kind of definition, every property described. Editors read it
    without a token."""
    return json_answer(accepted(app.publish.schema(kind)))
