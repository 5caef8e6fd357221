"""All addresses of the API, its OpenAPI document, and an answer for what is not one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.routing import Match

from orderloom.platform.problem import Rejection
from orderloom.platform.web.api import definitions, order, orders, tasks
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.described import schemas
from orderloom.platform.web.api.problems import problem
from orderloom.platform.web.api.route import ApiRoute

PREFIX = "/api/v1"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"]

router = APIRouter(prefix=PREFIX, route_class=ApiRoute)
for part in (orders, order, tasks, definitions):
    router.include_router(part.router)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the API."""
    document = get_openapi(
        title="Orderloom",
        version="1",
        summary="Orders that run by stored definitions",
        routes=[route for route in router.routes if getattr(route, "include_in_schema", False)],
    )
    parts = document.setdefault("components", {})
    parts["schemas"] = schemas()
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return document


@router.get("/openapi.json", include_in_schema=False)
def read_openapi() -> Response:
    """The description that clients are made from."""
    return json_answer(openapi())


@router.api_route("/{rest:path}", methods=METHODS, include_in_schema=False)
def nothing_here(request: Request, rest: str) -> Response:
    """404, or 405 with what the address does take."""
    allowed = _methods(request)
    if not allowed:
        return problem(Rejection("address.not_found", "There is nothing at this address."))
    answer = problem(
        Rejection(
            "request.method",
            f"Expected {', '.join(allowed)}, not {request.method}.",
            {"allowed": ", ".join(allowed)},
        )
    )
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _methods(request: Request) -> list[str]:
    found: set[str] = set()
    for route in router.routes:
        if getattr(route, "include_in_schema", False):
            match, _ = route.matches(request.scope)
            if match is not Match.NONE:
                found |= getattr(route, "methods", None) or set()
    return sorted(found)
