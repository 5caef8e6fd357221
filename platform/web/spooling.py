"""Routes whose bodies may be files: what comes is laid down on disk, never held in memory whole."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any, BinaryIO, Final

from fastapi import Request, Response

from orderloom.platform.app.application import Application
from orderloom.platform.problem import Refused, Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.web import multipart
from orderloom.platform.web.api.route import ApiRoute
from orderloom.platform.web.threaded_route import Handler, ThreadedRoute
from orderloom.platform.web.viewer import viewer_of

PIECE: Final = 262_144
# What stands around a file in a form.
AROUND: Final = 1_048_576


def upload_limit(settings: Settings) -> int:
    """The longest body that brings a file."""
    return max(settings.body_limit, settings.attachment_limit) + AROUND


class UploadRoute(ThreadedRoute):
    """A page's route: forms with files are laid down, all others read as ever."""

    def get_route_handler(self) -> Handler:
        return _closing(super().get_route_handler())

    async def take_body(self, request: Request) -> None:
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media == multipart.MEDIA_TYPE:
            await _lay_down(request)
        else:
            await request.body()

    def not_admitted(self, request: Request) -> Response | None:
        if viewer_of(request).session is None:
            raise Refused(Rejection("sign_in.needed", "Sign in first."))
        return None


class ApiUploadRoute(ApiRoute):
    """An address of the API whose body is a file."""

    def get_route_handler(self) -> Handler:
        return _closing(super().get_route_handler())

    async def take_body(self, request: Request) -> None:
        await _lay_down(request)


def spooled(request: Request) -> BinaryIO:
    """The body that was laid down."""
    file: BinaryIO = request.state.spooled
    return file


async def _lay_down(request: Request) -> None:
    """Writes the body to a file without a name, a piece at a time; `middleware` bounds it."""
    app: Application = request.app.state.application
    request.state.body_limit = upload_limit(app.settings)
    file: Any = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the request
    request.state.spooled = file
    waiting = bytearray()
    async for part in request.stream():
        waiting += part
        if len(waiting) >= PIECE:
            await asyncio.to_thread(file.write, bytes(waiting))
            waiting.clear()
    await asyncio.to_thread(file.write, bytes(waiting))


def _closing(inner: Handler) -> Handler:
    async def handler(request: Request) -> Response:
        try:
            return await inner(request)
        finally:
            file = getattr(request.state, "spooled", None)
            if file is not None:
                file.close()

    return handler
