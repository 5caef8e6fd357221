"""What can be done on the pages of orders and tasks, as forms send it, without a browser."""

from collections.abc import Iterator

import httpx2
import pytest
from parts.site import Site

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.runner import Reply
from orderloom.platform.app.view_models import OrderView, TaskLine
from orderloom.platform.engine.commands import CastVerdict
from orderloom.platform.problem import Rejection
from orderloom.platform.web.security import SESSION_COOKIE

LINE = {"lines.0.item": "Pump", "lines.0.qty": "2", "lines.0.price": "10.50", "lines._rows": ""}


class Hand:
    """Sends forms as one person."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        self.client = httpx2.Client(base_url=site.url, cookies={SESSION_COOKIE: session.token})

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)

    def post(self, path: str, **fields: str) -> httpx2.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@pytest.fixture
def hands(live_site: Site) -> Iterator[dict[str, Hand]]:
    made = {login: Hand(live_site, login) for login in ("alice", "bob", "carol", "dave")}
    yield made
    for hand in made.values():
        hand.client.close()


def _order(site: Site, number: str, by: str = "alice") -> OrderView:
    view = site.app.views.order(site.actors[by], number)
    assert isinstance(view, OrderView), view
    return view


def _task(site: Site, login: str, order: Reply) -> TaskLine:
    page = site.app.views.tasks(site.actors[login], "mine", None, 200)
    assert not isinstance(page, Rejection)
    return next(line for line in page.items if line.order == order.number)


def test_a_draft_is_kept_saved_and_started(live_site: Site, hands: dict[str, Hand]) -> None:
    alice = hands["alice"]
    kept = alice.post("/orders/new/pump-order", customer="Draft", action="draft", key="d1")
    path = kept.headers["location"].partition("?")[0]
    assert path.startswith("/orders/~")
    assert "Draft: Pump order" in alice.get(path).text
    more = {"customer": "Draft", "currency": "EUR", **LINE}
    saved = alice.post(f"{path}/data", **more, action="save", revision="1")
    assert saved.headers["location"].startswith(path)
    started = alice.post(f"{path}/data", **more, action="start", revision="2")
    number = started.headers["location"].partition("?")[0].rpartition("/")[2]
    view = _order(live_site, number)
    assert (view.head.status, str(view.data["total"])) == ("open", "21.00")


def test_a_draft_that_is_not_complete_is_not_started(hands: dict[str, Hand]) -> None:
    alice = hands["alice"]
    kept = alice.post("/orders/new/pump-order", customer="Half", action="draft", key="d2")
    path = kept.headers["location"].partition("?")[0]
    refused = alice.post(f"{path}/data", customer="Half", action="start", revision="1")
    assert refused.status_code == 422
    assert 'href="#f-currency"' in refused.text
    assert 'value="Half"' in refused.text
    assert alice.post(f"{path}/discard").headers["location"] == "/tasks?done=discarded"
    gone = alice.get(path).text
    assert "The draft was thrown away on" in gone
    assert 'name="customer"' not in gone
    assert path not in alice.get("/orders").text


def test_an_event_wants_its_reason(live_site: Site, hands: dict[str, Hand]) -> None:
    order, alice = live_site.order(), hands["alice"]
    page = alice.get(f"/orders/{order.number}").text
    assert "Nothing more will be delivered." in page
    refused = alice.post(f"/orders/{order.number}/events/cancel", reason=" ")
    assert refused.status_code == 422
    assert "Say why." in refused.text
    done = alice.post(f"/orders/{order.number}/events/cancel", reason="Ordered twice")
    assert done.status_code == 303
    view = _order(live_site, str(order.number))
    assert (view.head.status, view.head.outcome) == ("ended", "cancelled")
    text = alice.get(f"/orders/{order.number}").text
    assert "without success" in text
    assert "Ordered twice" in text


def test_a_hold_is_set_and_lifted_by_those_who_may(live_site: Site, hands: dict[str, Hand]) -> None:
    order = live_site.order()
    path = f"/orders/{order.number}/holds/credit"
    assert hands["alice"].post(path, on="1").status_code == 403
    assert hands["carol"].post(path, on="1", reason="Limit").status_code == 303
    assert "Credit stop" in hands["alice"].get(f"/orders/{order.number}").text
    assert [hold.on for hold in _order(live_site, str(order.number), "carol").holds] == [True]
    assert hands["carol"].post(path, on="0").status_code == 303
    assert [hold.on for hold in _order(live_site, str(order.number), "carol").holds] == [False]


def test_a_ticket_is_answered_by_mending_or_set_aside(
    live_site: Site, hands: dict[str, Hand]
) -> None:
    mended, aside = live_site.order(customer="unknown"), live_site.order(customer="unknown")
    alice, carol = hands["alice"], hands["carol"]
    ticket = _task(live_site, "alice", mended)
    page = alice.get(f"/tasks/{ticket.id}").text
    assert "The customer is not known" in page
    assert "Write the name as it stands in the contract." in page
    again = alice.post(f"/tasks/{ticket.id}/complete", customer="")
    assert again.status_code == 422
    assert alice.post(f"/tasks/{ticket.id}/complete", customer="Known").status_code == 303
    assert _order(live_site, str(mended.number)).head.stages[0].id == "approval"

    other = _task(live_site, "alice", aside)
    assert alice.post(f"/tasks/{other.id}/waive", reason="Trust me").status_code == 403
    assert carol.post(f"/tasks/{other.id}/waive", reason="Paid up front").status_code == 303
    assert _order(live_site, str(aside.number)).head.stages[0].id == "approval"


def test_a_task_is_taken_given_back_and_ended(live_site: Site, hands: dict[str, Hand]) -> None:
    order, dave = live_site.order(), hands["dave"]
    live_site.send("bob", CastVerdict(int(next(iter(order.state.tasks))), "approve"), order.order)
    task = _task(live_site, "dave", order)
    assert dave.post(f"/tasks/{task.id}/claim").status_code == 303
    assert "Give it back" in dave.get(f"/tasks/{task.id}").text
    assert dave.post(f"/tasks/{task.id}/claim", release="1").status_code == 303
    assert dave.post(f"/tasks/{task.id}/complete", outcome="none").status_code in (409, 422)
    assert dave.post(f"/tasks/{task.id}/complete", outcome="all").status_code == 303
    assert "picking" not in {stage.id for stage in _order(live_site, str(order.number)).head.stages}


def test_the_requester_takes_an_approval_back(live_site: Site, hands: dict[str, Hand]) -> None:
    order = live_site.order()
    task = next(iter(order.state.tasks))
    page = hands["alice"].get(f"/tasks/{order.order}.{task}").text
    assert "Withdraw the request" in page
    assert 'value="approve"' not in page
    path = f"/orders/{order.number}/withdraw/{task}"
    assert hands["bob"].post(path, reason="x").status_code == 403
    assert hands["alice"].post(path, reason="Wrong customer").status_code == 303
    assert task not in {line.id.partition(".")[2] for line in _order_tasks(live_site, order)}


def _order_tasks(site: Site, order: Reply) -> tuple[TaskLine, ...]:
    return _order(site, str(order.number)).tasks


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_theme_is_chosen_from_any_page(hands: dict[str, Hand], theme: str) -> None:
    sent = hands["bob"].client.post("/preferences", data={"theme": theme, "next": "/orders"})
    assert sent.headers["location"] == "/orders"
    assert f'data-bs-theme="{theme}"' in hands["bob"].get("/orders").text
