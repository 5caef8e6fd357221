"""Texts that break programs, in every text field, through the API and back to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parts.api_client import Api
from parts.application import small_application

from orderloom.platform.codec import loads

LONGEST_TITLE = 200
OWN = (
    "\x00",
    "a\x00b",
    "\x7f",
    "\ufeff",
    "\u2028",
    "\U0010ffff",
    "e\u0301",
    "ﷺ" * 50,
    " x ",
    "\r\n",
)


def texts(shared_data: Path) -> list[str]:
    found: list[str] = loads((shared_data / "security" / "blns.json").read_bytes())
    assert len(found) > 500
    return [*found, *OWN]


def test_naughty_strings_come_back_exactly_on_sqlite(tmp_path: Path, shared_data: Path) -> None:
    with small_application(tmp_path) as app, Api(app) as api:
        _all_fields(api, texts(shared_data))


def test_naughty_strings_come_back_exactly_on_postgresql(
    tmp_path: Path, shared_data: Path, postgres_url: str
) -> None:
    with small_application(tmp_path, database=postgres_url) as app, Api(app) as api:
        _all_fields(api, texts(shared_data))


def _all_fields(api: Api, given: list[str]) -> None:
    sent: list[dict[str, Any]] = [{"title": text, "note": text, "total": 50} for text in given]
    results: list[Any] = []
    for start in range(0, len(sent), 100):
        orders = [{"process": "request", "data": data} for data in sent[start : start + 100]]
        results += api.call("alice", "POST", "/orders/bulk", {"orders": orders}).body["results"]
    made = []
    for data, result in zip(sent, results, strict=True):
        title = data["title"]
        if 0 < len(title) <= LONGEST_TITLE:
            made.append((data, result))
            assert result["data"] == data, result
        else:
            assert (result["code"], result["errors"][0]["path"]) == ("form.invalid", "title")
    for data, result in made[::4]:
        path = f"/orders/{result['number']}"
        assert api.call("alice", "GET", path).body["data"] == data
    # A list shows what is long cut short, with an ellipsis.
    listed = [line["columns"]["title"] for line in _pages(api)]
    for shown, (data, _) in zip(listed, reversed(made), strict=True):
        assert shown == data["title"] or data["title"].startswith(shown.removesuffix("…"))
    _reasons(api, [(data["title"], result) for data, result in made])


def _pages(api: Api) -> Iterator[Any]:
    cursor: str | None = ""
    while cursor is not None:
        page = api.call("alice", "GET", f"/orders?limit=200{cursor}").body
        yield from page["items"]
        cursor = f"&cursor={page['next']}" if page["next"] else None


def _reasons(api: Api, made: list[tuple[str, Any]]) -> None:
    """In the reason of an event, as the timeline tells it; an empty one is no reason."""
    for text, result in made[::10]:
        path = f"/orders/{result['number']}/events"
        answer = api.call("alice", "POST", path, {"name": "cancel", "reason": text})
        if not text.strip():
            assert answer.code == "event.reason_required"
            continue
        assert answer.status == 200, answer
        told = [entry["text"] for entry in api.call("alice", "GET", path).body["items"]]
        assert any(text.strip()[:20] in each for each in told), (text, told)
