"""Every verb of an approval on the pages, as forms send it, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from parts.approving import write_deals
from parts.site import LINES, Site

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.appointing import Dismiss
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import Create
from orderloom.platform.web.security import SESSION_COOKIE
from orderloom.platform.words import Words


class Hand:
    """Sends forms as one person."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        self.client = httpx2.Client(base_url=site.url, cookies={SESSION_COOKIE: session.token})

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer
        return answer.text

    def post(self, path: str, **fields: str | list[str]) -> httpx2.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@pytest.fixture
def hands(live_site: Site) -> Iterator[dict[str, Hand]]:
    made = {login: Hand(live_site, login) for login in ("alice", "bob", "carol", "dave", "ada")}
    yield made
    for hand in made.values():
        hand.client.close()
    for each in live_site.app.substitutions.seen(live_site.actors["ada"]):
        if each.may_end:
            ending = Dismiss(actor=live_site.actors["ada"], channel="web", id=each.one.id)
            live_site.app.runner.appoint(ending)


def task_of(order: Reply) -> str:
    return f"/tasks/{order.order}.{next(iter(order.state.tasks))}"


def test_abstaining_and_asking_somebody(live_site: Site, hands: dict[str, Hand]) -> None:
    order = live_site.order()
    task = task_of(order)
    asked = hands["bob"].post(f"{task}/verdict", verdict="ask", comment="Why?", _to="carol")
    assert asked.headers["location"].endswith("done=verdict_ask")
    assert order.number in hands["carol"].page("/tasks")
    nobody = hands["bob"].post(f"{task}/verdict", verdict="ask", comment="Why?", _to="nobody")
    assert (nobody.status_code, "There is no user nobody." in nobody.text) == (422, True)
    done = hands["bob"].post(f"{task}/verdict", verdict="abstain")
    # Nobody is left to decide: the order says that it needs help.
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        ("reassign", "Bob gave the task Approve the order to Dave"),
        ("delegate", "Bob lets Dave give this verdict"),
        ("add", "Bob also asks Dave"),
    ],
)
def test_bringing_others_in(live_site: Site, hands: dict[str, Hand], hand: str, said: str) -> None:
    order = live_site.order()
    task = task_of(order)
    assert f'value="{hand}"' in hands["bob"].page(task)
    sent = hands["bob"].post(f"{task}/hand", hand=hand, _to="dave", reason="He knows it")
    assert sent.headers["location"].endswith(f"done=hand_{hand}"), sent.text
    told = hands["alice"].page(f"/orders/{order.number}")
    assert said in told
    assert "He knows it" in told
    assert "Approve the order" in hands["dave"].page("/tasks")


def test_bringing_in_whom_separation_keeps_away(live_site: Site, hands: dict[str, Hand]) -> None:
    task = task_of(live_site.order())
    refused = hands["bob"].post(f"{task}/hand", hand="reassign", _to="alice")
    assert refused.status_code == 403
    assert Words("en").text("problems.approval.separation") in refused.text
    assert hands["bob"].post(f"{task}/hand", hand="burn", _to="dave").status_code == 422


def test_an_absence_is_set_used_and_ended(live_site: Site, hands: dict[str, Hand]) -> None:
    order = live_site.order()
    task, bob, dave = task_of(order), hands["bob"], hands["dave"]
    assert "Nobody stands in" in dave.page("/absences")
    days = {"from": "2026-03-02", "until": "2026-03-06"}
    assert bob.post("/absences", substitute="dave", **days).status_code == 303
    refused = bob.post("/absences", substitute="carol", **days)
    assert refused.status_code == 409
    assert "Somebody stands in for this person in that time already." in refused.text
    assert 'value="carol"' in refused.text
    assert "You stand in for: Bob." in dave.page("/tasks")
    assert "You act for Bob." in dave.page(task)
    done = dave.post(f"{task}/verdict", verdict="approve")
    assert done.headers["location"].endswith("?done=verdict_approve")
    assert "Dave (for Bob) approved step" in hands["alice"].page(f"/orders/{order.number}")
    (listed,) = [e for e in live_site.app.substitutions.seen(live_site.actors["bob"]) if e.may_end]
    assert dave.post(f"/absences/{listed.one.id}/end").status_code == 403
    assert bob.post(f"/absences/{listed.one.id}/end").status_code == 303
    assert "You stand in for" not in dave.page("/tasks")


