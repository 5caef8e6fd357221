"""Outgoing calls: what a connector's definition makes of a call, and of the answer (language 8).

The HTTP itself is a port: `platform/delivery` sends a `Request`, tests and simulations need not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from orderloom.platform.app.outbox import Answer, Retry
from orderloom.platform.codec import CodecError, dumps, loads_strict
from orderloom.platform.store.work_rows import Job
from orderloom.rules import (
    EvaluationError,
    Expression,
    FeelError,
    parse_duration,
    parse_expression,
    to_json,
)

DEFAULT: Final = Retry()
TIMEOUT: Final = timedelta(seconds=10)
LONGEST: Final = timedelta(minutes=5)
MOST_TRIES: Final = 20
SECRET: Final = "secret:"  # noqa: S105  how a header names a secret, not one
BODILESS: Final = frozenset({"GET", "HEAD", "DELETE"})
# Answers after which the same request may well succeed.
PASSING: Final = frozenset({408, 425, 429})
_PART: Final = re.compile(r"\{(\w+)\}")

Secrets = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `headers` may hold secrets: they are never shown or logged."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    timeout: timedelta = TIMEOUT


@dataclass(frozen=True, slots=True)
class Response:
    """What came back whole."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """No answer. `kind`: `unreachable timeout invalid`. `again`: the next try may differ."""

    kind: str
    code: str
    message: str
    again: bool = True


class Sender(Protocol):
    """Sends a request to where it may go."""

    def __call__(self, request: Request, /) -> Response | Undelivered: ...


class Connectors(Protocol):
    """Finds a job's connector as of today."""

    def __call__(self, job: Job, /) -> Mapping[str, Any] | None: ...


class Caller:
    """Makes one call of a job. `secrets`: names → values, from the environment."""

    def __init__(self, connectors: Connectors, send: Sender, secrets: Secrets) -> None:
        self._connectors = connectors
        self._send = send
        self._secrets = secrets

    def longest(self, job: Job) -> timedelta:
        """The time the call may take."""
        found = self._operation(job)
        return timeout_of(found[1]) if found else timedelta(0)

    def __call__(self, job: Job, /) -> Answer:
        found = self._operation(job)
        if found is None:
            name = f"{job.body.get('connector')}.{job.body.get('operation')}"
            return _failed("invalid", "connector.unknown", f"there is no operation {name}")
        connector, operation = found
        key = f"{job.order}.{job.n}"
        request = request_of(connector, operation, job.body.get("args") or {}, key, self._secrets)
        if isinstance(request, Answer):
            return request
        answer = answer_of(operation, self._send(request))
        return Answer(
            result=answer.result,
            error=answer.error,
            again=answer.again,
            retry=retry_of(operation),
        )

    def _operation(self, job: Job) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        connector = self._connectors(job)
        operation = (connector or {}).get("operations", {}).get(job.body.get("operation"))
        return None if connector is None or operation is None else (connector, operation)


def request_of(
    connector: Mapping[str, Any],
    operation: Mapping[str, Any],
    args: Mapping[str, Any],
    key: str,
    secrets: Secrets,
) -> Request | Answer:
    """The request of a call, or why there can be none. `key`: the idempotency key."""
    try:
        content = evaluate(operation.get("request"), args) if "request" in operation else args
    except (EvaluationError, FeelError) as error:
        return _failed("invalid", "connector.request", f"request: {error}")
    headers: dict[str, str] = {"Accept": "application/json"}
    for name, value in (connector.get("headers") or {}).items():
        shown = str(value)
        if shown.startswith(SECRET):
            secret = secrets(shown.removeprefix(SECRET))
            if secret is None:
                return _failed("invalid", "connector.secret", f"the secret of {name} is not set")
            shown = secret
        headers[str(name)] = shown
    headers["Idempotency-Key"] = key
    method = str(operation.get("method", "POST")).upper()
    path = _path(str(operation.get("path", "")), args)
    if path is None:
        return _failed("invalid", "connector.path", "the path needs a value that is missing")
    url = str(connector.get("address", "")).rstrip("/") + path
    if method in BODILESS:
        return Request(method, _with_query(url, content), headers, None, timeout_of(operation))
    headers["Content-Type"] = "application/json"
    return Request(method, url, headers, dumps(to_json(content)), timeout_of(operation))


