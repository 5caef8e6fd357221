"""All addresses of the API, its OpenAPI document, and an answer for what is not one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.utils import get_openapi
from starlette.routing import compile_path

from orderloom.platform.problem import Rejection
from orderloom.platform.web.api import (
    approvals,
    attachments,
    audit,
    collections,
    comments,
    definitions,
    drafts,
    inbound,
    inbound_messages,
    me,
    moments,
    order,
    orders,
    task_views,
    tasks,
)
from orderloom.platform.web.api.answering import json_answer
from orderloom.platform.web.api.described import schemas
from orderloom.platform.web.api.problems import language_of, problem
from orderloom.platform.web.api.route import ApiRoute

PREFIX = "/api/v1"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"]

router = APIRouter(prefix=PREFIX, route_class=ApiRoute)
router.include_router(attachments.bringing)
for part in (
    attachments,
    orders,
    comments,
    moments,
    order,
    tasks,
    task_views,
    approvals,
    definitions,
    drafts,
    collections,
    inbound,
    inbound_messages,
    audit,
    me,
):
    router.include_router(part.router)


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the API."""
    document = get_openapi(
        title="Orderloom",
        version="1",
        summary="Orders that run by stored definitions",
        routes=router.routes,
    )
    for methods in document["paths"].values():
        for operation in methods.values():
            _never_null(operation.get("parameters", ()))
    parts = document.setdefault("components", {})
    parts["schemas"] = schemas()
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return document


def _never_null(parameters: Sequence[dict[str, Any]]) -> None:
    """A parameter is sent or left out; in an address and a header there is no null."""
    for parameter in parameters:
        shape = parameter["schema"]
        choices = [each for each in shape.pop("anyOf", ()) if each != {"type": "null"}]
        for each in choices:
            shape.update(each)


@router.get("/openapi.json", include_in_schema=False)
def read_openapi() -> Response:
    """The description that clients are made from."""
    return json_answer(openapi())


@router.api_route("/{rest:path}", methods=METHODS, include_in_schema=False)
def nothing_here(request: Request, rest: str) -> Response:
    """404, or 405 with what the address does take."""
    allowed, language = methods_of(request.url.path), language_of(request)
    if not allowed:
        refused = Rejection("address.not_found", "There is nothing at this address.")
        return problem(refused, language)
    answer = problem(
        Rejection(
            "request.method",
            f"Expected {', '.join(allowed)}, not {request.method}.",
            {"allowed": ", ".join(allowed)},
        ),
        language,
    )
    answer.headers["Allow"] = ", ".join(allowed)
    return answer


def methods_of(path: str) -> list[str]:
    """The methods that an address takes; none where there is nothing."""
    return next((list(methods) for way, methods in _ways() if way.match(path)), [])


@cache
def _ways() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Every described address as a pattern, with the methods it takes; the narrower first."""
    described = sorted(openapi()["paths"].items(), key=lambda each: (-_fixed(each[0]), each[0]))
    return tuple(
        (_way(path), tuple(sorted(method.upper() for method in methods)))
        for path, methods in described
    )


def _fixed(path: str) -> int:
    """How much of an address is said, not left open."""
    return len(re.sub(r"\{[^}]*\}", "", path))


def _way(path: str) -> re.Pattern[str]:
    # A number may hold a slash, which the document cannot say.
    return compile_path(path.replace("{number}", "{number:path}"))[0]
