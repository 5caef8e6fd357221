"""A ticket is mended where it stands, in three languages, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.application import PASSWORD
from parts.site import Site, serving
from parts.surfing import complaints, enter, overflow, violations
from parts.ticketing import Repairs
from parts.visitor import Visitor
from playwright.sync_api import Browser

from orderloom.platform.engine.commands import EditData, WaiveTicket
from orderloom.platform.web.app import create_app
from orderloom.platform.web.security import THEME_COOKIE


@pytest.fixture(scope="module")
def site(shared: Repairs) -> Iterator[Site]:
    """The module's repairs, on loopback."""
    made = Site(shared.app, create_app(shared.app), password=PASSWORD, actors=shared.actors)
    with serving(made) as served:
        yield served


@pytest.fixture
def visitors(site: Site) -> Iterator[dict[str, Visitor]]:
    made = {}
    for login in ("alice", "carol", "bob"):
        made[login] = Visitor(site).open("/sign-in")
        made[login].press("/sign-in", login=login, password=PASSWORD)
    yield made
    for one in made.values():
        one.client.close()


def test_a_ticket_says_all_and_is_mended_by_one_press(
    shared: Repairs, visitors: dict[str, Visitor]
) -> None:
    order = shared.start(phone=None, lines=[{"sku": "A", "qty": 1}, {"sku": "B"}])
    n = shared.tickets(order)["no-phone"]
    alice, address = visitors["alice"], f"/tasks/{order}.{n}"
    alice.open(address)
    for said in (
        "No telephone number",
        "Ask for it, and say how urgent it is.",
        "1 other problem of this order",
        "No quantity of B",
        "Total cannot be changed by you here. Finance may change it.",
    ):
        assert said in alice.page, said
    assert {name for name, _ in alice.fields(f"{address}/complete")} >= {f"mend{n}.phone"}
    assert f'name="mend{n}.total"' not in alice.page
    alice.fill(f"{address}/complete", {f"mend{n}.phone": "1" * 31})
    assert alice.answer.status_code == 422
    assert "ol-err" in alice.page
    alice.fill(f"{address}/complete", {f"mend{n}.phone": "+421 900 1"})
    assert "The problem is solved. What is left stands below." in alice.page
    assert shared.state(order).data["phone"] == "+421 900 1"
    assert list(shared.tickets(order)) == ["no-quantity/B"]
    assert alice.open(address).answer.status_code == 410
    assert "the check found so by itself" in alice.page


def test_a_field_of_one_line_is_mended_alone(shared: Repairs, visitors: dict[str, Visitor]) -> None:
    order = shared.start(lines=[{"sku": "A", "qty": 1}, {"sku": "B"}])
    n = shared.tickets(order)["no-quantity/B"]
    alice, action = visitors["alice"], f"/tasks/{order}.{n}/complete"
    alice.open(f"/tasks/{order}.{n}")
    names = [name for name, _ in alice.fields(action) if name.startswith("mend")]
    assert names == [f"mend{n}.lines.1._row", f"mend{n}.lines.1.qty"]
    alice.fill(action, {f"mend{n}.lines.1.qty": "x"})
    assert alice.answer.status_code == 422
    alice.fill(action, {f"mend{n}.lines.1.qty": "2.5"})
    assert "The problem is solved." in alice.page
    assert [line.get("qty") for line in shared.state(order).data["lines"]] == [1, 2.5]
    assert shared.stages(order) == ["working"]


def test_it_is_mended_on_the_orders_page_too(shared: Repairs, visitors: dict[str, Visitor]) -> None:
    order = shared.start(phone=None, total=5000)
    alice, tickets = visitors["alice"], shared.tickets(order)
    alice.open(f"/orders/{shared.number(order)}")
    action = f"/tasks/{order}.{tickets['no-phone']}/complete"
    assert f"/tasks/{order}.{tickets['dear']}/complete" not in alice.page
    alice.fill(action, {f"mend{tickets['no-phone']}.phone": "1"})
    assert "What is left stands below." in alice.page
    assert list(shared.tickets(order)) == ["dear"]


