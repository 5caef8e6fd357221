"""Comments over the API: said, told, refused; and what mallory gets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from parts.api_client import Api
from parts.application import small_application

from orderloom.platform.app.application import Application
from orderloom.platform.app.commenting import A_MINUTES_COMMENTS
from orderloom.platform.engine.commenting import MOST_MENTIONS

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path, clock=NOW) as opened:
        yield opened


@pytest.fixture
def api(app: Application) -> Iterator[Api]:
    with Api(app) as opened:
        yield opened


@pytest.fixture
def path(api: Api) -> str:
    return f"/orders/{api.order()['number']}/comments"


def say(api: Api, path: str, text: Any, by: str = "alice", **more: Any) -> Any:
    return api.call(by, "POST", path, {"text": text}, **more)


def said(api: Api, path: str, by: str = "alice") -> list[str]:
    answer = api.call(by, "GET", path)
    assert answer.status == 200
    return [each["text"] for each in answer.body["items"]]


def test_what_is_said_stands_there_with_who_and_whom(api: Api, path: str) -> None:
    answer = say(api, path, "Please look, @bob.\nIt is urgent.")
    assert answer.status == 200
    (item,) = api.call("bob", "GET", path).body["items"]
    assert item["text"] == "Please look, @bob.\nIt is urgent."
    assert item["by"]["name"] == "Alice"
    assert [each["name"] for each in item["mentions"]] == ["Bob"]
    assert item["at"] == "2026-03-02T09:00:00Z"


def test_a_comment_moves_no_revision_and_makes_no_change_stale(api: Api, path: str) -> None:
    order = path.removesuffix("/comments")
    before = api.call("alice", "GET", order).body
    assert say(api, path, "Only words").body["revision"] == before["revision"]
    after = api.call("alice", "GET", order).body
    assert (after["revision"], after["data"]) == (before["revision"], before["data"])
    changed = api.call(
        "alice",
        "PATCH",
        f"{order}/data",
        {"title": "Another"},
        If_Match=f'"{before["revision"]}"',
    )
    assert changed.status == 200, changed.body


def test_the_newest_is_last_and_pages_lead_back(api: Api, path: str) -> None:
    for n in range(5):
        assert say(api, path, f"No. {n}").status == 200
    first = api.call("alice", "GET", f"{path}?limit=2").body
    assert [each["text"] for each in first["items"]] == ["No. 3", "No. 4"]
    second = api.call("alice", "GET", f"{path}?limit=2&cursor={first['next']}").body
    assert [each["text"] for each in second["items"]] == ["No. 1", "No. 2"]
    last = api.call("alice", "GET", f"{path}?limit=2&cursor={second['next']}").body
    assert ([each["text"] for each in last["items"]], last["next"]) == (["No. 0"], None)


def test_sent_again_it_is_said_once(api: Api, path: str) -> None:
    key = {"Idempotency_Key": "4711"}
    assert say(api, path, "Once", **key).status == 200
    again = say(api, path, "Once", **key)
    assert (again.status, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert say(api, path, "Other", **key).code == "key.reused"
    assert said(api, path) == ["Once"]


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "request.invalid"),
        (" \n\t ", 422, "request.invalid"),
        ("x" * 4001, 422, "request.invalid"),
        ("x" * 100_000, 422, "request.invalid"),
        (7, 422, "request.invalid"),
        (None, 422, "request.invalid"),
        ("Ask @nobody", 422, "comment.cannot_mention"),
        ("Ask @mallory", 422, "comment.cannot_mention"),
        ("Ask @dave or @carol", 422, "comment.cannot_mention"),
        (" ".join(f"@user{n}" for n in range(MOST_MENTIONS + 1)), 422, "comment.many_mentions"),
    ],
    ids=["empty", "blank", "long", "huge", "number", "null", "nobody", "unseen", "some", "flood"],
)
def test_what_cannot_be_said_changes_nothing(
    api: Api, path: str, text: Any, status: int, code: str
) -> None:
    answer = say(api, path, text)
    assert (answer.status, answer.code) == (status, code)
    assert said(api, path) == []


def test_who_is_not_there_and_who_may_not_see_it_are_refused_alike(api: Api, path: str) -> None:
    answers = [say(api, path, f"Ask @{login}").body for login in ("mallory", "nobody0")]
    told = {each["title"].replace("@mallory", "@x").replace("@nobody0", "@x") for each in answers}
    assert len(told) == 1
    assert {each["status"] for each in answers} == {422}


@pytest.mark.parametrize("text", ["Let me in", "Hello @bob", "Hello @nobody", " "])
def test_for_mallory_the_order_is_not_there(api: Api, path: str, text: str) -> None:
    unknown = "/orders/RQ-999999/comments"
    mine, other = say(api, path, text, by="mallory"), say(api, unknown, text, by="mallory")
    assert mine.status == other.status == (404 if text.strip() else 422)
    assert mine.code == other.code
    assert api.call("mallory", "GET", path).code == "order.not_found"
    assert said(api, path) == []


def test_a_flood_is_held_back(api: Api, path: str) -> None:
    answers = [say(api, path, f"No. {n}") for n in range(A_MINUTES_COMMENTS + 3)]
    assert [each.status for each in answers[:A_MINUTES_COMMENTS]] == [200] * A_MINUTES_COMMENTS
    assert {(each.status, each.code) for each in answers[A_MINUTES_COMMENTS:]} == {
        (429, "comment.throttled")
    }
    # Another person is not kept from speaking.
    assert say(api, path, "Mine", by="bob").status == 200


def test_a_script_stays_text(api: Api, path: str) -> None:
    text = '<script>alert("x")</script> {"$p": 0, "c": "x"} {{ 7 * 7 }} \u202e\u0000'
    assert say(api, path, text).status == 200
    assert said(api, path)[0].startswith('<script>alert("x")</script>')


def test_mail_addresses_mention_nobody(api: Api, path: str) -> None:
    assert say(api, path, "Write to dave@example.com or @ noon").status == 200
    (item,) = api.call("alice", "GET", path).body["items"]
    assert item["mentions"] == []
