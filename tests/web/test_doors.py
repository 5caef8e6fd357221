"""Doors of the site without a browser: sign-in, sessions, forged forms, headers, other orders."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from parts.site import PASSWORD, Site

from orderloom.platform.engine.commands import CastVerdict, EditData
from orderloom.platform.problem import Rejection

HTML_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def client(live_site: Site) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=live_site.url, follow_redirects=False) as opened:
        yield opened


def _sign_in(client: httpx2.Client, login: str, password: str = PASSWORD) -> httpx2.Response:
    return client.post("/sign-in", data={"login": login, "password": password})


def _csrf(client: httpx2.Client) -> str:
    return client.get("/tasks").text.partition('name="csrf" value="')[2].partition('"')[0]


def test_pages_ask_to_sign_in_and_come_back(client: httpx2.Client) -> None:
    asked = client.get("/orders?status=open")
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/sign-in?next=%2Forders%3Fstatus%3Dopen",
    )
    back = client.post(
        "/sign-in", data={"login": "alice", "password": PASSWORD, "next": "/orders?status=open"}
    )
    assert back.headers["location"] == "/orders?status=open"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_signing_in_never_leads_elsewhere(client: httpx2.Client, target: str) -> None:
    sent = {"login": "alice", "password": PASSWORD, "next": target}
    assert client.post("/sign-in", data=sent).headers["location"] == "/"


def test_the_session_is_no_scripts_business(client: httpx2.Client) -> None:
    cookie = _sign_in(client, "alice").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_wrong_and_unknown_look_the_same(client: httpx2.Client) -> None:
    wrong, unknown = _sign_in(client, "carol", "x" * 12), _sign_in(client, "nobody", "x" * 12)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("carol", "") == unknown.text.replace("nobody", "")


def test_too_many_tries_must_wait(client: httpx2.Client) -> None:
    codes = [_sign_in(client, "dave", "guess-number-x").status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    # The right password does not help now, and others are not kept out by it.
    assert _sign_in(client, "dave").status_code == 429
    assert _sign_in(client, "erin").status_code == 303


def test_signing_out_ends_the_session_itself(client: httpx2.Client) -> None:
    _sign_in(client, "alice")
    token = client.cookies["orderloom_session"]
    assert client.post("/sign-out", data={"csrf": _csrf(client)}).status_code == 303
    client.cookies.set("orderloom_session", token)
    assert client.get("/tasks").status_code == 303


@pytest.mark.parametrize(
    ("headers", "csrf", "status"),
    [
        ({}, "right", 303),
        ({}, "", 403),
        ({}, "0" * 64, 403),
        ({"Sec-Fetch-Site": "cross-site"}, "right", 403),
        ({"Origin": "https://evil.example"}, "right", 403),
        ({"Origin": "null"}, "right", 403),
    ],
)
def test_forged_forms_are_refused(
    client: httpx2.Client, headers: dict[str, str], csrf: str, status: int
) -> None:
    _sign_in(client, "alice")
    token = _csrf(client) if csrf == "right" else csrf
    assert client.post("/sign-out", data={"csrf": token}, headers=headers).status_code == status


def test_another_session_s_token_does_not_fit(client: httpx2.Client, live_site: Site) -> None:
    _sign_in(client, "alice")
    with httpx2.Client(base_url=live_site.url) as other:
        _sign_in(other, "bob")
        theirs = _csrf(other)
    assert client.post("/sign-out", data={"csrf": theirs}).status_code == 403


def test_every_answer_carries_the_policy(client: httpx2.Client) -> None:
    for path in ("/sign-in", "/nothing-here", "/static/app.css", "/healthz", "/api/v1/orders"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-request-id"]


def test_mallory_learns_nothing(client: httpx2.Client, live_site: Site) -> None:
    order = live_site.order(customer="Confidential Pumps")
    task = next(iter(order.state.tasks))
    _sign_in(client, "mallory")
    csrf = {"csrf": _csrf(client)}
    real, made_up = client.get(f"/orders/{order.number}"), client.get("/orders/PO-2026-999999")
    assert real.status_code == made_up.status_code == 404
    assert real.text.replace(str(order.number), "") == made_up.text.replace("PO-2026-999999", "")
    for path in (f"/orders/{order.number}/audit", f"/tasks/{order.order}.{task}"):
        assert client.get(path).status_code == 404
    for path in (
        f"/orders/{order.number}/data",
        f"/orders/{order.number}/events/cancel",
        f"/tasks/{order.order}.{task}/verdict",
    ):
        assert client.post(path, data=csrf).status_code == 404
    assert "Confidential" not in client.get("/orders").text
    # The question itself stands in the page: in the field, and in the links that come back here.
    asked = client.get("/orders", params={"number": order.number}).text
    assert "<tr data-row>" not in asked
    assert asked.replace(str(order.number), "") == (
        client.get("/orders", params={"number": "PO-2026-999999"}).text.replace(
            "PO-2026-999999", ""
        )
    )


def test_a_form_sent_twice_counts_once(client: httpx2.Client, live_site: Site) -> None:
    _sign_in(client, "alice")
    page = client.get("/orders/new/pump-order").text
    key = page.partition('name="key" value="')[2].partition('"')[0]
    sent: dict[str, Any] = {
        "csrf": _csrf(client),
        "key": key,
        "action": "create",
        "customer": "Twice",
        "currency": "EUR",
        "lines.0.item": "Pump",
        "lines.0.qty": "1",
        "lines.0.price": "10",
    }
    first, second = (client.post("/orders/new/pump-order", data=sent) for _ in range(2))
    assert first.status_code == 303, first.text
    assert first.headers["location"] == second.headers["location"]


def test_verdict_twice_is_refused_and_said(client: httpx2.Client, live_site: Site) -> None:
    order = live_site.order()
    task = next(iter(order.state.tasks))
    _sign_in(client, "bob")
    sent = {"csrf": _csrf(client), "verdict": "approve"}
    path = f"/tasks/{order.order}.{task}/verdict"
    assert client.post(path, data=sent).status_code == 303
    assert client.post(path, data=sent).status_code in (404, 409)


def test_a_question_is_asked_and_answered(client: httpx2.Client, live_site: Site) -> None:
    order = live_site.order()
    path = f"/tasks/{order.order}.{next(iter(order.state.tasks))}/verdict"
    _sign_in(client, "bob")
    csrf = _csrf(client)
    silent = client.post(path, data={"csrf": csrf, "verdict": "ask"})
    assert silent.status_code != 303
    assert 'aria-invalid="true"' in silent.text
    asked = client.post(path, data={"csrf": csrf, "verdict": "ask", "comment": "Is it paid?"})
    assert asked.status_code == 303, asked.text
    page = live_site.app.views.tasks(live_site.actors["alice"])
    assert not isinstance(page, Rejection)
    question = next(each for each in page.items if each.kind == "answer")
    with httpx2.Client(base_url=live_site.url) as other:
        _sign_in(other, "alice")
        text = other.get(f"/tasks/{question.id}").text
        assert "Bob asks" in text
        assert "Is it paid?" in text
        said = {"csrf": _csrf(other), "comment": "Yes, yesterday."}
        assert other.post(f"/tasks/{question.id}/complete", data=said).status_code == 303
    again = client.get(path.removesuffix("/verdict")).text
    assert "Asked and answered" in again
    assert "Yes, yesterday." in again


def test_who_was_slower_sees_what_changed_and_loses_nothing(
    client: httpx2.Client, live_site: Site
) -> None:
    order = live_site.order(customer="Before")
    task = int(next(iter(order.state.tasks)))
    back = live_site.send("bob", CastVerdict(task, "return", "Mend it."), order.order)
    live_site.send("alice", EditData({"customer": "Faster"}), order.order)
    _sign_in(client, "alice")
    sent = {"csrf": _csrf(client), "revision": str(back.revision), "note": "Mine", "action": "save"}
    page = client.post(f"/orders/{order.number}/data", data=sent)
    assert page.status_code == 409
    assert "Changed meanwhile: Customer." in page.text
    assert ">\nMine</textarea>" in page.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_need_no_session(client: httpx2.Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_broken_bodies_are_refused_not_read(client: httpx2.Client) -> None:
    _sign_in(client, "alice")
    broken = client.post("/orders/new/pump-order", content=b"csrf=%ff", headers=HTML_FORM)
    assert broken.status_code == 400
    other = client.post("/orders/new/pump-order", content=b"{}", headers={"Content-Type": "a/b"})
    assert other.status_code == 415
    big = client.post("/sign-in", content=b"login=" + b"x" * 11_000_000, headers=HTML_FORM)
    assert big.status_code == 413


@pytest.mark.parametrize("language", ["en", "pl", "sk"])
def test_pages_speak_three_languages(client: httpx2.Client, language: str) -> None:
    sent = {"language": language, "next": "/sign-in"}
    assert client.post("/preferences", data=sent).status_code == 303
    page = client.get("/sign-in").text
    assert f'lang="{language}"' in page
    assert {"en": "Sign in", "pl": "Zaloguj się", "sk": "Prihlásenie"}[language] in page
