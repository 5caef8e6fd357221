"""`/me/notifications`: everybody reads and chooses for themselves alone."""

from __future__ import annotations

from typing import Any

import pytest
from parts.api_client import Api

DEFAULT = {
    "task": "at_once",
    "role": "digest",
    "reminder": "at_once",
    "escalation": "at_once",
    "mention": "at_once",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "hour": 7,
}
PATH = "/me/notifications"


def test_what_is_chosen_is_the_caller_s_own(api: Api) -> None:
    assert api.call("bob", "GET", PATH).body == DEFAULT
    chosen = {"role": "never", "days": ["sun", "mon"], "mention": "digest", "hour": 18}
    answer = api.call("bob", "PUT", PATH, chosen)
    expected = {**DEFAULT, **chosen, "days": ["mon", "sun"]}
    assert (answer.status, answer.body) == (200, expected)
    assert api.call("bob", "GET", PATH).body == expected
    assert api.call("mallory", "GET", PATH).body == DEFAULT
    # A whole number, however it is written.
    assert api.call("bob", "PUT", PATH, {"hour": 7.0}).body == {**DEFAULT, "hour": 7}
    # What is left out is as by default again.
    assert api.call("bob", "PUT", PATH, {}).body == DEFAULT


@pytest.mark.parametrize(
    ("login", "body", "status", "code"),
    [
        (None, {}, 401, "token.missing"),
        ("mallory", {"task": "sometimes"}, 422, "request.invalid"),
        ("mallory", {"user": "bob", "task": "never"}, 422, "request.unknown_field"),
        ("mallory", {"hour": 24}, 422, "notifications.hour"),
        ("mallory", {"hour": 7.5}, 422, "notifications.hour"),
        ("mallory", {"hour": "7"}, 422, "notifications.hour"),
        ("mallory", {"hour": True}, 422, "notifications.hour"),
        ("mallory", {"days": []}, 422, "request.invalid"),
        ("mallory", {"days": ["someday"]}, 422, "request.invalid"),
    ],
)
def test_what_cannot_be_chosen(
    api: Api, login: str | None, body: dict[str, Any], status: int, code: str
) -> None:
    answer = api.call(login, "PUT", PATH, body)
    assert (answer.status, answer.code) == (status, code)
    assert api.call("mallory", "GET", PATH).body == DEFAULT
