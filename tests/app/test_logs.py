"""Log lines are JSON, say which request and order they belong to, and nothing about people."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from orderloom.platform.app.logs import about_order, about_request, request_id, set_up_logs

log = logging.getLogger("orderloom.test")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, with the root logger put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    out = io.StringIO()
    set_up_logs("info", "json", to=out)
    yield out
    for handler in list(root.handlers):
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


def read(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_belongs_to_its_request_and_order(lines: io.StringIO) -> None:
    with about_request("r-1"):
        with about_order("SO-1"):
            log.info("approved", extra={"revision": 3})
        log.info("answered", extra={"status": 200})
    log.info("idle")
    shown = [
        {name: value for name, value in line.items() if name not in ("at", "logger", "level")}
        for line in read(lines)
    ]
    assert shown == [
        {"message": "approved", "request": "r-1", "order": "SO-1", "revision": 3},
        {"message": "answered", "request": "r-1", "status": 200},
        {"message": "idle"},
    ]


def test_instants_are_utc_with_milliseconds(lines: io.StringIO) -> None:
    log.info("x")
    line = read(lines)[0]
    assert line["at"].endswith("+00:00")
    assert (line["level"], line["logger"]) == ("info", "orderloom.test")


def test_facts_that_nobody_named_are_not_written(lines: io.StringIO) -> None:
    log.info("x", extra={"email": "ann@orders.example", "comment": "secret", "code": "a.b"})
    assert "ann@" not in lines.getvalue()
    assert "secret" not in lines.getvalue()
    assert read(lines)[0]["code"] == "a.b"


def test_a_fault_is_placed_but_not_quoted(lines: io.StringIO) -> None:
    try:
        raise ValueError("ann@orders.example is not a number")
    except ValueError:
        log.exception("failed")
    line = read(lines)[0]
    assert line["error"] == "ValueError"
    assert "test_logs.py" in line["trace"]
    assert "ann@" not in lines.getvalue()


def test_a_line_break_in_a_value_stays_in_its_line(lines: io.StringIO) -> None:
    with about_order('SO-1\n{"level": "forged"}'):
        log.info("x")
    assert len(lines.getvalue().splitlines()) == 1
    assert read(lines)[0]["level"] == "info"


def test_threads_do_not_share_requests(lines: io.StringIO) -> None:
    seen: list[str | None] = []
    with about_request("r-1"):
        thread = threading.Thread(target=lambda: seen.append(request_id()))
        thread.start()
        thread.join()
        assert request_id() == "r-1"
    assert seen == [None]


@pytest.mark.usefixtures("lines")
def test_text_lines_are_for_people() -> None:
    out = io.StringIO()
    set_up_logs("warning", "text", to=out)
    with about_order("SO-1"):
        log.warning("late", extra={"connector": "erp"})
    log.info("not shown")
    assert out.getvalue().endswith("warning late order=SO-1 connector=erp\n")
    assert "not shown" not in out.getvalue()


@pytest.mark.usefixtures("lines")
def test_libraries_are_quiet() -> None:
    out = io.StringIO()
    set_up_logs("info", "json", to=out)
    logging.getLogger("httpx2").info("HTTP Request: POST https://erp.example/?token=s3cret")
    assert out.getvalue() == ""
