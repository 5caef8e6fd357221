"""Routes for messages of other systems: whoever sends may be anybody until the body is read."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request, Response
from starlette.types import Message

from orderloom.platform.app.inbound import LIMIT
from orderloom.platform.problem import Rejection
from orderloom.platform.web.api.route import ApiRoute, noted
from orderloom.platform.web.threaded_route import Handler

TOO_LARGE: Final = Rejection(
    "request.too_large", f"Expected at most {LIMIT} bytes", {"limit": LIMIT}
)


class InboundRoute(ApiRoute):
    """The bytes are read first, since they are what is signed; more than a message has are not."""

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            body = await _bounded(request)
            if body is None:
                return await asyncio.to_thread(noted, request, TOO_LARGE)

            async def again() -> Message:
                return {"type": "http.request", "body": body, "more_body": False}

            return await inner(Request(request.scope, again))

        return handler

    def not_admitted(self, request: Request) -> Response | None:
        """The body is here already."""
        return None


async def _bounded(request: Request) -> bytes | None:
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 9 or int(length) > LIMIT):
        return None
    received, parts = 0, []
    async for part in request.stream():
        received += len(part)
        if received > LIMIT:
            return None
        parts.append(part)
    return b"".join(parts)
