"""One HTTP request against a server that misbehaves."""

from datetime import timedelta

import pytest
from parts.loopback import outside

from orderloom.platform.app.calls import Request, Response, Undelivered
from orderloom.platform.delivery.http_sender import HttpSender

SECOND = timedelta(seconds=1)


def request(url: str, timeout: timedelta = SECOND) -> Request:
    return Request("POST", url, {"Idempotency-Key": "42.7"}, b'{"a": 1.10}', timeout)


@pytest.mark.parametrize(
    ("behaviour", "kind", "code", "again"),
    [
        ("hang", "timeout", "call.timeout", True),
        ("drip", "timeout", "call.timeout", True),
        ("drop", "unreachable", "call.no_answer", True),
        ("huge", "invalid", "answer.too_large", False),
        ("packed", "invalid", "answer.encoded", False),
    ],
)
def test_what_goes_wrong_is_named(behaviour: str, kind: str, code: str, again: bool) -> None:
    with outside([behaviour]) as server:
        answer = HttpSender(allow_private=True)(request(server.url + "/x"))
    assert isinstance(answer, Undelivered)
    assert (answer.kind, answer.code, answer.again) == (kind, code, again)


def test_what_was_sent_arrives() -> None:
    with outside() as server:
        answer = HttpSender(allow_private=True)(request(server.url + "/invoices?a=1"))
        method, path, headers, body = server.requests[0]
    assert answer == Response(200, b'{"number": "INV-1", "amount": 10.10}')
    assert (method, path, body) == ("POST", "/invoices?a=1", b'{"a": 1.10}')
    assert headers["idempotency-key"] == "42.7"
    assert headers["host"] == server.url.removeprefix("http://")


@pytest.mark.parametrize("status", [204, 400, 404, 409, 500, 503])
def test_a_status_is_an_answer(status: int) -> None:
    with outside([str(status)]) as server:
        answer = HttpSender(allow_private=True)(request(server.url))
    assert isinstance(answer, Response)
    assert answer.status == status


def test_redirects_are_not_followed() -> None:
    with outside(["redirect"]) as server:
        answer = HttpSender(allow_private=True)(request(server.url))
        assert len(server.requests) == 1
    assert isinstance(answer, Response)
    assert answer.status == 302


def test_a_private_address_is_refused_before_anything_is_sent() -> None:
    with outside() as server:
        answer = HttpSender(allow_private=False)(request(server.url))
        assert server.requests == []
    assert isinstance(answer, Undelivered)
    assert (answer.code, answer.again) == ("address.refused", False)


def test_the_judged_address_is_the_one_connected_to() -> None:
    """A name that leads to a public address when judged, elsewhere afterwards."""
    asked = []

    def resolved(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    with outside() as server:
        port = server.url.rpartition(":")[2]
        sender = HttpSender(allow_private=True, resolved=resolved)
        answer = sender(request(f"http://erp.example:{port}/"))
        assert server.requests[0][2]["host"] == f"erp.example:{port}"
    assert isinstance(answer, Response)
    assert asked == ["erp.example"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://erp.example/x",
        "file:///etc/passwd",
        "http://",
        "http://user:word@erp.example/",
        "erp.example",
        "http://erp.example:99999/",
        "",
    ],
)
def test_odd_addresses_are_refused(url: str) -> None:
    answer = HttpSender(allow_private=True, resolved=lambda host, port: [])(request(url))
    assert isinstance(answer, Undelivered)
    assert answer.code in ("address.invalid", "address.unknown")


def test_nobody_listens() -> None:
    with outside() as server:
        url = server.url
    answer = HttpSender(allow_private=True)(request(url))
    assert isinstance(answer, Undelivered)
    assert (answer.kind, answer.again) == ("unreachable", True)
