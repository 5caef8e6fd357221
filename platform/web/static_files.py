"""Our own static files, under addresses that change with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from orderloom.platform.web.assets import STATIC
from orderloom.platform.web.security import worker_policy

FOREVER: Final = "public, max-age=31536000, immutable"
BRIEFLY: Final = "public, max-age=300"
MODULES: Final = "editor"
WORKER: Final = f"{MODULES}/worker.js"


@cache
def static_url(name: str) -> str:
    """The address of a file, with the beginning of its digest."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def module_url(name: str) -> str:
    """The address of one of our modules (`static/editor/`): all of them lie below one digest, so
    that what they import from each other is of the same version."""
    return f"/static/{MODULES}-{_modules_digest()}/{name}"


@cache
def _modules_digest() -> str:
    found = hashlib.sha256()
    for file in sorted((STATIC / MODULES).rglob("*.js")):
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


class OwnFiles(StaticFiles):
    """Serves `static/`; what carries a digest or an exact version may be kept for ever."""

    def __init__(self, *, local_assets: bool) -> None:
        super().__init__(directory=STATIC)
        self._local = local_assets

    async def get_response(self, path: str, scope: Scope) -> Response:
        first, _, rest = path.partition("/")
        is_module = first == f"{MODULES}-{_modules_digest()}"
        if first.startswith(f"{MODULES}-"):
            path = f"{MODULES}/{rest}"
        response = await super().get_response(path, scope)
        fixed = first == "vendor" or is_module or b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = FOREVER if fixed else BRIEFLY
        if path == WORKER:
            policy = worker_policy(local_assets=self._local)
            response.headers["Content-Security-Policy"] = policy
        return response