def test_what_is_still_wrong_stays_on_its_page(
    shared: Repairs, visitors: dict[str, Visitor]
) -> None:
    order = shared.start(total=5000)
    n = shared.tickets(order)["dear"]
    action = f"/tasks/{order}.{n}/complete"
    carol = visitors["carol"].open(f"/tasks/{order}.{n}")
    carol.fill(action, {f"mend{n}.total": "4,000.00"})
    assert "Saved. The check still finds this problem." in carol.page
    carol.fill(action, {f"mend{n}.total": "4.00"})
    assert "The problem is solved." in carol.page


def test_somebody_was_quicker_and_it_is_told_what_changed(
    shared: Repairs, visitors: dict[str, Visitor]
) -> None:
    order = shared.start(phone=None)
    n = shared.tickets(order)["no-phone"]
    action = f"/tasks/{order}.{n}/complete"
    alice = visitors["alice"].open(f"/tasks/{order}.{n}")
    shared.send("alice", EditData({"customer": "Tatra"}), order)
    shared.send("carol", EditData({"total": 5}), order)
    alice.fill(action, {f"mend{n}.phone": "77"})
    assert alice.answer.status_code == 409
    assert "Changed meanwhile: Total." in alice.page
    assert 'value="77"' in alice.page
    alice.press(action)
    assert shared.state(order).data["phone"] == "77"


def test_nobody_else_has_a_button(shared: Repairs, visitors: dict[str, Visitor]) -> None:
    order = shared.start(phone=None)
    n = shared.tickets(order)["no-phone"]
    bob = visitors["bob"].open(f"/tasks/{order}.{n}")
    assert "It can be mended by Sales." in bob.page
    assert "/complete" not in bob.page
    bob.open(f"/orders/{shared.number(order)}")
    assert "/complete" not in bob.page


def test_lists_part_what_is_ready_from_what_is_not(
    shared: Repairs, visitors: dict[str, Visitor]
) -> None:
    ready, needs = shared.start(priority="urgent"), shared.start(phone=None)
    carol = visitors["carol"].open("/orders?check=completion")
    assert shared.number(needs) in carol.page
    assert shared.number(ready) not in carol.page
    assert "1 problem" in carol.page
    carol.open("/orders?check=ready")
    assert shared.number(ready) in carol.page
    assert shared.number(needs) not in carol.page
    assert "1 warning" in carol.page
    assert carol.open("/orders?check=neither").answer.status_code == 422


def test_warnings_stand_on_the_orders_page(shared: Repairs, visitors: dict[str, Visitor]) -> None:
    order = shared.start(priority="urgent")
    assert shared.stages(order) == ["working"]
    carol = visitors["carol"].open(f"/orders/{shared.number(order)}")
    assert "Warnings" in carol.page
    assert "It is urgent" in carol.page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "pl"), (390, "sk")])
def test_pages_are_sound(
    browser: Browser, shared: Repairs, site: Site, width: int, language: str, theme: str
) -> None:
    order = shared.start(
        phone=None, total=5000, priority="urgent", lines=[{"sku": "A"}, {"sku": "B", "qty": 1}]
    )
    tickets = shared.tickets(order)
    shared.send("carol", WaiveTicket(tickets["dear"], "Agreed"), order)
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    enter(page, site, "alice", language)
    wrong = {}
    for path in (
        f"/tasks/{order}.{tickets['no-phone']}",
        f"/tasks/{order}.{tickets['no-quantity/A']}",
        f"/orders/{shared.number(order)}",
        "/orders?check=completion",
    ):
        page.goto(f"{site.url}{path}")
        wrong[path] = [*([f"{overflow(page)} px"] if overflow(page) else []), *violations(page)]
    context.close()
    site.app.accounts.set_language(site.actors["alice"], "en")
    assert {path: found for path, found in wrong.items() if found} == {}
    assert heard == []
