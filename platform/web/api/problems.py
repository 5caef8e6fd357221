"""RFC 9457 problem details, the API's one way to say no."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Response

from orderloom.platform.codec import dumps
from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentence, status_of
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


def problem_body(rejection: Rejection, words: Words, status: int) -> dict[str, Any]:
    """`{type, title, status, code, detail, path, errors}`: `title` is the sentence for people."""
    body: dict[str, Any] = {
        "type": f"urn:orderloom:problem:{rejection.code}",
        "title": sentence(rejection, words),
        "status": status,
        "code": rejection.code,
        "detail": rejection.message,
    }
    if rejection.path:
        body["path"] = rejection.path
    if rejection.details:
        body["errors"] = [
            {
                "code": each.code,
                "title": sentence(each, words),
                "detail": each.message,
                **({"path": each.path} if each.path else {}),
            }
            for each in rejection.details
        ]
    return body
