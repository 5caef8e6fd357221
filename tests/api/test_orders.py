"""Orders by the API: from creating one to its end, and everything that is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from parts.api_client import Api

from orderloom.platform.app.application import Application
from orderloom.platform.app.receipts import Receipt, check_receipt, read_receipt

DATA = {"title": "Desk", "total": 250}
NEW = {"process": "request", "data": DATA}


def test_an_order_from_beginning_to_end(api: Api) -> None:
    made = api.order()
    assert made["stages"] == ["approval"]
    assert made["state"] == "open"
    assert made["number"] == "RQ-000001"
    (task,) = api.call("bob", "GET", "/tasks?scope=mine").body["items"]
    assert task["order"] == made["number"]
    voted = api.call(
        "bob", "POST", f"/tasks/{task['id']}/verdict", {"verdict": "approve", "comment": "ok"}
    )
    assert (voted.status, voted.body["stages"]) == (200, ["paying"])
    (pay,) = api.call("carol", "GET", "/tasks").body["items"]
    paid = api.call("carol", "POST", f"/tasks/{pay['id']}/complete", {"data": {"invoice": "I-7"}})
    assert (paid.body["state"], paid.body["outcome"]) == ("ended", "completed")
    whole = api.call("alice", "GET", f"/orders/{made['number']}").body
    assert whole["data"]["invoice"] == "I-7"
    assert whole["revision"] == paid.body["revision"]
    texts = [
        each["text"]
        for each in api.call("erin", "GET", f"/orders/{made['number']}/audit").body["items"]
    ]
    assert any("Bob" in text for text in texts)


def test_every_reply_carries_the_receipt_of_its_entry(api: Api, app: Application) -> None:
    made = api.call("alice", "POST", "/orders", NEW)
    receipt = read_receipt(made.headers["audit-receipt"])
    assert isinstance(receipt, Receipt)
    told = check_receipt(app.store, receipt)
    assert (told["ok"], told["order"]) == (True, made.body["number"])


def test_a_long_amount_survives(api: Api) -> None:
    exact = Decimal("12345678901234567890123456789012.34")
    raw = b'{"process":"request","data":{"title":"x","total":12345678901234567890123456789012.34}}'
    made = api.call("alice", "POST", "/orders", raw=raw)
    assert made.status == 201
    assert api.call("alice", "GET", f"/orders/{made.body['number']}").body["data"]["total"] == exact


def test_sending_again_makes_one_order(api: Api) -> None:
    first = api.call("alice", "POST", "/orders", NEW, Idempotency_Key="k1")
    again = api.call("alice", "POST", "/orders", NEW, Idempotency_Key="k1")
    assert (again.status, again.body["number"]) == (201, first.body["number"])
    assert again.headers["idempotency-replayed"] == "true"
    other = {**NEW, "data": {**DATA, "total": 1}}
    assert api.call("alice", "POST", "/orders", other, Idempotency_Key="k1").status == 422
    assert len(api.call("alice", "GET", "/orders").body["items"]) == 1


def test_many_at_once_stand_each_for_itself(api: Api) -> None:
    rows = [{**NEW, "key": "a"}, {"process": "request", "data": {"total": 1}}, {**NEW, "key": "a"}]
    answer = api.call("alice", "POST", "/orders/bulk", {"orders": rows})
    counts = {k: v for k, v in answer.body.items() if k != "results"}
    assert counts == {"read": 3, "created": 1, "duplicates": 1, "rejected": 1}
    assert [each.get("status") for each in answer.body["results"]] == [None, 422, None]


def test_data_is_changed_on_the_revision_that_was_seen(api: Api) -> None:
    made = api.order()
    path = f"/orders/{made['number']}/data"
    tag = f'"{made["revision"]}"'
    changed = api.call("alice", "PATCH", path, {"note": "soon"}, If_Match=tag)
    assert (changed.status, changed.body["data"]["note"]) == (200, "soon")
    stale = api.call("alice", "PATCH", path, {"note": "later"}, If_Match=tag)
    assert (stale.status, stale.code) == (409, "order.stale")
    assert api.call("alice", "PATCH", path, {"note": "x"}).status == 428


def test_a_draft_may_be_incomplete_until_it_starts(api: Api) -> None:
    draft = api.call("alice", "POST", "/orders", {"process": "request", "draft": True})
    number = draft.body["number"]
    assert (draft.status, draft.body["state"], number[0]) == (201, "draft", "~")
    start = {"name": "start"}
    assert api.call("alice", "POST", f"/orders/{number}/events", start).status == 422
    tag = f'"{draft.body["revision"]}"'
    assert api.call("alice", "PATCH", f"/orders/{number}/data", DATA, If_Match=tag).status == 200
    started = api.call("alice", "POST", f"/orders/{number}/events", start)
    assert (started.status, started.body["number"]) == (200, "RQ-000001")


def test_lists_go_on_by_cursor(api: Api) -> None:
    numbers = [api.order()["number"] for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = api.call("alice", "GET", f"/orders?limit=2{cursor}").body
        seen += [each["number"] for each in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert seen == list(reversed(numbers))
    assert page["next"] is None


@pytest.mark.parametrize(
    ("login", "method", "path", "body", "status", "code"),
    [
        (None, "GET", "/orders", None, 401, "token.missing"),
        ("mallory", "GET", "/orders/RQ-000001", None, 404, "order.not_found"),
        ("mallory", "GET", "/orders/RQ-000001/audit", None, 404, "order.not_found"),
        ("mallory", "POST", "/orders/RQ-000001/events", {"name": "cancel"}, 404, "order.not_found"),
        ("mallory", "POST", "/orders", NEW, 403, "order.may_not_start"),
        ("alice", "GET", "/orders/RQ-999999", None, 404, "order.not_found"),
        ("alice", "POST", "/orders", {"process": "nothing"}, 404, "process.unknown"),
        (
            "alice",
            "POST",
            "/orders",
            {"process": "request", "data": {"total": 1}},
            422,
            "form.invalid",
        ),
        (
            "alice",
            "POST",
            "/orders",
            {"process": "request", "nonsense": 1},
            422,
            "request.unknown_field",
        ),
        ("alice", "POST", "/orders", {"process": 1}, 422, "request.invalid"),
        ("alice", "POST", "/orders", [], 422, "request.invalid"),
        (
            "alice",
            "POST",
            "/orders/RQ-000001/events",
            {"name": "cancel"},
            422,
            "event.reason_required",
        ),
        ("alice", "POST", "/orders/RQ-000001/events", {"name": "nothing"}, 422, "event.unknown"),
        ("alice", "POST", "/tasks/0.1/verdict", {"verdict": "approve"}, 404, "task.not_found"),
        ("alice", "POST", "/tasks/x/verdict", {"verdict": "approve"}, 422, "request.invalid"),
        ("bob", "POST", "/tasks/1.1/verdict", {"verdict": "perhaps"}, 422, "request.invalid"),
        ("alice", "GET", "/orders?cursor=nonsense", None, 422, "query.bad_cursor"),
        ("alice", "GET", "/orders?limit=0", None, 422, "request.invalid"),
        ("alice", "GET", "/nothing", None, 404, "address.not_found"),
        ("alice", "DELETE", "/orders", None, 405, "request.method"),
        ("alice", "GET", "/definitions", None, 403, "permission.missing"),
        ("erin", "GET", "/definitions/process/nothing", None, 404, "definition.not_found"),
        ("erin", "GET", "/schemas/nothing", None, 404, "schema.not_found"),
    ],
)
def test_every_no_has_its_code(
    api: Api, login: str | None, method: str, path: str, body: Any, status: int, code: str
) -> None:
    api.order()
    answer = api.call(login, method, path, body)
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["title"]


@pytest.mark.parametrize(
    ("raw", "code", "line", "column"),
    [
        (b"", "json.malformed", 1, 1),
        (b'{\n "process": ', "json.malformed", 2, 13),
        (b'{"a":1,\n"a":2}', "json.duplicate_key", 2, 1),
        (b'{"a":NaN}', "json.number", 1, 6),
        (b'{"a":1e999999}', "json.number", 1, 6),
        (b'\n"\xff"', "json.encoding", 2, 2),
        (b"[" * 10_000, "json.too_deep", 1, 101),
        (b'{"a":"\\ud800"}', "json.surrogate", None, None),
    ],
)
def test_what_is_not_json_is_told_apart(
    api: Api, raw: bytes, code: str, line: int | None, column: int | None
) -> None:
    answer = api.call("alice", "POST", "/orders", raw=raw)
    assert (answer.status, answer.code) == (400, code)
    place = answer.body.get("params", {})
    assert (place.get("line"), place.get("column")) == (line, column)


def test_a_body_without_end_is_stopped(api: Api) -> None:
    answer = api.call("alice", "POST", "/orders", raw=b'"' + b"x" * 11_000_000 + b'"')
    assert answer.status == 413


def test_what_is_published_can_be_read(api: Api) -> None:
    found = api.call("erin", "GET", "/definitions").body["items"]
    assert {(each["kind"], each["id"], each["version"]) for each in found} >= {
        ("process", "request", 1),
        ("form", "request", 1),
    }
    one = api.call("erin", "GET", "/definitions/process/request").body
    assert "id: request" in one["text"]
    assert api.call("erin", "GET", "/schemas/process").body["$schema"].endswith("2020-12/schema")


ODD = ("%00", "a%00b", "%ED%A0%80", "%FF", "%F0%9F%92%A9", "%27%3B--", "%0A", "~", "~0", "~x")


@pytest.mark.parametrize(
    "odd", [*ODD, "~99999999999999999999", "x" * 200, "a/b", "%2F", "@7", "@x"]
)
def test_odd_words_in_addresses_find_nothing(api: Api, odd: str) -> None:
    send = {"name": "cancel", "reason": "x"}
    for answer in (
        api.call("ada", "GET", f"/orders/{odd}"),
        api.call("ada", "GET", f"/orders/{odd}/audit"),
        api.call("ada", "POST", f"/orders/{odd}/events", send),
        api.call("ada", "PATCH", f"/orders/{odd}/data", {}, If_Match="*"),
        api.call("ada", "GET", f"/definitions/process/{odd}"),
        api.call("ada", "GET", f"/schemas/{odd}"),
    ):
        assert answer.status in (404, 405, 422), (odd, answer)
    for name in ("process", "stage", "number", "cursor"):
        listed = api.call("ada", "GET", f"/orders?{name}={odd}")
        assert listed.status == (422 if name == "cursor" else 200), (name, odd, listed)
    assert api.call("ada", "GET", f"/tasks?cursor={odd}").status == 422


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\U0010ffff", "x@", "x@y", "x@7", "@latest"])
def test_odd_names_are_refused_not_broken(api: Api, text: str) -> None:
    made = api.call("alice", "POST", "/orders", {"process": text})
    assert (made.status, made.code) == (404, "process.unknown")
    number = api.order()["number"]
    sent = api.call("alice", "POST", f"/orders/{number}/events", {"name": text})
    assert (sent.status, sent.code) == (422, "event.unknown")
    verdict = {"verdict": "approve", "comment": text}
    task = api.call("bob", "GET", "/tasks").body["items"][0]["id"]
    assert api.call("bob", "POST", f"/tasks/{task}/verdict", verdict).status == 200
