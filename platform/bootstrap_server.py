"""The HTTP server around the application, in threads of its own so that the program can be told
to stop."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import Final

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from starlette.types import ASGIApp, Receive, Scope, Send

from orderloom.platform.app.application import Application
from orderloom.platform.bootstrap_memory import settle_memory
from orderloom.platform.web.app import create_app

# Short turns: the writer thread must not wait five milliseconds for busy ones.
SWITCH_SECONDS: Final = 0.0005
STOP_SECONDS: Final = 20


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `address`."""

    address: str
    thread: threading.Thread

    @property
    def alive(self) -> bool:
        return self.thread.is_alive()


@contextmanager
def server(app: Application) -> Iterator[Running]:
    """Serves while the context lasts, then ends open requests and stops. Raises `OSError`."""
    settings = app.settings
    sys.setswitchinterval(SWITCH_SECONDS)
    listening = socket.create_server(
        (settings.host, settings.port),
        family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
        backlog=1024,
    )
    # Inherited by every connection. The event loop sets it only on sockets that name their
    # protocol; without it the body of each answer waits 40 ms for the receipt of its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        _Bounded(create_app(app), settings.threads),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    serving = uvicorn.Server(config)
    settle_memory()
    thread = threading.Thread(target=serving.run, args=([listening],), name="http", daemon=True)
    thread.start()
    try:
        while not serving.started and thread.is_alive():
            sleep(0.01)
        host, port = listening.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        # Pages that listen would keep the server from its end: they are let go first.
        with app.live.accepting():
            yield Running(f"http://{shown}:{port}/", thread)
    finally:
        serving.should_exit = True
        thread.join(STOP_SECONDS + 5)
        listening.close()


class _Bounded:
    """Lets so many requests work at the same time; the others wait their turn."""

    def __init__(self, app: ASGIApp, threads: int) -> None:
        self._app = app
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            current_default_thread_limiter().total_tokens = self._threads
            # Where requests work (`web.threaded_route`); the loop ends it when it ends.
            workers = ThreadPoolExecutor(self._threads, thread_name_prefix="request")
            asyncio.get_running_loop().set_default_executor(workers)
        await self._app(scope, receive, send)
