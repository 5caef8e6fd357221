"""A refusal as a page: what it is, what is safe, and one way on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from fastapi.responses import Response

from orderloom.platform.problem import Rejection
from orderloom.platform.web.errors import sentences
from orderloom.platform.web.render import render
from orderloom.platform.web.viewer import Viewer

KINDS: Final = {401: "sign_in", 403: "forbidden", 404: "missing", 409: "conflict", 429: "wait"}


def refusal_page(viewer: Viewer, rejection: Rejection, status: int) -> Response:
    """The page of a status of 400 or more."""
    kind = KINDS.get(status, "broken" if status >= 500 else "refused")
    needed = f"web.may.{rejection.params.get('permission')}"
    if viewer.words.has(needed):
        named = {**rejection.params, "permission": viewer.words.text(needed)}
        rejection = replace(rejection, params=named)
    return render(
        viewer,
        "refusal.html",
        status=status,
        kind=kind,
        sentences=sentences(rejection, viewer.words),
        code=rejection.code,
        request_id=getattr(viewer.request.state, "request_id", ""),
    )