def test_a_manager_sets_it_for_those_they_manage(live_site: Site, hands: dict[str, Hand]) -> None:
    days = {"from": "2026-03-03", "until": "2026-03-03"}
    bob, carol = hands["bob"], hands["carol"]
    assert '<option value="alice">Alice</option>' in bob.page("/absences")
    assert bob.post("/absences", person="alice", substitute="carol", **days).status_code == 303
    assert 'name="person"' not in carol.page("/absences")
    refused = carol.post("/absences", person="alice", substitute="carol", **days)
    assert refused.status_code == 403


def test_in_whose_name_is_asked_where_there_is_a_choice(
    live_site: Site, hands: dict[str, Hand]
) -> None:
    order = live_site.order()
    task = task_of(order)
    hands["bob"].post(f"{task}/hand", hand="add", _to="dave")
    days = {"from": "2026-03-02", "until": "2026-03-06"}
    hands["dave"].post("/absences", substitute="bob", **days)
    added = next(
        line.id
        for line in live_site.app.views.tasks(live_site.actors["dave"], "mine", None, 200).items  # type: ignore[union-attr]
        if line.order == order.number
    )
    assert "You act for Dave." in hands["bob"].page(f"/tasks/{added}")
    both = hands["bob"].page(task)
    assert "In whose name" not in both


def test_one_verdict_for_many_has_a_result_each(live_site: Site, hands: dict[str, Hand]) -> None:
    orders = [live_site.order(), live_site.order()]
    ids = [task_of(order).removeprefix("/tasks/") for order in orders]
    page = hands["bob"].page("/tasks")
    assert all(f'value="{id_}"' in page for id_ in ids)
    unsaid = hands["bob"].post("/tasks/verdicts", task=ids, verdict="reject")
    assert "0 of 2 done" in unsaid.text
    done = hands["bob"].post("/tasks/verdicts", task=[*ids, "1.999", "x"], verdict="approve")
    assert (done.status_code, "2 of 4 done" in done.text) == (200, True)
    assert done.text.count("There is no task") == 2
    assert live_site.app.views.head(live_site.actors["alice"], orders[0].number).stages  # type: ignore[union-attr]
    again = hands["bob"].post("/tasks/verdicts", task=ids, verdict="approve")
    assert "0 of 2 done" in again.text


def test_who_will_approve_is_shown_before_it_is_sent(hands: dict[str, Hand]) -> None:
    fields = {"customer": "Tatra", "currency": "EUR", "lines._rows": "", "key": "k9"}
    line = LINES[0]
    row = {"lines.0.item": str(line["item"]), "lines.0.qty": "90", "lines.0.price": "900"}
    asked = hands["alice"].post("/orders/new/pump-order", action="approvers", **fields, **row)
    assert asked.status_code == 200
    assert "Sales manager (Bob)" in asked.text
    assert "By the rule total &gt; 50000" in asked.text
    less = {**row, "lines.0.qty": "1"}
    small = hands["alice"].post("/orders/new/pump-order", action="approvers", **fields, **less)
    assert "Finance" not in small.text.partition('id="approvers"')[2]
    # Looking creates nothing.
    assert "Tatra<" not in hands["alice"].page("/orders?scope=mine")


def test_a_verdict_is_taken_back_while_that_is_possible(
    live_site: Site, hands: dict[str, Hand], tmp_path: Path
) -> None:
    bundle = open_bundle(write_deals(tmp_path / "deals"))
    options = PublishOptions(tests=False, second_person=False)
    done = live_site.app.publish.publish(bundle, live_site.actors["ada"], options)
    assert isinstance(done, Published), done
    order = live_site.send("alice", Create("slow", {"title": "Desk", "total": 500}))
    task, carol, page = task_of(order), hands["carol"], f"/orders/{order.number}"
    assert "Take it back" not in carol.page(page)
    carol.post(f"{task}/verdict", verdict="approve")
    shown = carol.page(page)
    assert "Take it back" in shown
    assert "Take it back" not in hands["alice"].page(page)
    n = task.rpartition(".")[2]
    assert f'action="{page}/undo/{n}"' in shown
    back = carol.post(f"{page}/undo/{n}")
    assert back.headers["location"] == f"{task}?done=undone"
    assert "Your verdict is taken back." in carol.page(f"{task}?done=undone")
    again = carol.post(f"{page}/undo/{n}")
    said = Words("en").text("problems.approval.nothing_to_undo")
    assert (again.status_code, said in again.text) == (409, True)
