"""Around every request: its id, its size, its headers, its place in the log and the metrics."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from itertools import count
from time import perf_counter
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orderloom.platform.app.logs import about_order, about_request
from orderloom.platform.app.metrics import Metrics
from orderloom.platform.codec import dumps
from orderloom.platform.web.language import asked_language
from orderloom.platform.words import Words

LOG: Final = logging.getLogger("orderloom.web")
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
API: Final = "/api/v1"
FALLBACK: Final = "en"
BEGINNING: Final = secrets.token_hex(4)
COUNTER: Final = count(1)
QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
# Statuses under which a number in the address may be anything that somebody typed.
UNKNOWN: Final = frozenset({303, 400, 401, 404, 405, 413, 422})


class TooLarge(Exception):
    """The body is longer than allowed."""


class Surroundings:
    """`headers` go on every response; `body_limit` is in bytes. Routes that take more say so by
    `request.state.body_limit` before they read; `most` is the most that any takes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        headers: Mapping[str, str],
        body_limit: int,
        most: int = 0,
        metrics: Metrics,
    ) -> None:
        self._app = app
        self._headers = dict(headers)
        self._limit = body_limit
        self._most = max(most, body_limit)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, seen = perf_counter(), {"status": 500}
        sent = {name.lower(): value for name, value in scope["headers"]}
        request_id = _request_id(sent.get(b"x-request-id", b"").decode("latin-1"))
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers["X-Request-Id"] = request_id
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        with about_request(request_id):
            try:
                await self._bounded(scope, receive, send_with_headers, sent)
            finally:
                self._note(scope, seen["status"], perf_counter() - started)

    async def _bounded(
        self, scope: Scope, receive: Receive, send: Send, sent: Mapping[bytes, bytes]
    ) -> None:
        length = sent.get(b"content-length", b"")
        language = asked_language(sent.get(b"accept-language", b"").decode("latin-1"))
        declared = int(length) if length.isdigit() else 0
        if declared > self._most:
            await _refuse(send, language)
            return
        read = 0
        started = False

        async def counted() -> Message:
            nonlocal read
            limit = scope["state"].get("body_limit", self._limit)
            if declared > limit:
                raise TooLarge
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except TooLarge:
            if started:
                raise
            await _refuse(send, language)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        path = _route(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.requests.labels(method, path, str(status)).inc()
        if not scope["state"].get("lasts"):
            # How long somebody stays on a page says nothing about how soon it was answered.
            self._metrics.request_seconds.labels(path).observe(seconds)
        if scope["path"] in QUIET:
            return
        facts = {
            "method": method,
            "route": path,
            "status": status,
            "milliseconds": round(seconds * 1000),
        }
        with about_order(_order(scope, status)):
            LOG.info("request", extra=facts)


def _route(scope: Scope) -> str:
    """The address as it is declared: no label may grow with what is typed."""
    path = str(getattr(scope.get("route"), "path", "unknown"))
    inside = scope["path"].startswith(API) and not path.startswith(API)
    return f"{API}{path}" if inside else path


def _order(scope: Scope, status: int) -> str | None:
    """The number of the order that a request was about; what somebody only typed is not one."""
    known: str | None = scope.get("state", {}).get("order")
    if known or status in UNKNOWN:
        return known
    number = scope.get("path_params", {}).get("number")
    return str(number) if number else None


def _request_id(given: str) -> str:
    # Unlike any other of this program and, by its beginning, of others; nothing secret in it.
    return given if REQUEST_ID.fullmatch(given) else f"{BEGINNING}{next(COUNTER) % 2**32:08x}"


async def _refuse(send: Send, language: str | None) -> None:
    body: dict[str, Any] = {
        "type": "urn:orderloom:problem:request.too_large",
        "title": Words(language or FALLBACK).text("problems.request.too_large"),
        "status": 413,
        "code": "request.too_large",
        "detail": "The body is longer than this installation takes.",
    }
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": dumps(body)})
