"""The list of tasks on its page: whose, which, in which order, kept as a view; no one else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from parts.site import LINES, Site

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.differences import differences
from orderloom.platform.app.runner import Reply
from orderloom.platform.app.substitutions import Wanted
from orderloom.platform.engine.commands import CastVerdict, ClaimTask, CompleteTask
from orderloom.platform.problem import Rejection
from orderloom.platform.web.security import SESSION_COOKIE

NUMBER = re.compile(r'href="/orders/(PO-[0-9-]+)"')
ADDRESS = re.compile(r'href="(/tasks\?[^"]*)"')


class Hand:
    """Asks for pages and sends forms as one person, without a script."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        self.client = httpx2.Client(base_url=site.url, cookies={SESSION_COOKIE: session.token})

    def get(self, path: str, **params: str) -> httpx2.Response:
        return self.client.get(path, params=params or None)

    def numbers(self, **params: str) -> list[str]:
        """The orders of the list, each once, in its order."""
        answer = self.get("/tasks", **params)
        assert answer.status_code == 200, answer.text
        return list(dict.fromkeys(NUMBER.findall(answer.text)))

    def post(self, path: str, **fields: str | list[str]) -> httpx2.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@pytest.fixture(scope="module")
def hands(live_site: Site) -> Iterator[dict[str, Hand]]:
    made = {login: Hand(live_site, login) for login in ("alice", "bob", "carol", "dave", "mallory")}
    yield made
    for hand in made.values():
        hand.client.close()


@pytest.fixture(scope="module")
def orders(live_site: Site) -> dict[str, Reply]:
    """Three that wait for bob, one that dave picks."""
    site = live_site
    made = {
        "small": site.order(customer="Odra Wodociągi", lines=[{**LINES[0], "qty": 1}]),
        "large": site.order(customer="Łódzkie Pompy", lines=[{**LINES[0], "qty": 30}]),
        "asked": site.order(customer="Hron Čerpadlá"),
    }
    site.send("bob", CastVerdict(_n(made["asked"]), "ask", "Why?"), made["asked"].order)
    picked = site.order(customer="Dunaj Invest", lines=[{**LINES[0], "qty": 1}])
    made["picked"] = site.send("bob", CastVerdict(_n(picked), "approve", "Good"), picked.order)
    return made


def test_tabs_and_who_has_what(
    live_site: Site, hands: dict[str, Hand], orders: dict[str, Reply]
) -> None:
    bob, dave = hands["bob"], hands["dave"]
    waiting = [orders[name].number for name in ("small", "large", "asked")]
    assert bob.numbers(scope="mine") == bob.numbers(scope="unassigned") == waiting
    assert dave.numbers(scope="mine") == [orders["picked"].number]
    small = orders["small"]
    live_site.send("bob", ClaimTask(_n(small)), small.order)
    assert bob.numbers(scope="unassigned") == waiting[1:]
    assert bob.numbers(scope="team") == bob.numbers(scope="mine") == waiting
    page = bob.get("/tasks", scope="mine").text
    assert re.search(r'scope=unassigned">Unassigned<span class="n">2</span>', page)
    assert re.search(r'aria-current="page">Mine<span class="n">3</span>', page)
    live_site.send("bob", ClaimTask(_n(small), release=True), small.order)


def test_who_stands_in_has_their_own_tab(
    live_site: Site, hands: dict[str, Hand], orders: dict[str, Reply]
) -> None:
    dave = hands["dave"]
    days = Wanted("bob", "dave", "2026-03-02", "2026-03-06")
    made = live_site.app.substitutions.set(live_site.actors["bob"], days, channel="web")
    assert not isinstance(made, Rejection), made
    theirs = [orders[name].number for name in ("small", "large", "asked")]
    assert dave.numbers(scope="substituted") == theirs
    assert set(dave.numbers(scope="mine")) == {*theirs, orders["picked"].number}
    assert dave.numbers(scope="unassigned") == [orders["picked"].number]
    assert "for Bob" in dave.get("/tasks", scope="substituted").text
    live_site.app.substitutions.end(live_site.actors["bob"], made.id, channel="web")
    assert dave.numbers(scope="substituted") == []


FILTERS: list[tuple[dict[str, str], tuple[str, ...]]] = [
    ({}, ("small", "large", "asked")),
    ({"sort": "amount"}, ("large", "asked", "small")),
    ({"sort": "order"}, ("asked", "large", "small")),
    ({"q": "lodz"}, ("large",)),
    ({"q": "POMPY łódzkie"}, ("large",)),
    ({"q": "hron"}, ("asked",)),
    ({"q": "alice"}, ("small", "large", "asked")),
    ({"q": "nothing-of-it"}, ()),
    ({"kind": "approval"}, ("small", "large", "asked")),
    ({"kind": "task"}, ()),
    ({"process": "pump-order"}, ("small", "large", "asked")),
    ({"process": "another"}, ()),
    ({"process": "pump-order", "stage": "approval"}, ("small", "large", "asked")),
    ({"process": "pump-order", "stage": "picking"}, ()),
    ({"paused": "yes"}, ("asked",)),
    ({"paused": "no"}, ("small", "large")),
    ({"due": "late"}, ()),
    ({"due": "today"}, ()),
    ({"due": "week"}, ("small", "large", "asked")),
    ({"due": "none"}, ()),
    ({"due": "week", "paused": "no", "sort": "amount", "q": "wod"}, ("small",)),
]


