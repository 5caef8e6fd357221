"""Pages of mail: how one is told, what failed, and a link that decides, in a real browser too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from parts.answered import answered
from parts.mailed import link_for, undelivered
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter, overflow, violations
from parts.visitor import Visitor
from playwright.sync_api import Browser, Page

from orderloom.platform.app.mail_choices import KINDS

LONG = "Łódzkie Zakłady Żaluzji i Rolet"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("mail")
    mail: dict[str, Any] = {"smtp": "smtp://127.0.0.1:2525", "mail_from": "o@firm.example"}
    with open_site(folder, **mail) as opened, serving(opened) as served:
        yield served


def ask(site: Site, verdict: str, **more: int) -> str:
    """A new order that waits for bob's verdict; his link."""
    order = site.order(customer=LONG)
    task = int(next(iter(order.state.tasks)))
    return link_for(site.app, site.actors["bob"], order.order, task, verdict, **more)


Visits = Callable[..., Visitor]


@pytest.fixture
def visits(site: Site) -> Iterator[Visits]:
    """Opens browsers without scripts, signed in as somebody or as nobody."""
    opened: list[Visitor] = []

    def visit(login: str = "") -> Visitor:
        opened.append(Visitor(site))
        if login:
            opened[-1].open("/sign-in")
            opened[-1].press("/sign-in", login=login, password=site.password)
        return opened[-1]

    yield visit
    for each in opened:
        each.client.close()


def test_choosing_without_scripts(site: Site, visits: Visits) -> None:
    bob = visits("bob")
    bob.open("/notifications")
    assert "Notifications by mail" in bob.page
    assert "Your account has no e-mail address" in bob.page
    bob.press("/notifications", role="at_once", mention="digest", hour="16", days="fri")
    assert "Your choice is kept." in bob.page
    found = site.app.mailroom.notifications.of(site.actors["bob"])
    assert (found.way("role"), found.way("mention"), found.hour) == ("at_once", "digest", 16)
    assert found.days == ("fri",)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("task", "sometimes")], "Choose at once, digest or never for task."),
        ([("hour", "24")], "Choose an hour from 0 to 23."),
        ([("hour", "x")], "Choose an hour from 0 to 23."),
        ([], "Choose at least one day for the digest."),
        ([("days", "someday")], "Choose from the days of the week."),
    ],
)
def test_what_no_page_offers_is_refused(
    site: Site, visits: Visits, pairs: list[tuple[str, str]], said: str
) -> None:
    carol = visits("carol")
    before = site.app.mailroom.notifications.of(site.actors["carol"])
    kinds = dict.fromkeys(KINDS, "digest")
    csrf = carol.open("/notifications").fields("/notifications")[0]
    wanted = {**kinds, "hour": "7", **{name: value for name, value in pairs if name != "days"}}
    days = [pair for pair in pairs if pair[0] == "days"]
    if "day" not in said:
        days = [("days", "mon")]
    carol.send("/notifications", [csrf, *wanted.items(), *days])
    assert (carol.answer.status_code, said in carol.page) == (422, True)
    assert site.app.mailroom.notifications.of(site.actors["carol"]) == before


def test_mallory_cannot_choose_for_others_or_without_a_token(site: Site, visits: Visits) -> None:
    stranger = visits()
    stranger.send("/notifications", [("task", "never"), ("user", site.actors["bob"].id)])
    assert "Sign in" in stranger.page
    mallory = visits("mallory")
    mallory.send("/notifications", [("task", "never")])
    assert mallory.answer.status_code == 403
    assert mallory.open("/mail").answer.status_code == 403


def test_seeing_to_what_failed_without_scripts(site: Site, visits: Visits) -> None:
    order = site.order(customer=LONG)
    undelivered(site.app, site.actors["bob"], order.order, LONG)
    ada = visits("ada")
    ada.open("/mail")
    for shown in ("The mail server answered 550.", "nobody was found", "Daily digest → Bob"):
        assert shown in ada.page
    found = answered(site.app.mailroom.tickets.listed(site.actors["ada"], None, 9))
    by_kind = {each.kind: each.id for each in found.items}
    task, digest = by_kind["task"], by_kind["digest"]
    ada.press(f"/mail/{task}/address", address="nonsense")
    assert (ada.answer.status_code, "There is no e-mail address" in ada.page) == (422, True)
    ada.open("/mail").press(f"/mail/{task}/address", address="bob@home.example")
    assert "It is being sent to the new address." in ada.page
    ada.press(f"/mail/{digest}/give-up", reason="")
    assert (ada.answer.status_code, "Say why the mail is given up." in ada.page) == (422, True)
    ada.open("/mail").press(f"/mail/{digest}/give-up", reason="he has left")
    assert "It is given up." in ada.page
    ada.press(f"/mail/{by_kind['message']}/again")
    assert "It is being sent again." in ada.page
    assert site.app.mailroom.tickets.count(site.actors["ada"]) == 1


def test_deciding_without_scripts(site: Site, visits: Visits) -> None:
    path = ask(site, "return")
    somebody = visits()
    somebody.open(path).press(path, comment="")
    assert (somebody.answer.status_code, "Say why." in somebody.page) == (422, True)
    somebody.press(path, comment="the quantity is missing")
    assert (somebody.answer.status_code, "Returned." in somebody.page) == (200, True)
    assert somebody.open(path).answer.status_code == 410


@pytest.mark.parametrize(("theme", "language"), [("light", "sk"), ("dark", "pl")])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["wide", "phone"])
def test_in_a_browser(
    browser: Browser, site: Site, size: tuple[int, int], theme: str, language: str
) -> None:
    """Whoever has the mail on a telephone, signed in as nobody, presses once."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.add_cookies([{"name": "orderloom_theme", "value": theme, "url": site.url}])
    page = context.new_page()
    heard = complaints(page)
    site.app.accounts.set_language(site.actors["bob"], language)
    wrong = {}
    reject, gone = ask(site, "reject"), ask(site, "approve", hours=-1)
    page.goto(site.url + reject)
    wrong["decide"] = looked_at(page)
    page.locator("main button").click()
    page.locator("[role=alert]").wait_for()
    wrong["reason"] = looked_at(page)
    page.locator("#comment").fill("Zbyt drogo")
    page.locator("main button").click()
    page.get_by_text({"sk": "Zamietnuté.", "pl": "Odrzucono."}[language]).first.wait_for()
    wrong["done"] = looked_at(page)
    page.goto(site.url + reject)
    wrong["used"] = looked_at(page)
    page.goto(site.url + gone)
    wrong["expired"] = looked_at(page)
    enter(page, site, "bob", language)
    page.goto(site.url + "/notifications")
    wrong["notifications"] = looked_at(page)
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert [each for each in heard if "Failed to load resource" not in each] == []


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it stands, English words among the others' included."""
    said = page.locator("main").inner_text()
    english = [word for word in ("the ", "You ", "Approve", "Reason") if word in said]
    wide = [f"{overflow(page)} px too wide"] if overflow(page) else []
    return [*wide, *english, *violations(page)]


def test_behind_a_link_nobody_is_signed_in(site: Site, visits: Visits) -> None:
    somebody = visits()
    path = ask(site, "approve")
    somebody.open(path).press(path, comment="")
    assert somebody.answer.status_code == 200
    assert "orderloom_session" not in somebody.client.cookies
    assert "Sign in" in somebody.open("/tasks").page
