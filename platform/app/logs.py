"""Logs as one JSON object a line, with request id and order, and nothing about people.

Code logs fixed sentences and puts facts into `extra`; only the facts named in `FACTS` are written,
so that a value that somebody typed never gets into a log by accident.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

FACTS: Final = (
    "address", "attempts", "bytes", "channel", "code", "command", "connector", "count",
    "definition", "demo", "fault", "job",
    "kind", "method", "milliseconds", "number", "operation", "organisation", "path", "port",
    "release", "revision", "route", "signal", "status", "url", "version", "worker",
)  # fmt: skip
QUIET: Final = ("httpx2", "httpcore2", "uvicorn.access", "mail", "multipart", "asyncio")

_request: ContextVar[str | None] = ContextVar("request", default=None)
_order: ContextVar[int | str | None] = ContextVar("order", default=None)


@contextmanager
def about_request(request: str) -> Iterator[None]:
    """Everything logged inside belongs to a request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


@contextmanager
def about_order(order: int | str | None) -> Iterator[None]:
    """Everything logged inside is about an order (its number, or its id; None: about none)."""
    token = _order.set(order)
    try:
        yield
    finally:
        _order.reset(token)


def request_id() -> str | None:
    """The request that is being worked on."""
    return _request.get()


def set_up_logs(level: str, style: str, *, to: TextIO | None = None) -> None:
    """Sends all logs of the process to `to` (standard error), as `json` or `text` lines."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message", "request"?, "order"?, …facts, "error"?, "trace"?}`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The same for people: time, level, message, `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        facts = _facts(record)
        trace = facts.pop("trace", None)
        shown = " ".join(f"{name}={value}" for name, value in facts.items())
        line = f"{at} {record.levelname.lower():7} {record.getMessage()} {shown}".rstrip()
        return f"{line}\n{trace}" if trace else line


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    facts: dict[str, Any] = {"request": _request.get(), "order": _order.get()}
    facts |= {name: getattr(record, name, None) for name in FACTS}
    if record.exc_info and record.exc_info[0] is not None:
        facts["error"] = record.exc_info[0].__name__
        facts["trace"] = _places(record.exc_info[2])
    return {name: value for name, value in facts.items() if value is not None}


def _places(traceback: Any) -> str:
    """Where it happened, without the message: that could quote what somebody typed."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return " < ".join(reversed(places))
