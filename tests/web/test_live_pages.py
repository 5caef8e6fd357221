"""Open pages while others work: what follows in place, what stays, and what a note offers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from parts.site import Site
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app import live
from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import CastVerdict, Comment, SendEvent
from orderloom.platform.store.work_rows import Notice
from orderloom.platform.web.security import THEME_COOKIE


@pytest.fixture
def bob(page: Page, live_site: Site) -> Page:
    enter(page, live_site, "bob")
    return page


def _open(page: Page, site: Site, path: str) -> None:
    """Opens a page and waits until it listens."""
    page.goto(site.url + path)
    expect(page.locator("body[data-live=on]")).to_be_attached(timeout=20_000)


def _approve(site: Site, order: Reply, by: str = "bob") -> None:
    site.send(by, CastVerdict(int(next(iter(order.state.tasks))), "approve"), order.order)


def _waiting(site: Site) -> int:
    return site.app.views.count_tasks(site.actors["bob"])


def test_the_number_beside_the_navigation_follows(bob: Page, live_site: Site) -> None:
    heard = complaints(bob)
    order = live_site.order()
    _open(bob, live_site, "/orders")
    badge = bob.locator(".ol-nav [data-live-count=tasks]")
    expect(badge).to_have_text(str(_waiting(live_site)))
    live_site.order()
    expect(badge).to_have_text(str(_waiting(live_site)), timeout=15_000)
    _approve(live_site, order)
    expect(badge).to_have_text(str(_waiting(live_site)), timeout=15_000)
    assert heard == []


def test_rows_come_and_go_and_what_is_chosen_stays(bob: Page, live_site: Site) -> None:
    chosen, gone = live_site.order(), live_site.order()
    _open(bob, live_site, "/tasks")
    row = bob.locator("tr[data-row]", has_text=str(chosen.number))
    row.locator("input[type=checkbox]").check()
    link = bob.locator("tr[data-row]", has_text=str(gone.number)).locator("a[data-open]")
    link.focus()
    new = live_site.order()
    expect(bob.locator("tr[data-row]", has_text=str(new.number))).to_have_count(1, timeout=15_000)
    expect(link).to_be_focused()
    expect(row.locator("input[type=checkbox]")).to_be_checked()
    bob.evaluate("document.activeElement.blur()")
    _approve(live_site, gone)
    expect(bob.locator("tr[data-row]", has_text=str(gone.number))).to_have_count(0, timeout=15_000)
    # What is chosen is not taken from under one's hands: it is struck out, and can be read.
    _approve(live_site, chosen)
    expect(row).to_have_class(re.compile("gone"), timeout=15_000)
    expect(row.locator("input[type=checkbox]")).to_be_checked()
    assert violations(bob) == []


def test_what_is_said_appears_and_what_is_typed_stays(page: Page, live_site: Site) -> None:
    order = live_site.order()
    enter(page, live_site, "alice")
    _open(page, live_site, f"/orders/{order.number}")
    page.locator("#comment-new").click()
    page.keyboard.type("I am still")
    live_site.send("bob", Comment("<b>Look</b> at the price"), order.order)
    expect(page.locator("#said article")).to_contain_text("<b>Look</b> at the price")
    page.keyboard.type(" writing")
    expect(page.locator("#comment-new")).to_have_value("I am still writing")
    expect(page.locator("#comment-new")).to_be_focused()
    # Nothing else changed, and nothing is offered.
    expect(page.locator("[data-live-note]")).to_be_hidden()


def test_a_change_of_the_order_is_told_and_forms_stay(page: Page, live_site: Site) -> None:
    order = live_site.order()
    enter(page, live_site, "alice")
    _open(page, live_site, f"/orders/{order.number}")
    page.locator("#comment-new").fill("Not sent yet")
    before = page.locator("#map .chip[aria-current]").all_inner_texts()
    _approve(live_site, order)
    note = page.locator("[data-live-note]")
    expect(note).to_be_visible(timeout=15_000)
    expect(note).to_contain_text("This order has changed meanwhile.")
    expect(page.locator("#timeline")).to_contain_text("Bob approved")
    assert page.locator("#map .chip[aria-current]").all_inner_texts() != before
    expect(page.locator("#comment-new")).to_have_value("Not sent yet")
    note.locator("a").click()
    expect(page.locator("[data-live-note]")).to_be_hidden()


def test_a_task_that_somebody_dealt_with_says_so(bob: Page, live_site: Site) -> None:
    order = live_site.order()
    path = f"/tasks/{order.order}.{next(iter(order.state.tasks))}"
    _open(bob, live_site, path)
    live_site.send("alice", SendEvent("cancel", {}, "Ordered twice"), order.order)
    expect(bob.locator("[data-live-gone]")).to_be_visible(timeout=15_000)
    # The buttons are still there; what they send changes nothing.
    with bob.expect_response(lambda answer: answer.url.endswith("/verdict")) as pressed:
        bob.locator('button[value="approve"]').click()
    assert pressed.value.status in (404, 409)


def test_a_page_that_shows_what_was_wrong_follows_too(bob: Page, live_site: Site) -> None:
    order = live_site.order()
    path = f"/tasks/{order.order}.{next(iter(order.state.tasks))}"
    _open(bob, live_site, path)
    # The answer stands at the address of the form, where nothing is to be had.
    bob.locator('button[value="reject"]').click()
    expect(bob.locator("[role=alert]").first).to_be_visible()
    assert bob.url.endswith("/verdict")
    expect(bob.locator("body[data-live=on]")).to_be_attached(timeout=20_000)
    live_site.send("alice", Comment("One more word"), order.order)
    expect(bob.locator("#said")).to_contain_text("One more word", timeout=15_000)
    expect(bob.locator("[data-live-gone]")).to_be_hidden()
    live_site.send("alice", SendEvent("cancel", {}, "Ordered twice"), order.order)
    expect(bob.locator("[data-live-gone]")).to_be_visible(timeout=15_000)


def test_the_bell_follows_and_notices_are_read(bob: Page, live_site: Site) -> None:
    app = live_site.app
    app.notices.read(live_site.actors["bob"])
    order = live_site.order()
    _open(bob, live_site, "/orders")
    pip = bob.locator("[data-live-pip=notices]")
    expect(pip).to_be_hidden()
    _tell(live_site, order)
    expect(pip).to_be_visible(timeout=15_000)
    bell = bob.locator("[data-live-label=notices]")
    expect(bell).to_have_accessible_name("Notices, 1 unread")
    bell.click()
    expect(bob.locator(".ol-told li.new")).to_have_count(1)
    bob.locator(".ol-told li.new button").first.click()
    bob.wait_for_url("**/orders/~*")
    expect(bob.locator("h1")).to_have_text(str(order.number))
    expect(bob.locator("[data-live-pip=notices]")).to_be_hidden()


SOONER = """
  const later = window.setTimeout;
  window.setTimeout = (work, time, ...more) => later(work, Math.min(time ?? 0, 50), ...more);
