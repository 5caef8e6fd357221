"""Our own static files, under addresses that change with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from orderloom.platform.web.assets import STATIC

FOREVER: Final = "public, max-age=31536000, immutable"
BRIEFLY: Final = "public, max-age=300"


@cache
def static_url(name: str) -> str:
    """The address of a file, with the beginning of its digest."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


class OwnFiles(StaticFiles):
    """Serves `static/`; what carries a digest or an exact version may be kept for ever."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        fixed = path.startswith("vendor/") or b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = FOREVER if fixed else BRIEFLY
        return response
