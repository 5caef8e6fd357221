"""Pictures of processes as files."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from orderloom.platform.web.file_answers import ALONE, disposition
from orderloom.platform.web.pages.sending import given
from orderloom.platform.web.threaded_route import ThreadedRoute
from orderloom.platform.web.viewer import THEMES, SignedInViewer

router = APIRouter(route_class=ThreadedRoute)
DRAFT: Final = "draft"


@router.get("/definitions/process/{id}/picture.svg")
def picture(viewer: SignedInViewer, id: str, version: str = "", theme: str = "light") -> Response:
    """An SVG. `version`: a number, `draft`, or empty for the newest."""
    known = version.isascii() and version.isdigit() and len(version) < 10
    number = int(version) if known else None if version in ("", DRAFT) else 0
    # A file has no page whose colours it could take.
    colours = theme if theme in THEMES else THEMES[0]
    made = given(
        viewer.app.pictures.of(
            viewer.actor, id, version=number, draft=version == DRAFT, theme=colours
        )
    )
    return Response(
        made.encode(),
        media_type="image/svg+xml",
        headers={
            "Content-Security-Policy": ALONE,
            "Content-Disposition": disposition(f"{id}.svg", inline=True),
            "Cache-Control": "private, no-cache",
            "Vary": "Cookie",
        },
    )
