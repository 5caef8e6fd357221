"""The API's routes: a refusal anywhere inside becomes a problem document."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError

from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.web.api.dependencies import authenticate
from orderloom.platform.web.api.problems import language_of, problem
from orderloom.platform.web.refused import RefusedByRunner, note
from orderloom.platform.web.threaded_route import Handler, ThreadedRoute


class ApiRoute(ThreadedRoute):
    """Answers `Refused` and parameters that do not fit as `application/problem+json`."""

    def work(self, inner: Handler) -> Handler:
        known = {field.alias for field in self.dependant.query_params}

        async def handler(request: Request) -> Response:
            try:
                if self.include_in_schema:
                    _check_query(request, known)
                return await inner(request)
            except RefusedByRunner as refused:
                return problem(refused.rejection, language_of(request))
            except Refused as refused:
                return noted(request, refused.rejection)
            except RequestValidationError as error:
                return noted(request, _parameters(error))

        return handler

    def not_admitted(self, request: Request) -> Response | None:
        try:
            authenticate(request)
        except Refused as refused:
            return noted(request, refused.rejection)
        return None


def _check_query(request: Request, known: Collection[str]) -> None:
    """What nobody reads would be ignored in silence, be it only misspelt."""
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = [name for name in given if name not in known or given.count(name) > 1]
    if wrong:
        message = f"Expected each of {', '.join(sorted(known)) or 'no parameters'} once"
        params = {"field": wrong[0][:100]}
        raise Refused(Rejection("request.unknown_field", message, params, path=wrong[0][:100]))


def noted(request: Request, rejection: Rejection) -> Response:
    """The problem document of a refusal, after it was written down. It may wait for the writer."""
    note(request, rejection, channel="api")
    return problem(rejection, language_of(request))


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
