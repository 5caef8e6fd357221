"""Routes whose whole work is done by one worker thread: one hand-over a request.

FastAPI takes a hop to the thread pool for every dependency and one more for the function itself;
each costs as much as a small command, and beside busy threads far more. Here the body is read in
the event loop, then all the rest - who asks, what they sent, the work, the answer - runs in one
thread as one coroutine that never waits: what it calls waits for the database in place.

Dependencies of such routes are written `async`, so that FastAPI calls them where it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute

from orderloom.platform.app.application import Application

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
T = TypeVar("T")

# A body that is known to be no longer is read before anybody looks who sends it.
SMALL: Final = 65_536
WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ThreadedRoute(APIRoute):
    """`endpoint` is a plain function that may wait for the database."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _in_place(endpoint), **options)

    def get_route_handler(self) -> Handler:
        work = self.work(super().get_route_handler())

        async def handler(request: Request) -> Response:
            if request.method not in WITHOUT_BODY:
                if not _is_small(request):
                    refusal = await asyncio.to_thread(self.not_admitted, request)
                    if refusal is not None:
                        return refusal
                await self.take_body(request)
            app: Application = request.app.state.application
            with app.runner.presence.here():
                return await asyncio.to_thread(done, work(request))

        return handler

    def work(self, inner: Handler) -> Handler:
        """What is done in the thread; `inner` is FastAPI's part of it."""
        return inner

    async def take_body(self, request: Request) -> None:
        """Reads the body. It is kept by the request: who asks for it later need not wait."""
        await request.body()

    def not_admitted(self, request: Request) -> Response | None:
        """Called in a thread before a body that may be large is read: the answer to one whose
        body is not worth reading."""
        return None


def done(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that has nothing to wait for. Raises `RuntimeError` where it
    waits all the same: there is no event loop in a worker thread."""
    try:
        coroutine.send(None)
    except StopIteration as stopped:
        result: T = stopped.value
        return result
    coroutine.close()
    raise RuntimeError("the work of a request waited for the event loop")


def _in_place(endpoint: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    @wraps(endpoint)
    async def called(*arguments: Any, **named: Any) -> T:
        return endpoint(*arguments, **named)

    return called


def _is_small(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and len(length) < 9 and int(length) <= SMALL
