"""What an open page hears: names for those concerned, nothing else, and as long as they may."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from parts.listening import Listening, until
from parts.site import Site

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.live import MOST_EACH, Listener
from orderloom.platform.engine.commands import CastVerdict, Comment
from orderloom.platform.web import stream
from orderloom.platform.web.security import SESSION_COOKIE

Open = Callable[..., Listening]


@pytest.fixture
def client(live_site: Site) -> Callable[[str], httpx2.Client]:
    return lambda login: httpx2.Client(
        base_url=live_site.url, cookies={SESSION_COOKIE: _token(live_site, login)}
    )


@pytest.fixture(scope="module")
def somebody(live_site: Site) -> Iterator[Listening]:
    """One page is open all the time: the first one of a process is told to look at everything."""
    with Listening(live_site.url, _token(live_site, "ada")) as listening:
        assert listening.hears("notices")
        yield listening


@pytest.fixture
def listen(live_site: Site, somebody: Listening) -> Iterator[Open]:
    opened: list[Listening] = []

    def made(login: str, query: str = "") -> Listening:
        opened.append(Listening(live_site.url, _token(live_site, login), query).__enter__())
        return opened[-1]

    yield made
    for each in opened:
        each.close()


def test_nobody_hears_without_signing_in(live_site: Site) -> None:
    with httpx2.Client(base_url=live_site.url) as anybody:
        answer = anybody.get("/live")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Flive")


def test_a_task_is_heard_by_those_who_are_asked(live_site: Site, listen: Open) -> None:
    bob, dave = listen("bob"), listen("dave")
    order = live_site.order()
    assert bob.hears("tasks")
    live_site.send("bob", CastVerdict(int(next(iter(order.state.tasks))), "approve"), order.order)
    # Bob's is gone, and Dave's is there: he hears only now.
    assert bob.hears("tasks")
    assert dave.hears("tasks")
    live_site.order()
    assert bob.hears("tasks")
    assert not dave.hears("tasks", 1.5)


def test_an_order_is_heard_of_by_those_who_asked_for_it(live_site: Site, listen: Open) -> None:
    order, other = live_site.order(), live_site.order()
    seen = f"order={order.number}&seen={_entries(live_site, order.number)}"
    alice, elsewhere = listen("alice", seen), listen("alice")
    live_site.send("bob", Comment("Look at this"), other.order)
    assert not alice.hears("order", 1.5)
    live_site.send("bob", Comment("Look at that"), order.order)
    assert alice.hears("order")
    assert "order" not in elsewhere.names


def test_what_happened_since_the_page_was_made_is_heard_at_once(
    live_site: Site, listen: Open
) -> None:
    order = live_site.order()
    seen = _entries(live_site, order.number)
    live_site.send("bob", Comment("Before you listened"), order.order)
    assert listen("alice", f"order={order.number}&seen={seen}").hears("order")


@pytest.mark.parametrize("number", ["{number}", "PO-9999-000001", "~1", "~99999999", "x" * 200])
def test_mallory_hears_of_no_order(
    live_site: Site, client: Callable[[str], httpx2.Client], number: str
) -> None:
    shown = number.format(number=live_site.order().number)
    with client("mallory") as mallory:
        assert mallory.get("/live", params={"order": shown}).status_code == 404


@pytest.mark.parametrize("query", ["seen=-1", "seen=x", f"order={'x' * 201}"])
def test_what_does_not_fit_is_refused(client: Callable[[str], httpx2.Client], query: str) -> None:
    with client("alice") as alice:
        assert alice.get(f"/live?{query}").status_code == 422


def test_one_person_has_so_many_and_the_next_is_told_so(
    live_site: Site, listen: Open, client: Callable[[str], httpx2.Client]
) -> None:
    opened = [listen("carol") for _ in range(MOST_EACH)]
    assert {each.status for each in opened} == {200}
    with client("carol") as carol:
        assert carol.get("/live").status_code == 429
    assert listen("erin").status == 200
    opened[0].close()
    assert until(lambda: listen("carol").status == 200)


def test_it_ends_when_the_session_ends(live_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LOOK", 0.2)
    monkeypatch.setattr(stream, "HEARTBEAT", 0.2)
    session = live_site.app.accounts.sign_in("alice", live_site.password, "127.0.0.1")
    assert isinstance(session, SignedIn)
    with Listening(live_site.url, session.token) as alice:
        assert until(lambda: ": still here" in alice.head)
        assert not alice.over
        live_site.app.accounts.sign_out(session.token)
        assert until(lambda: alice.over)


def test_it_ends_when_the_order_may_not_be_seen_any_more(live_site: Site, listen: Open) -> None:
    order = live_site.order()
    query = f"order={order.number}&seen={_entries(live_site, order.number)}"
    bob, alice = listen("bob", query), listen("alice", query)
    live_site.send("bob", CastVerdict(int(next(iter(order.state.tasks))), "approve"), order.order)
    assert alice.hears("order")
    sees = live_site.app.views.sees(live_site.actors["bob"], str(order.number))
    if sees:
        assert bob.hears("order")
    else:
        assert until(lambda: bob.over)
        assert "order" not in bob.names


def test_listening_keeps_no_session_alive(live_site: Site, listen: Open) -> None:
    accounts: Any = live_site.app.accounts
    session = accounts.sign_in("alice", live_site.password, "127.0.0.1")
    later = accounts._lifetime / 2
    now, accounts._now = accounts._now, lambda: session.expires - later
    try:
        kept = accounts.by_session(session.token, used=False)
        assert kept.expires == session.expires
        assert accounts.by_session(session.token).expires == session.expires + later
    finally:
        accounts._now = now


def test_the_numbers_beside_the_navigation(
    live_site: Site, client: Callable[[str], httpx2.Client]
) -> None:
    with client("mallory") as mallory:
        assert mallory.get("/live/counts").json() == {
            "tasks": {"count": 0, "text": ""},
            "notices": {"count": 0, "text": "", "label": "Notices, 0 unread"},
        }
    with client("bob") as bob:
        before = bob.get("/live/counts").json()["tasks"]["count"]
        live_site.order()
        assert bob.get("/live/counts").json()["tasks"]["count"] == before + 1


def test_a_reader_who_does_not_read_is_dropped(
    live_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_TO_SEND", 0.3)
    sent: list[Any] = []

    async def play() -> None:
        bell = stream.Bell()
        listener = Listener(1, "u", frozenset(), bell.ring)
        hub = live_site.app.live
        assert hub.join(listener)

        async def send(message: Any) -> None:
            sent.append(message)
            if len(sent) > 2:
                await asyncio.sleep(3600)

        async def receive() -> Any:
            await asyncio.sleep(3600)

        async def look() -> bool:
            return True

        listener.tell("tasks")
        answer = stream.Stream(hub, listener, bell, look)
        scope = {"type": "http"}
        await asyncio.wait_for(answer(scope, receive, send), 10)
        assert listener not in hub._listeners
        # However much happens, nothing is gathered for them.
        for _ in range(1000):
            listener.tell("tasks", "order", "notices")
        assert listener.take() == ["notices", "order", "tasks"]

    thread = threading.Thread(target=lambda: asyncio.run(play()))
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert len(sent) == 3


def test_how_long_somebody_listens_is_no_time_to_answer(live_site: Site, listen: Open) -> None:
    def counted(sample: str) -> int:
        found = re.search(
            rf"^{re.escape(sample)} (\d+)", live_site.app.metrics.page().decode(), re.M
        )
        return int(found[1]) if found else 0

    asked = 'orderloom_requests_total{method="GET",route="/live",status="200"}'
    timed = 'orderloom_request_seconds_count{route="/live"}'
    before = counted(asked), counted(timed)
    listen("alice").close()
    assert until(lambda: counted(asked) > before[0])
    assert counted(timed) == before[1]


def test_all_are_let_go_at_once_and_none_is_kept(live_site: Site, listen: Open) -> None:
    opened = [listen(login) for login in ("alice", "bob", "dave")]
    hub: Any = live_site.app.live
    with hub.accepting():
        pass
    try:
        assert until(lambda: all(each.over for each in opened), 5)
        assert listen("alice").status == 429
    finally:
        hub._open = True
    assert until(lambda: hub.count == 0)


def test_nothing_is_done_where_nobody_listens(live_site: Site, somebody: Listening) -> None:
    hub: Any = live_site.app.live
    somebody.close()
    assert until(lambda: hub.count == 0)
    assert until(lambda: not hub._pending)
    before = dict(hub._own)
    live_site.order()
    assert (not hub._pending, hub._own) == (True, before)


def _token(site: Site, login: str) -> str:
    session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
    assert isinstance(session, SignedIn), session
    return session.token


def _entries(site: Site, number: str | None) -> int:
    found = site.app.views.place(site.actors["erin"], str(number))
    assert isinstance(found, tuple)
    return found[1]
