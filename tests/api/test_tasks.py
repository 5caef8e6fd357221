"""Tasks over REST: each scope and filter, saved views, and what mallory gets of either: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from parts.api_client import Api
from parts.site import Site, open_site

from orderloom.platform.app.saved_views import MOST


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("tasks")) as opened:
        yield opened


@pytest.fixture(scope="module")
def api(site: Site) -> Iterator[Api]:
    with Api(site.app) as opened:
        yield opened


@pytest.fixture(scope="module")
def orders(site: Site) -> list[Any]:
    made = [site.order(customer=name).number for name in ("Odra", "Wisła", "Hron")]
    return made


def _items(api: Api, login: str, query: str) -> list[dict[str, Any]]:
    answer = api.call(login, "GET", f"/tasks?{query}")
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.body["items"]
    return found


def test_scopes_and_filters(api: Api, orders: list[Any]) -> None:
    for query, wanted in {
        "scope=mine": orders,
        "scope=unassigned&kind=approval": orders,
        "scope=team&sort=order": orders[::-1],
        "scope=mine&q=wisla": orders[1:2],
        "scope=all&q=alice&due=week": orders,
        "scope=mine&paused=yes": [],
        "scope=substituted": [],
        "scope=mine&process=pump-order&stage=approval&due=late": [],
    }.items():
        assert (query, [task["order"] for task in _items(api, "bob", query)]) == (query, wanted)
        assert (query, _items(api, "mallory", query)) == (query, [])
    counts = {"mine": 3, "team": 3, "unassigned": 3, "substituted": 0, "all": 3}
    assert api.call("bob", "GET", "/tasks/counts").body == counts
    assert set(api.call("mallory", "GET", "/tasks/counts").body.values()) == {0}
    first = api.call("bob", "GET", "/tasks?limit=2").body
    rest = api.call("bob", "GET", f"/tasks?limit=2&cursor={first['next']}").body
    assert [task["order"] for task in (*first["items"], *rest["items"])] == orders
    assert rest["next"] is None


def test_what_is_done_has_its_verdict_and_entry(api: Api, orders: list[Any]) -> None:
    (task, *_) = _items(api, "bob", "scope=mine&sort=order")
    before = _items(api, "bob", "scope=done")
    verdict = {"verdict": "approve", "comment": "Fine"}
    assert api.call("bob", "POST", f"/tasks/{task['id']}/verdict", verdict).status == 200
    (done, *others) = _items(api, "bob", "scope=done")
    assert others == before
    assert (done["id"], done["order"], done["verdict"], done["visible"]) == (
        *(task["id"], orders[-1], "approve", True),
    )
    entries = api.call("bob", "GET", f"/orders/{orders[-1]}/audit").body["items"]
    (entry,) = [each for each in entries if each["seq"] == done["seq"]]
    assert (entry["type"], entry["text"]) == ("approval.verdict", done["text"])
    assert _items(api, "mallory", "scope=done") == []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("scope=yours", "scope"),
        ("kind=poem", "kind"),
        ("due=never", "due"),
        ("paused=maybe", "paused"),
        ("sort=mood", "sort"),
        (f"q={'x' * 201}", "q"),
        (f"process={'x' * 201}", "process"),
        ("scope=done&kind=task", "scope"),
    ],
)
def test_words_that_are_none_of_ours_have_a_place(api: Api, query: str, place: str) -> None:
    answer = api.call("bob", "GET", f"/tasks?{query}")
    assert answer.status == 422
    places = [
        answer.body.get("path"),
        *(each.get("path") for each in answer.body.get("errors", ())),
    ]
    assert place in places, answer.body


def test_views_are_their_owners(api: Api) -> None:
    body = {"name": "Largest", "query": {"scope": "team", "sort": "amount"}, "first": True}
    made = api.call("bob", "POST", "/task-views", body)
    assert (made.status, made.body) == (201, {**body, "id": made.body["id"]})
    path = f"/task-views/{made.body['id']}"
    assert api.call("bob", "GET", "/task-views").body["items"] == [made.body]
    assert api.call("mallory", "GET", "/task-views").body["items"] == []
    for method, sent in (("PUT", {"name": "Mine"}), ("DELETE", None)):
        answer = api.call("mallory", method, path, sent)
        assert (answer.status, answer.code) == (404, "view.not_found")
    changed = api.call("bob", "PUT", path, {"first": False})
    assert changed.body == {**made.body, "first": False}
    twice = api.call("bob", "POST", "/task-views", {"name": "LARGEST"})
    assert (twice.status, twice.code, twice.body["path"]) == (409, "view.name_taken", "name")
    assert "LARGEST" in twice.body["title"]
    gone = api.call("bob", "DELETE", path)
    assert (gone.status, gone.body) == (200, changed.body)
    assert api.call("bob", "DELETE", path).status == 404


@pytest.mark.parametrize(
    ("body", "status", "place"),
    [
        ({"name": "  "}, 422, "name"),
        ({"name": "x" * 61}, 422, "name"),
        ({"name": "a", "query": {"colour": "red"}}, 422, "query.colour"),
        ({"name": "a", "query": {"kind": "poem"}}, 422, "query.kind"),
        ({"name": "a", "query": {"q": "x" * 4_200}}, 422, "query.q"),
        ({"name": "a", "query": {"scope": "done", "q": "x"}}, 422, "query.scope"),
        ({"name": "a", "query": {"q": 5}}, 422, "query.q"),
        ({"name": "a", "page": "orders"}, 422, "page"),
    ],
)
def test_views_that_do_not_fit_are_refused(
    api: Api, body: dict[str, Any], status: int, place: str
) -> None:
    answer = api.call("bob", "POST", "/task-views", body)
    assert (answer.status, answer.body["path"]) == (status, place), answer.body
    assert api.call("bob", "GET", "/task-views").body["items"] == []


def test_there_are_so_many_views(api: Api) -> None:
    made = [api.call("carol", "POST", "/task-views", {"name": f"v{n}"}) for n in range(MOST + 1)]
    assert [each.status for each in made] == [201] * MOST + [422]
    assert made[-1].code == "view.too_many"
