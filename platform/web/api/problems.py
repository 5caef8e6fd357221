"""RFC 9457 problem details, the API's one way to say no."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from fastapi import Request, Response

from orderloom.platform.codec import dumps
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, status_of
from orderloom.platform.web.language import asked_language
from orderloom.platform.words import Words

MEDIA_TYPE: Final = "application/problem+json"


def problem(rejection: Rejection, language: str = "en", *, status: int | None = None) -> Response:
    """The response of a rejection; `status` where the code alone does not tell it."""
    number = status or status_of(rejection.code)
    headers = {"WWW-Authenticate": "Bearer"} if number == 401 else {}
    return Response(
        dumps(problem_body(rejection, Words(language), number)),
        status_code=number,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def language_of(request: Request) -> str:
    """The language that the request asks for, else the caller's, else the installation's."""
    asked = asked_language(request.headers.get("accept-language", ""))
    known = getattr(request.state, "language", None)
    return str(asked or known or request.app.state.application.settings.language)


def problem_body(rejection: Rejection, words: Words, status: int) -> dict[str, Any]:
    """`{type, title, status, code, detail, path, params, errors}`: `title` is the sentence for
    people, `params` what it speaks of."""
    body: dict[str, Any] = {
        "type": f"urn:orderloom:problem:{rejection.code}",
        "title": sentence(rejection, words),
        "status": status,
        "code": rejection.code,
        "detail": rejection.message,
    }
    if rejection.details:
        body["errors"] = [
            {
                "code": each.code,
                "title": sentence(each, words),
                "detail": each.message,
                **_place(each),
            }
            for each in rejection.details
        ]
    return {**body, **_place(rejection)}


def _place(rejection: Rejection) -> dict[str, Any]:
    """Where it is and what it is about, as far as that is known."""
    place: dict[str, Any] = {"path": rejection.path} if rejection.path else {}
    if rejection.params:
        place["params"] = {name: _plain(value) for name, value in rejection.params.items()}
    return place


def _plain(value: Any) -> Any:
    """A value as JSON has it; what it has not is told as text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | Decimal):
        return value
    return str(value)
