"""The rim: languages, refusals that become entries, probes, metrics."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from parts.api_client import Api
from parts.application import small_application
from parts.postgres import PostgresServer

from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines, verify_store
from orderloom.platform.app.clock import FixedClock
from orderloom.platform.app.logs import set_up_logs
from orderloom.platform.codec import loads
from orderloom.platform.web.app import create_app

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW = {"process": "request", "data": {"title": "Secret desk", "total": 250}}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path, clock=NOON) as opened:
        yield opened


@pytest.fixture
def api(app: Application) -> Iterator[Api]:
    with Api(app) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("pl", "pl"),
        ("sk-SK,en;q=0.5", "sk"),
        ("pl;q=0.3, sk;q=0.7, en;q=0.1", "sk"),
        ("de, pl;q=0", "en"),
        ("q=;;,,", "en"),
        (None, "en"),
    ],
)
def test_a_title_is_in_the_language_asked_for(api: Api, asked: str | None, language: str) -> None:
    headers: dict[str, Any] = {} if asked is None else {"Accept_Language": asked}
    titles = {
        known: api.call("alice", "GET", "/orders/RQ-9", Accept_Language=known).body["title"]
        for known in ("en", "pl", "sk")
    }
    assert len(set(titles.values())) == 3
    answer = api.call("alice", "GET", "/orders/RQ-9", **headers)
    assert answer.body["title"] == titles[language]
    assert answer.body["detail"] == "There is no order RQ-9."


def test_what_is_too_large_is_told_in_that_language(api: Api) -> None:
    raw = b'"' + b"x" * 11_000_000 + b'"'
    titles = {
        language: api.call("alice", "POST", "/orders", raw=raw, Accept_Language=language)
        for language in ("en", "pl", "sk")
    }
    assert {answer.status for answer in titles.values()} == {413}
    assert len({answer.body["title"] for answer in titles.values()}) == 3


def test_without_a_wish_it_is_the_users_language(app: Application, api: Api) -> None:
    actor = app.accounts.by_login("alice")
    assert actor is not None
    wished = api.call("alice", "GET", "/orders/RQ-9", Accept_Language="sk").body["title"]
    app.accounts.set_language(actor, "sk")
    assert api.call("alice", "GET", "/orders/RQ-9").body["title"] == wished


def _security(app: Application) -> list[tuple[str, str, int]]:
    """(code, actor, how many more) of the refusals in security streams."""
    found = []
    for stream in app.store.audit.streams():
        if not stream.name.startswith("security"):
            continue
        for entry in stream.entries:
            body = loads(entry.body)
            if not body["t"].endswith("refused"):
                continue
            found.append((body["code"], body["act"], body.get("more", 0)))
    return found


def test_refusals_at_the_rim_are_entries_but_never_a_flood(app: Application, api: Api) -> None:
    number = api.order()["number"]
    mallory = app.accounts.by_login("mallory")
    assert mallory is not None
    for _ in range(8):
        assert api.call("mallory", "GET", f"/orders/{number}").status == 404
        assert api.call("mallory", "GET", "/definitions").status == 403
        assert api.call("mallory", "POST", "/orders", raw=b"{").status == 400
        assert api.call(None, "GET", "/orders").status == 401
    codes = ("order.not_found", "permission.missing", "json.malformed")
    expected = [(code, mallory.id, 0) for code in codes for _ in range(5)]
    expected += [("token.missing", "unknown", 0)] * 5
    assert sorted(_security(app)) == sorted(expected)
    clock = app.clock
    assert isinstance(clock, FixedClock)
    clock.set(NOON + timedelta(minutes=1))
    api.call("mallory", "GET", f"/orders/{number}")
    assert _security(app)[-1] == ("order.not_found", mallory.id, 3)
    assert verify_store(app)["ok"] is True


def test_what_the_runner_refused_is_not_noted_twice(app: Application, api: Api) -> None:
    assert api.call("mallory", "POST", "/orders", {"process": "request"}).status == 403
    assert [code for code, _, _ in _security(app)] == ["order.may_not_start"]


def test_wrong_passwords_are_noted_without_what_was_typed(app: Application) -> None:
    client = TestClient(create_app(app), follow_redirects=False)
    assert client.get("/orders").status_code == 303
    sent = {"login": "alice", "password": "not-her-password"}
    assert client.post("/sign-in", data=sent).status_code == 401
    assert [code for code, _, _ in _security(app)] == ["sign_in.wrong"]
    log = b"".join(export_lines(app))
    assert b"not-her-password" not in log


def test_probes_and_metrics(app: Application) -> None:
    client = TestClient(create_app(app))
    assert client.get("/healthz").text == "ok\n"
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")
    client.get("/api/v1/orders")
    page = client.get("/metrics").text
    assert 'orderloom_requests_total{method="GET",route="/api/v1/orders",status="401"} 1.0' in page


def test_a_request_is_logged_with_its_order_and_nothing_that_was_typed(api: Api) -> None:
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = list(root.handlers), root.level
    set_up_logs("info", "json", to=out)
    try:
        made = api.call("alice", "POST", "/orders", NEW, X_Request_Id="r-17")
        api.call("alice", "GET", "/orders/ann@orders.example", X_Request_Id="ann orders")
    finally:
        root.handlers, root.level = handlers, level
    first, second = [loads(each) for each in out.getvalue().splitlines()]
    assert made.headers["x-request-id"] == "r-17"
    assert {name: first[name] for name in ("request", "order", "route", "status")} == {
        "request": "r-17",
        "order": made.body["number"],
        "route": "/api/v1/orders",
        "status": 201,
    }
    assert "Secret desk" not in out.getvalue()
    assert "ann" not in out.getvalue()
    assert (second["status"], "order" in second) == (404, False)


def test_not_ready_while_the_database_is_away(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.create()
    with small_application(tmp_path, database=url) as app, Api(app) as api:
        api.order()
        client = TestClient(create_app(app))
        assert client.get("/readyz").status_code == 200
        postgres_server.drop(url)
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        gone = client.get(
            "/api/v1/orders", headers={"Authorization": f"Bearer {api.token('alice')}"}
        )
        assert (gone.status_code, gone.json()["code"]) == (503, "unavailable")
        client.cookies.set("orderloom_session", "x")
        page = client.get("/orders", headers={"Accept-Language": "pl"})
        assert (page.status_code, "Baza" in page.text) == (503, True)