@pytest.mark.parametrize(("words", "names"), FILTERS, ids=[str(words) for words, _ in FILTERS])
def test_filters_and_sorts(
    hands: dict[str, Hand],
    orders: dict[str, Reply],
    words: dict[str, str],
    names: tuple[str, ...],
) -> None:
    bob = hands["bob"]
    assert bob.numbers(scope="mine", **words) == [orders[name].number for name in names]
    page = bob.get("/tasks", scope="mine", **words).text
    # The form shows what is asked for, and the way back to everything.
    for name, word in words.items():
        assert f'value="{word}" selected' in page or f'name="{name}" value="{word}"' in page
    filtered = set(words) - {"sort"}
    assert ("No task fits" in page) == (not names)
    assert ("Clear the filters" in page) == bool(filtered or words)
    only = bob.get("/tasks/rows", scope="mine", **words).text
    assert list(dict.fromkeys(NUMBER.findall(only))) == [orders[name].number for name in names]


def test_what_is_done_comes_newest_first_with_its_entry(
    live_site: Site, hands: dict[str, Hand], orders: dict[str, Reply]
) -> None:
    picked = orders["picked"]
    site = live_site
    task = next(n for n, each in picked.state.tasks.items() if each.get("outcomes"))
    site.send("dave", CompleteTask(int(task), outcome="part", comment="Two lack"), picked.order)
    (line,) = _done(site, "dave")
    assert (line.order, line.verdict, line.outcome, line.comment, line.title) == (
        *(picked.number, "done", "Only a part", "Two lack", "Pick the goods"),
    )
    page = hands["dave"].get("/tasks", scope="done").text
    # Dave has nothing more to do with the order: what he did is told, the order is not.
    assert (line.visible, line.subject, line.amount) == (False, "", "")
    assert "Two lack" in page
    assert f"/orders/{picked.number}" not in page
    mine = _done(site, "bob")
    assert [(each.verdict, each.visible) for each in mine] == [("approve", True), ("ask", True)]
    link = f"/orders/{picked.number}/audit#e{mine[0].seq}"
    assert link in hands["bob"].get("/tasks", scope="done").text
    assert f'id="e{mine[0].seq}"' in hands["bob"].get(link).text
    assert mine[0].at >= mine[1].at
    assert _done(site, "mallory") == _done(site, "alice") == []


def test_a_page_leads_to_the_next(live_site: Site, hands: dict[str, Hand]) -> None:
    views, bob = live_site.app.views, live_site.actors["bob"]
    whole = _items(views.tasks(bob, "mine", None, 200))
    found, cursor = [], None
    for _ in range(9):
        page: Any = views.tasks(bob, "mine", cursor, 1)
        again: Any = views.tasks(bob, "mine", cursor, 200, until=page.next)
        assert again.items == page.items
        found += page.items
        cursor = page.next
        if cursor is None:
            break
    assert found == list(whole)


REFUSED = [
    ({"scope": "yours"}, "scope"),
    ({"kind": "poem"}, "kind"),
    ({"due": "never"}, "due"),
    ({"paused": "perhaps"}, "paused"),
    ({"sort": "mood"}, "sort"),
    ({"q": "x" * 201}, "q"),
    ({"scope": "done", "q": "x"}, "scope"),
    ({"cursor": "nonsense"}, ""),
]


@pytest.mark.parametrize(("words", "place"), REFUSED, ids=[str(words)[:30] for words, _ in REFUSED])
def test_words_that_are_none_of_ours_are_refused(
    hands: dict[str, Hand], words: dict[str, str], place: str
) -> None:
    for path in ("/tasks", "/tasks/rows"):
        answer = hands["bob"].get(path, **words)
        assert answer.status_code == 422, answer.text[:200]


def test_an_unfolded_row_tells_enough_and_nothing_to_mallory(
    hands: dict[str, Hand], orders: dict[str, Reply]
) -> None:
    large = orders["large"]
    path = f"/tasks/{large.order}.{_n(large)}/summary"
    told = hands["bob"].get(path).text
    for said in ("Łódzkie Pompy", "37,500.00 EUR", "Circulation pump P-220", 'value="approve"'):
        assert said in told, said
    assert "<html" not in told
    for path_of in (path, f"/tasks/{large.order}.99/summary", "/tasks/x/summary"):
        assert hands["mallory"].get(path_of).status_code == 404
    # Whoever may see the order, and is not asked, is offered nothing.
    assert 'value="approve"' not in hands["carol"].get(path).text
    assert hands["mallory"].numbers(scope="all") == []
    assert hands["mallory"].numbers(scope="all", q="pompy") == []
    assert large.number not in hands["mallory"].get("/tasks/rows", scope="team").text


