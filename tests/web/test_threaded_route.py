"""One hand-over a request: what a route calls runs in one worker thread, and waits for nothing."""

import asyncio
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient
from parts.site import Site
from starlette.routing import BaseRoute

from orderloom.platform.app.presence import Presence
from orderloom.platform.web.threaded_route import SMALL, ThreadedRoute, done


def _routes(found: list[BaseRoute]) -> Iterator[BaseRoute]:
    for route in found:
        inside = getattr(route, "original_router", None)
        if inside is None:
            yield route
        else:
            yield from _routes(inside.routes)


def test_every_address_is_worked_on_in_a_thread(site: Site) -> None:
    routes = [each for each in _routes(site.web.routes) if getattr(each, "name", "") != "static"]
    assert len(routes) > 40
    # A dependency that asks the database would stop the event loop on any other route. The one that
    # lasts has none, and asks in threads.
    others = [each for each in routes if not isinstance(each, ThreadedRoute)]
    assert [getattr(each, "path", "") for each in others] == ["/live"]


def _seen() -> tuple[FastAPI, list[int]]:
    threads: list[int] = []
    router = APIRouter(route_class=ThreadedRoute)

    async def first(request: Request) -> int:
        threads.append(threading.get_ident())
        return len(await request.body())

    async def second(size: Annotated[int, Depends(first)]) -> int:
        threads.append(threading.get_ident())
        return size

    @router.post("/size")
    def size(size: Annotated[int, Depends(second)]) -> Response:
        threads.append(threading.get_ident())
        return Response(str(size))

    @router.get("/waits")
    def waits(size: Annotated[int, Depends(_waiting)]) -> Response:
        return Response("never")

    app = FastAPI()
    app.state.application = SimpleNamespace(runner=SimpleNamespace(presence=Presence()))
    app.include_router(router)
    return app, threads


class _Later:
    def __await__(self) -> Generator[None, None, None]:
        yield


async def _waiting() -> int:
    await _Later()
    return 0


@pytest.mark.parametrize("size", [0, 1, SMALL, SMALL + 1, 10 * SMALL])
def test_dependencies_and_function_run_in_one_thread(size: int) -> None:
    app, threads = _seen()
    with TestClient(app) as client:
        assert client.post("/size", content=b"x" * size).text == str(size)
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()
    assert app.state.application.runner.presence.count == 0


def test_what_waits_for_the_event_loop_is_a_fault() -> None:
    app, _ = _seen()
    with TestClient(app) as client, pytest.raises(RuntimeError, match="waited for the event loop"):
        client.get("/waits")


def test_the_result_of_a_coroutine_that_waits_for_nothing() -> None:
    async def inner() -> int:
        return 7

    async def outer() -> int:
        return await inner() + 1

    assert done(outer()) == 8


@pytest.mark.parametrize(
    ("size", "known", "status", "read"),
    [
        (SMALL, "known", 200, True),
        (SMALL + 1, "known", 200, True),
        (SMALL, "unknown", 401, True),
        (SMALL + 1, "unknown", 401, False),
        (SMALL + 1, "none", 401, False),
    ],
)
def test_a_large_body_is_read_only_of_one_who_is_known(
    site: Site, size: int, known: str, status: int, read: bool
) -> None:
    token = {"known": site.app.accounts.create_token("alice"), "unknown": "olp_" + "x" * 43}
    body = b'{"process": "none", "data": {"a": "' + b"x" * (size - 38) + b'"}}'
    head = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
    if known in token:
        head.append((b"authorization", f"Bearer {token[known]}".encode()))
    sent: list[dict[str, object]] = []
    asked = []

    async def receive() -> dict[str, object]:
        asked.append(len(body))
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/v1/orders",
        "raw_path": b"/api/v1/orders",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": head,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    # In a thread without a loop of its own: a browser test before may have left one in this.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(site.web(scope, receive, send))).result()  # type: ignore[arg-type]
    # A process that nobody has published: whoever is let in is told so.
    assert sent[0]["status"] == (404 if status == 200 else status)
    assert bool(asked) is read
