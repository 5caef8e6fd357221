"""Server-sent events: one response that lasts as long as somebody listens (decision 0024).

It waits in the event loop and holds neither a thread nor a connection of the database. A reader
who does not read is dropped; nothing is kept for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from orderloom.platform.app.live import Listener, Live

# A browser that lost the stream comes again after so long.
RETRY_MILLISECONDS: Final = 3_000
# Names are sent at most so often, however much happens.
PAUSE: Final = 1.0
HEARTBEAT: Final = 15.0
# Whether the session still holds is asked so often.
LOOK: Final = 30.0
# Whoever takes longer to read a few bytes does not read.
MOST_TO_SEND: Final = 10.0
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies that gather answers would keep the events.
    (b"x-accel-buffering", b"no"),
)

Look = Callable[[], Awaitable[bool]]
"""Whether the listener may still hear: asked before an order is named, and now and then."""


class Bell:
    """Wakes a waiting task from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def ring(self) -> None:
        # A loop that is closed has nobody waiting.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> None:
        """Returns when it rings, at the latest after so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), seconds)
        self._rung.clear()


class Stream(Response):
    """The events of one listener, who has joined and leaves at the end. `first`: told at once."""

    def __init__(
        self, live: Live, listener: Listener, bell: Bell, look: Look, first: Iterable[str] = ()
    ) -> None:
        super().__init__()
        self._live = live
        self._listener = listener
        self._bell = bell
        self._look = look
        self._first = tuple(first)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["lasts"] = True
        gone = asyncio.create_task(self._until_gone(receive))
        try:
            start = {"type": "http.response.start", "status": 200, "headers": list(HEADERS)}
            await asyncio.wait_for(send(start), MOST_TO_SEND)
            await self._run(send, gone)
            await asyncio.wait_for(send({"type": "http.response.body"}), MOST_TO_SEND)
        except (TimeoutError, OSError):
            # They do not read, or are gone: there is nobody to tell.
            return
        finally:
            self._live.leave(self._listener)
            gone.cancel()

    async def _run(self, send: Send, gone: asyncio.Task[None]) -> None:
        await _write(send, f"retry: {RETRY_MILLISECONDS}\n\n" + _events(self._first))
        loop = asyncio.get_running_loop()
        looked = spoke = loop.time()
        while not (gone.done() or self._listener.over):
            names = self._listener.take()
            if "order" in names or loop.time() - looked >= LOOK:
                if not await self._look():
                    return
                looked = loop.time()
            if names:
                await _write(send, _events(names))
                spoke = loop.time()
                await asyncio.sleep(PAUSE)
            elif loop.time() - spoke >= HEARTBEAT:
                await _write(send, ": still here\n\n")
                spoke = loop.time()
            await self._bell.wait(HEARTBEAT)

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            continue
        self._bell.ring()


def _events(names: Iterable[str]) -> str:
    """Events without content, each by its name; a browser drops one that has no data at all."""
    return "".join(f"event: {name}\ndata: {name}\n\n" for name in names)


async def _write(send: Send, text: str) -> None:
    message = {"type": "http.response.body", "body": text.encode(), "more_body": True}
    await asyncio.wait_for(send(message), MOST_TO_SEND)