def test_one_verdict_from_the_list_comes_back_to_it(
    live_site: Site, hands: dict[str, Hand]
) -> None:
    order = live_site.order(customer="Morava Servis")
    task = f"{order.order}.{_n(order)}"
    back = "kind=approval&sort=amount"
    refused = hands["mallory"].post(
        "/tasks/verdicts", task=task, verdict="approve", back="scope=yours"
    )
    assert "There is no task" in refused.text or "0 of 1 done" in refused.text
    answer = hands["bob"].post("/tasks/verdicts", task=task, verdict="approve", back=back)
    assert "1 of 1 done" in answer.text
    assert 'value="amount" selected' in answer.text
    # What leads on from there leads back to the list, not to the address of the form.
    assert "/tasks/verdicts?" not in answer.text


def test_a_view_is_kept_renamed_put_first_and_forgotten(hands: dict[str, Hand]) -> None:
    bob = hands["bob"]
    back = "kind=approval&sort=amount"
    made = bob.post("/tasks/views", name="  Big   first ", back=back)
    assert made.status_code == 303
    assert made.headers["location"] == f"/tasks?{back}&done=view_saved"
    page = bob.get("/tasks?kind=approval&sort=amount").text
    assert re.search(r'aria-current="page"><span data-typed>Big first</span>', page)
    (id_,) = set(re.findall(r'action="/tasks/views/(v_[0-9a-f]{16})"', page))
    twice = bob.post("/tasks/views", name="BIG FIRST", back="due=late")
    assert (twice.status_code, "already" in twice.text) == (409, True)
    assert 'value="BIG FIRST"' in twice.text
    renamed = bob.post(f"/tasks/views/{id_}", action="rename", name="Largest", first="1")
    assert renamed.status_code == 303
    # The bare address begins with it now; a tab does not.
    assert bob.get("/tasks").headers["location"] == f"/tasks?{back}"
    assert bob.get("/tasks?scope=mine").status_code == 200
    assert bob.post(f"/tasks/views/{id_}", action="forget").status_code == 303
    assert bob.get("/tasks").status_code == 200


def test_views_of_others_are_not_there(hands: dict[str, Hand]) -> None:
    bob, mallory = hands["bob"], hands["mallory"]
    bob.post("/tasks/views", name="Secret plans", back="due=late")
    page = bob.get("/tasks?due=late").text
    (id_,) = set(re.findall(r'action="/tasks/views/(v_[0-9a-f]{16})"', page))
    assert "Secret plans" not in mallory.get("/tasks?due=late").text
    for action in ("rename", "forget"):
        answer = mallory.post(f"/tasks/views/{id_}", action=action, name="Mine now")
        assert answer.status_code == 404
    assert "Secret plans" in bob.get("/tasks?due=late").text
    assert bob.client.post(f"/tasks/views/{id_}", data={"action": "forget"}).status_code == 403
    assert bob.post(f"/tasks/views/{id_}", action="sell").status_code == 400
    bob.post(f"/tasks/views/{id_}", action="forget")


BAD_VIEWS: list[tuple[dict[str, str], int]] = [
    ({"name": "", "back": ""}, 422),
    ({"name": "x" * 61, "back": ""}, 422),
    ({"name": "a", "back": "q=" + "x" * 4_200}, 413),
    ({"name": "a", "back": "q=" + "x" * 300}, 422),
    ({"name": "a", "back": "kind=poem"}, 422),
    ({"name": "a", "back": "colour=red"}, 422),
]


@pytest.mark.parametrize(("fields", "status"), BAD_VIEWS, ids=range(len(BAD_VIEWS)))
def test_a_view_that_does_not_fit_is_refused(
    live_site: Site, hands: dict[str, Hand], fields: dict[str, str], status: int
) -> None:
    assert hands["bob"].post("/tasks/views", **fields).status_code == status
    assert live_site.app.saved_views.of(live_site.actors["bob"], "tasks") == []


def test_what_lists_read_is_what_the_orders_are(
    live_site: Site, hands: dict[str, Hand], orders: dict[str, Reply]
) -> None:
    """The doctor compares; after tasks were taken, stopped, given back and done."""
    app, small = live_site.app, orders["small"]
    live_site.send("bob", ClaimTask(_n(small)), small.order)
    assert list(differences(app.store, app.registry)) == []
    with app.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE task_candidate SET stopped = NOT stopped")
        connection.exec_driver_sql("DELETE FROM order_key WHERE slot = 'word'")
    told = list(differences(app.store, app.registry))
    assert any("tasks differ" in each for each in told)
    assert any("keys of lists differ" in each for each in told)


def _n(reply: Reply) -> int:
    return int(next(iter(reply.state.tasks)))


def _done(site: Site, login: str) -> list[Any]:
    return list(_items(site.app.views.done(site.actors[login])))


def _items(page: Any) -> tuple[Any, ...]:
    assert not isinstance(page, Rejection), page
    found: tuple[Any, ...] = page.items
    return found
