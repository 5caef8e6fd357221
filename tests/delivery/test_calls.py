"""What a connector's definition makes of a call, and of the answer."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderloom.platform.app.calls import (
    Caller,
    Request,
    Response,
    Undelivered,
    answer_of,
    request_of,
    retry_of,
    timeout_of,
)
from orderloom.platform.app.outbox import Answer, Retry
from orderloom.platform.store.work_rows import Job

ERP = {
    "address": "https://erp.example/api/",
    "headers": {"Authorization": "secret:erp", "X-A": "b"},
}
SECRETS = {"erp": "Bearer s3cret"}
ARGS = {"ref": "SO-1", "amount": Decimal("10.10"), "lines": [1, 2]}


@pytest.mark.parametrize(
    ("operation", "args", "url", "body"),
    [
        ({"path": "/invoices"}, {"a": 1}, "/invoices", b'{"a":1}'),
        ({"path": "/x", "request": "{number: ref}"}, ARGS, "/x", b'{"number":"SO-1"}'),
        (
            {"path": "/x", "request": {"n": "ref", "sum": "amount * 3", "kind": '"k"', "v": 2}},
            ARGS,
            "/x",
            b'{"n":"SO-1","sum":30.30,"kind":"k","v":2}',
        ),
        ({"path": "/x/{ref}/y"}, {"ref": "a/b?c"}, "/x/a%2Fb%3Fc/y", b'{"ref":"a/b?c"}'),
        ({"path": "/x", "method": "get"}, {"a": "b c", "n": None}, "/x?a=b+c", None),
        ({"path": "/x", "method": "GET", "request": "{}"}, ARGS, "/x", None),
    ],
)
def test_requests(
    operation: dict[str, Any], args: dict[str, Any], url: str, body: bytes | None
) -> None:
    request = request_of(ERP, operation, args, "42.7", SECRETS.get)
    assert isinstance(request, Request)
    assert request.url == "https://erp.example/api" + url
    assert request.body == body
    assert request.headers["Idempotency-Key"] == "42.7"
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.headers["X-A"] == "b"
    assert "s3cret" not in repr(request)


@pytest.mark.parametrize(
    ("operation", "args", "secrets", "code"),
    [
        ({"path": "/x"}, {}, {}, "connector.secret"),
        ({"path": "/x/{id}"}, {}, SECRETS, "connector.path"),
        ({"path": "/x/{id}"}, {"id": ".."}, SECRETS, "connector.path"),
        ({"path": "/x/{id}"}, {"id": None}, SECRETS, "connector.path"),
        ({"path": "/x", "request": "{a: missing + 1}"}, {}, SECRETS, "connector.request"),
        ({"path": "/x", "request": "{a: "}, {}, SECRETS, "connector.request"),
    ],
)
def test_a_request_that_cannot_be_made(
    operation: dict[str, Any], args: dict[str, Any], secrets: dict[str, str], code: str
) -> None:
    answer = request_of(ERP, operation, args, "42.7", secrets.get)
    assert isinstance(answer, Answer)
    assert answer.error is not None
    assert (answer.error["kind"], answer.error["code"], answer.again) == ("invalid", code, False)


INVOICE = {"response": "{id: body.number, code: status}", "declined": [409, 422]}


@pytest.mark.parametrize(
    ("operation", "response", "result", "error", "again"),
    [
        (INVOICE, Response(201, b'{"number": 7}'), {"id": 7, "code": 201}, None, False),
        ({}, Response(200, b'{"a": 1.10}'), {"a": Decimal("1.10")}, None, False),
        ({}, Response(204, b""), None, None, False),
        (INVOICE, Response(409, b'{"message": "VAT"}'), None, ("declined", "409", "VAT"), False),
        (
            INVOICE,
            Response(422, b"<html>"),
            None,
            ("declined", "422", "the other side declined (422)"),
            False,
        ),
        ({}, Response(404, b""), None, ("invalid", "404", "the other side answered 404"), False),
        ({}, Response(302, b""), None, ("invalid", "302", "the other side answered 302"), False),
        ({}, Response(500, b""), None, ("unreachable", "500", None), True),
        ({}, Response(503, b""), None, ("unreachable", "503", None), True),
        ({}, Response(429, b""), None, ("unreachable", "429", None), True),
        ({}, Response(200, b"all right"), None, ("invalid", "connector.response", None), False),
        (INVOICE, Response(200, b"[1]"), None, ("invalid", "connector.response", None), False),
        ({}, Undelivered("timeout", "timeout", "late"), None, ("timeout", "timeout", "late"), True),
    ],
)
def test_answers(
    operation: dict[str, Any],
    response: Response | Undelivered,
    result: Any,
    error: tuple[str, str, str | None] | None,
    again: bool,
) -> None:
    answer = answer_of(operation, response)
    assert answer.result == result
    assert answer.again is again
    if error is None:
        assert answer.error is None
        return
    assert answer.error is not None
    assert (answer.error["kind"], answer.error["code"]) == error[:2]
    assert error[2] in (None, answer.error["message"])


@pytest.mark.parametrize(
    ("operation", "timeout", "retry"),
    [
        ({}, timedelta(seconds=10), Retry()),
        ({"timeout": "PT3S"}, timedelta(seconds=3), Retry()),
        ({"timeout": "P1D"}, timedelta(minutes=5), Retry()),
        (
            {"retry": {"times": 3, "first": "PT1M", "factor": 3}},
            timedelta(seconds=10),
            Retry(3, timedelta(minutes=1), 3),
        ),
        ({"retry": {"times": 10_000}}, timedelta(seconds=10), Retry(20)),
    ],
)
def test_time_and_tries(operation: dict[str, Any], timeout: timedelta, retry: Retry) -> None:
    assert timeout_of(operation) == timeout
    assert retry_of(operation) == retry


@pytest.mark.parametrize(
    ("attempt", "chance", "seconds"),
    [(1, 999, "1.999"), (1, 0, "1"), (2, 0, "2"), (3, 0, "4"), (4, 500, "12"), (60, 0, "1800")],
)
def test_pauses_grow_and_scatter(attempt: int, chance: int, seconds: str) -> None:
    pause = Retry().pause(attempt, chance)
    assert pause == timedelta(microseconds=int(Decimal(seconds) * 1_000_000))


def test_a_call_without_a_connector_fails_for_good() -> None:
    job = Job(
        id=1,
        organisation=1,
        order=42,
        n=7,
        kind="call",
        body={"connector": "erp", "operation": "x"},
        attempts=1,
        due=datetime(2026, 3, 6),
    )
    never = Undelivered("invalid", "never", "")
    answer = Caller(lambda job: None, lambda request: never, SECRETS.get)(job)
    assert answer.error is not None
    assert answer.error["code"] == "connector.unknown"
    assert not answer.again
