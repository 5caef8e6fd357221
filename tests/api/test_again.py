"""Requests that come again: the same answer and one effect, whatever they did."""

from __future__ import annotations

from typing import Any

import pytest
from parts.api_client import Api


def _task(api: Api, login: str) -> str:
    return str(api.call(login, "GET", "/tasks?scope=mine").body["items"][0]["id"])


def _verdict(api: Api, order: Any) -> tuple[str, str, str, Any, Any]:
    body = {"verdict": "approve", "comment": "ok"}
    other = {"verdict": "reject", "comment": "no"}
    return "bob", "POST", f"/tasks/{_task(api, 'bob')}/verdict", body, other


def _complete(api: Api, order: Any) -> tuple[str, str, str, Any, Any]:
    voted = {"verdict": "approve"}
    assert api.call("bob", "POST", f"/tasks/{_task(api, 'bob')}/verdict", voted).status == 200
    path = f"/tasks/{_task(api, 'carol')}/complete"
    return "carol", "POST", path, {"data": {"invoice": "I-1"}}, {"data": {"invoice": "I-2"}}


def _event(api: Api, order: Any) -> tuple[str, str, str, Any, Any]:
    body = {"name": "cancel", "reason": "changed my mind"}
    return "alice", "POST", f"/orders/{order['number']}/events", body, {**body, "reason": "no"}


def _start(api: Api, order: Any) -> tuple[str, str, str, Any, Any]:
    data = {"title": "Chair", "total": 300}
    draft = {"process": "request", "draft": True, "data": data}
    number = api.call("alice", "POST", "/orders", draft).body["number"]
    path = f"/orders/{number}/events"
    return "alice", "POST", path, {"name": "start"}, {"name": "discard"}


def _data(api: Api, order: Any) -> tuple[str, str, str, Any, Any]:
    return "alice", "PATCH", f"/orders/{order['number']}/data", {"note": "a"}, {"note": "b"}


@pytest.mark.parametrize("make", [_verdict, _complete, _event, _start, _data])
def test_one_effect_and_the_same_answer(api: Api, make: Any) -> None:
    order = api.order()
    login, method, path, body, other = make(api, order)
    headers: dict[str, Any] = {"Idempotency_Key": "k-1"}
    if method == "PATCH":
        headers["If_Match"] = f'"{order["revision"]}"'
    first = api.call(login, method, path, body, **headers)
    assert (first.status, first.headers.get("idempotency-replayed")) == (200, None)
    again = api.call(login, method, path, body, **headers)
    assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
    assert again.body == first.body
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["audit-receipt"] == first.headers["audit-receipt"]
    wrong = api.call(login, method, path, other, **headers)
    assert (wrong.status, wrong.code) == (422, "key.reused")
    seen = api.call("ada", "GET", f"/orders/{first.body['number']}").body
    assert seen["revision"] == first.body["revision"]


def test_a_refusal_is_remembered_too(api: Api) -> None:
    number = api.order()["number"]
    path = f"/orders/{number}/events"
    headers: dict[str, Any] = {"Idempotency_Key": "k-2"}
    first = api.call("alice", "POST", path, {"name": "cancel"}, **headers)
    again = api.call("alice", "POST", path, {"name": "cancel"}, **headers)
    assert (
        (first.status, first.code) == (again.status, again.code) == (422, "event.reason_required")
    )
    assert first.body == again.body


def test_many_orders_sent_again_are_made_once(api: Api) -> None:
    rows = [{"process": "request", "data": {"title": "Desk", "total": n}} for n in (200, 300)]
    rows += [{**rows[0], "key": "own"}]
    first = api.call("alice", "POST", "/orders/bulk", {"orders": rows}, Idempotency_Key="b")
    again = api.call("alice", "POST", "/orders/bulk", {"orders": rows}, Idempotency_Key="b")
    assert (first.body["created"], again.body["created"], again.body["duplicates"]) == (3, 0, 3)
    assert again.body["results"] == first.body["results"]
    rows[0] = {**rows[0], "data": {"title": "Chair", "total": 200}}
    other = api.call("alice", "POST", "/orders/bulk", {"orders": rows}, Idempotency_Key="b")
    assert [each.get("code") for each in other.body["results"]] == ["key.reused", None, None]


def test_keys_of_two_people_are_two(api: Api) -> None:
    body = {"process": "request", "data": {"title": "Desk", "total": 250}}
    api.call("alice", "POST", "/orders", body, Idempotency_Key="same")
    other = api.call("mallory", "POST", "/orders", body, Idempotency_Key="same")
    assert (other.status, other.code) == (403, "order.may_not_start")


def test_who_may_not_see_an_order_learns_nothing_from_sending(api: Api) -> None:
    """The same words, whether the order is there or not."""
    number = api.order()["number"]
    absent = number[:-1] + "9"
    for method, rest, body in (
        ("GET", "", None),
        ("GET", "/audit", None),
        ("POST", "/events", {"name": "cancel", "reason": "fun"}),
        ("PATCH", "/data", {"note": "x"}),
    ):
        there, gone = (
            api.call("mallory", method, f"/orders/{each}{rest}", body, If_Match="*")
            for each in (number, absent)
        )
        assert (there.status, there.code) == (404, "order.not_found")
        assert str(there.body).replace(number, "N") == str(gone.body).replace(absent, "N")