def answer_of(operation: Mapping[str, Any], response: Response | Undelivered) -> Answer:
    """What a response means. 2xx: a result; those of `declined`: the other side said no; 5xx and
    passing ones: to be tried again; all else is invalid."""
    if isinstance(response, Undelivered):
        return _failed(response.kind, response.code, response.message, again=response.again)
    status = response.status
    if status in operation.get("declined", ()):
        message = _said(response.body) or f"the other side declined ({status})"
        return _failed("declined", str(status), message)
    if status in PASSING or status >= 500:
        message = f"the other side answered {status}"
        return _failed("unreachable", str(status), message, again=True)
    if not 200 <= status < 300:
        return _failed("invalid", str(status), f"the other side answered {status}")
    try:
        body = loads_strict(response.body) if response.body.strip() else None
    except CodecError as error:
        return _failed("invalid", "connector.response", f"the answer is not JSON: {error}")
    if "response" not in operation:
        return Answer(result=body)
    try:
        scope = {"body": body, "status": status}
        return Answer(result=to_json(evaluate(operation["response"], scope)))
    except (EvaluationError, FeelError) as error:
        return _failed("invalid", "connector.response", f"response: {error}")


def evaluate(mapping: Any, scope: Mapping[str, Any]) -> Any:
    """A mapping's value: text is FEEL, maps and lists consist of it, all else is itself."""
    if isinstance(mapping, str):
        return _expression(mapping).evaluate(scope)
    if isinstance(mapping, Mapping):
        return {name: evaluate(inner, scope) for name, inner in mapping.items()}
    if isinstance(mapping, list | tuple):
        return [evaluate(inner, scope) for inner in mapping]
    return mapping


def timeout_of(operation: Mapping[str, Any]) -> timedelta:
    """How long one try may take."""
    return min(_span(operation.get("timeout"), TIMEOUT), LONGEST)


def retry_of(operation: Mapping[str, Any]) -> Retry:
    """How often and when a try is repeated."""
    retry = operation.get("retry") or {}
    return Retry(
        times=min(int(retry.get("times", DEFAULT.times)), MOST_TRIES),
        first=_span(retry.get("first"), DEFAULT.first),
        factor=max(int(retry.get("factor", DEFAULT.factor)), 1),
    )


@lru_cache(maxsize=1024)
def _expression(text: str) -> Expression:
    return parse_expression(text)


def _span(text: Any, otherwise: timedelta) -> timedelta:
    if text is None:
        return otherwise
    span = parse_duration(str(text))
    return span if isinstance(span, timedelta) else otherwise


def _path(path: str, args: Mapping[str, Any]) -> str | None:
    """`{name}` in a path is the argument, quoted so that it stays one segment; None without one."""
    values = {name: str(args.get(name, "")) for name in _PART.findall(path)}
    if any(value in ("", "None", ".", "..") for value in values.values()):
        return None
    return _PART.sub(lambda part: quote(values[part[1]], safe=""), path)


def _with_query(url: str, content: Any) -> str:
    if not isinstance(content, Mapping) or not content:
        return url
    values = {name: value for name, value in to_json(content).items() if value is not None}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values, doseq=True)}" if values else url


def _said(body: bytes) -> str:
    """The sentence of a refusal, if it has one."""
    try:
        content = loads_strict(body, limit_bytes=65_536, depth=10)
    except CodecError:
        return ""
    for name in ("detail", "message", "error", "title"):
        if isinstance(content, Mapping) and isinstance(content.get(name), str):
            return str(content[name])[:500]
    return ""


def _failed(kind: str, code: str, message: str, *, again: bool = False) -> Answer:
    return Answer(error={"kind": kind, "code": code, "message": message}, again=again)