"""
SEEN = """(hidden) => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_that_nobody_sees_gives_its_connection_back(page: Page, live_site: Site) -> None:
    hub, listened = live_site.app.live, live_site.actors["erin"].id

    def listens(wanted: bool) -> bool:
        for _ in range(100):
            if any(user == listened for _, user in hub.people()) == wanted:
                return True
            page.wait_for_timeout(100)
        return False

    page.add_init_script(SOONER)
    enter(page, live_site, "erin")
    _open(page, live_site, "/orders")
    assert listens(True)
    page.evaluate(SEEN, True)
    assert listens(False)
    page.evaluate(SEEN, False)
    assert listens(True)


def test_one_page_too_many_asks_now_and_then(
    bob: Page, live_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_EACH", 0)
    bob.add_init_script(
        "const often = window.setInterval;"
        " window.setInterval = (work, time) => often(work, Math.min(time, 500));"
    )
    bob.goto(f"{live_site.url}/orders")
    expect(bob.locator("body[data-live=off]")).to_be_attached(timeout=20_000)
    live_site.order()
    badge = bob.locator(".ol-nav [data-live-count=tasks]")
    expect(badge).to_have_text(str(_waiting(live_site)), timeout=15_000)


def test_people_are_offered_while_one_writes(page: Page, live_site: Site) -> None:
    order = live_site.order()
    enter(page, live_site, "alice")
    _open(page, live_site, f"/orders/{order.number}")
    field, offer = page.locator("#comment-new"), page.locator(".ol-offer")
    field.click()
    page.keyboard.type("Ask @b")
    expect(offer.locator("li")).to_have_text(["Bob@bob"])
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(field).to_have_value("Ask @bob ")
    expect(offer).to_be_hidden()
    # Mallory may not see the order, and is nobody here.
    page.keyboard.type("and @mal")
    page.wait_for_timeout(800)
    expect(offer).to_be_hidden()
    page.keyboard.press("Escape")
    page.locator("#comments button.btn").click()
    page.wait_for_url("**/orders/**")
    expect(page.locator(".ol-note.bad")).to_contain_text("@mal")
    expect(page.locator("#comment-new")).to_have_value("Ask @bob and @mal")


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, live_site: Site) -> Iterator[Page]:
    context = browser.new_context()
    context.add_cookies([{"name": THEME_COOKIE, "value": request.param, "url": live_site.url}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["en", "pl", "sk"])
def test_nothing_is_inaccessible_or_too_wide(
    themed: Page, live_site: Site, width: int, language: str
) -> None:
    order = live_site.order()
    live_site.send("bob", Comment("W" * 300 + "\n\n" + "word " * 60), order.order)
    _tell(live_site, order)
    enter(themed, live_site, "bob", language)
    themed.set_viewport_size({"width": width, "height": 900})
    base = f"/orders/{order.number}"
    for path in (base, f"{base}/comments", "/notices"):
        themed.goto(live_site.url + path)
        themed.evaluate(
            "document.querySelectorAll('[data-live-note], [data-live-gone]')"
            ".forEach((note) => { note.hidden = false; })"
        )
        assert (path, violations(themed), overflow(themed)) == (path, [], 0)
    enter(themed, live_site, "bob")


def _tell(site: Site, order: Reply) -> None:
    """Somebody mentions bob, and the worker brings it."""
    bob = site.actors["bob"]
    said = site.send("alice", Comment("Please look, @bob", (bob.id,)), order.order)
    site.app.store.work.keep_notice(
        Notice(
            organisation=1,
            user=bob.id,
            order=order.order,
            n=said.state.next_n,
            subject=f"Alice mentioned you: {order.number}",
            body="Hello Bob,\n\nAlice mentioned you in a comment.",
            at=site.app.clock.now(),
        )
    )
