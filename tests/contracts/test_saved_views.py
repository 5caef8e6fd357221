"""Saved views: each has its owner, its page and its name; one is the first; there are so many."""

from __future__ import annotations

import threading

from orderloom.platform.store import Store
from orderloom.platform.store.saved_view_rows import SavedView


def _view(id_: str, name: str, *, page: str = "tasks", first: bool = False) -> SavedView:
    return SavedView(id=id_, page=page, name=name, query={"q": "Łódź \0"}, first=first)


def _names(store: Store, user: str = "bob", page: str = "tasks") -> list[str]:
    return [each.name for each in store.saved_views.of(1, user, page)]


def test_a_view_comes_back_by_name(store: Store) -> None:
    views = store.saved_views
    for number, name in enumerate(("Żółte", "ada", "Zelené")):
        assert views.keep(1, "bob", _view(f"v{number}", name), most=9) is None
    assert _names(store) == ["ada", "Zelené", "Żółte"]
    (ada, *_) = views.of(1, "bob", "tasks")
    assert ada.query == {"q": "Łódź \0"}
    assert _names(store, page="orders") == _names(store, "eve") == []
    assert views.of(2, "bob", "tasks") == []


def test_a_name_is_one_views_alone(store: Store) -> None:
    views = store.saved_views
    assert views.keep(1, "bob", _view("v1", "Łódź"), most=9) is None
    assert views.keep(1, "bob", _view("v2", "lodz"), most=9) == "taken"
    assert views.keep(1, "bob", _view("v2", "lodz", page="orders"), most=9) is None
    assert views.keep(1, "eve", _view("v3", "lodz"), most=9) is None
    assert views.keep(1, "bob", _view("v1", "LODZ"), most=9) is None
    assert _names(store) == ["LODZ"]


def test_one_is_the_first(store: Store) -> None:
    views = store.saved_views
    for id_ in ("v1", "v2"):
        views.keep(1, "bob", _view(id_, id_, first=True), most=9)
    views.keep(1, "bob", _view("v3", "v3", page="orders", first=True), most=9)
    views.keep(1, "eve", _view("v4", "v4", first=True), most=9)
    assert [(each.id, each.first) for each in views.of(1, "bob", "tasks")] == [
        ("v1", False),
        ("v2", True),
    ]
    assert all(each.first for each in (*views.of(1, "eve", "tasks"), *views.of(1, "bob", "orders")))


def test_there_are_so_many_at_most_whoever_asks_at_once(store: Store) -> None:
    def keep(number: int) -> None:
        store.saved_views.keep(1, "bob", _view(f"v{number}", f"view {number}"), most=3)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = store.saved_views.of(1, "bob", "tasks")
    assert len(kept) == 3
    assert store.saved_views.keep(1, "bob", _view("v9", "one more"), most=3) == "many"
    # What is there can be changed even then.
    assert store.saved_views.keep(1, "bob", _view(kept[0].id, "renamed"), most=3) is None


def test_only_the_owner_forgets_it(store: Store) -> None:
    views = store.saved_views
    views.keep(1, "bob", _view("v1", "mine"), most=9)
    views.forget(1, "eve", "v1")
    views.forget(2, "bob", "v1")
    assert _names(store) == ["mine"]
    views.forget(1, "bob", "v1")
    views.forget(1, "bob", "v1")
    assert _names(store) == []
