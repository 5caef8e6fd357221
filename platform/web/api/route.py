"""The API's routes: a refusal anywhere inside becomes a problem document."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.problems import problem

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ApiRoute(APIRoute):
    """Answers `Refused` and parameters that do not fit as `application/problem+json`."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except Refused as refused:
                return problem(refused.rejection, _language(request))
            except RequestValidationError as error:
                return problem(_parameters(error), _language(request), status=422)

        return handler


def _language(request: Request) -> str:
    return str(getattr(request.state, "language", "en"))


def _parameters(error: RequestValidationError) -> Rejection:
    problems = tuple(
        Rejection(
            "request.parameter",
            str(each["msg"]),
            {"problem": str(each["msg"])},
            path=".".join(str(part) for part in each["loc"][1:]),
        )
        for each in error.errors()
    )
    message = "; ".join(f"{each.path}: {each.message}" for each in problems)
    return Rejection("request.invalid", message, {"problem": message}, details=problems)
