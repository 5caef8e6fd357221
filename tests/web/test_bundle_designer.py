"""The designer of bundles: by pointer and by keys alone the same `bundle.yaml`; a role under
another id wherever it is named; findings at their rows; accessible."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from parts.looking import tab, wrong_with
from parts.site import Site, open_site, serving
from parts.surfing import complaints, enter
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.codec import dumps
from orderloom.platform.problem import Rejection
from orderloom.platform.web.security import SESSION_COOKIE

BUNDLE = "web-tests"
DESIGN = f"/definitions/bundle/{BUNDLE}/design"
SCENARIO = "scenario: first\ntitle: First\nprocess: pump-order\nsteps: [{do: x, as: alice}]\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("bundles")) as opened, serving(opened) as served:
        yield served


@pytest.fixture
def page(site: Site, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    opened = context.new_page()
    enter(opened, site, "ada")
    yield opened
    context.close()


@pytest.fixture(autouse=True)
def as_published(site: Site) -> Iterator[None]:
    yield
    for each in site.app.store.definitions.drafts(1):
        site.app.store.definitions.drop_draft(1, each.kind, each.id)


def shown(page: Page, site: Site) -> list[str]:
    heard = complaints(page)
    page.goto(f"{site.url}{DESIGN}")
    page.locator("[data-bundle][data-ready]").wait_for()
    return heard


def text_of(site: Site, kind: str = "bundle", id_: str = BUNDLE) -> str:
    view = site.app.drafting.one(site.actors["ada"], kind, id_)
    assert not isinstance(view, Rejection)
    return view.text


def saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator(".ol-head .sub")).to_contain_text("The draft is saved.")


def row(at: str) -> str:
    return f'[data-row="{at}"]'


def by_pointer(page: Page) -> None:
    page.locator("#bundle-role-title").fill("Laboratórium")
    page.locator("#bundle-roles .ol-bd-add button").click()
    page.locator(row("roles.laboratorium")).get_by_label("Move laboratorium up").click()
    dave = page.locator(row("cast.dave"))
    dave.get_by_label("Laboratórium").check()
    dave.locator("[data-part=manager]").select_option("bob")
    page.locator("#bundle-person").fill("Erin Ek")
    page.locator("#bundle-cast .ol-bd-add button").click()
    page.locator(row("cast.carol")).get_by_label("Remove carol").click()
    page.locator('[data-path="zone"] input').fill("Europe/Bratislava")
    bob = page.locator(row("cast.bob"))
    bob.locator("summary").first.click()
    bob.get_by_label("New name in bob").fill("region")
    bob.locator('.ol-pf-add:has([data-part="new"]) button').click()
    bob.locator('[data-path="cast.bob.region"] .ol-pf-v').get_by_role("textbox").fill("PL")


def by_keys(page: Page) -> None:
    keys = page.keyboard
    page.locator("#bundle-role-title").focus()
    keys.type("Laboratórium")
    keys.press("Enter")
    expect(page.locator('[data-path="roles.laboratorium"] textarea')).to_be_focused()
    page.locator(row("roles.laboratorium")).get_by_label("Move laboratorium up").press("Enter")
    expect(page.get_by_label("Move laboratorium up")).to_be_focused()
    page.locator(row("cast.dave")).get_by_label("Laboratórium").press("Space")
    expect(page.locator(row("cast.dave")).get_by_label("Laboratórium")).to_be_focused()
    page.locator(row("cast.dave")).locator("[data-part=manager]").focus()
    keys.press("b")
    page.locator("#bundle-person").focus()
    keys.type("Erin Ek")
    keys.press("Enter")
    page.locator(row("cast.carol")).get_by_label("Remove carol").press("Enter")
    page.locator('[data-path="zone"] input').focus()
    keys.press("Control+a")
    keys.type("Europe/Bratislava")
    bob = page.locator(row("cast.bob"))
    bob.locator("summary").first.press("Enter")
    bob.get_by_label("New name in bob").focus()
    keys.type("region")
    keys.press("Enter")
    bob.locator('[data-path="cast.bob.region"] .ol-pf-v').get_by_role("textbox").focus()
    keys.type("PL")


def test_pointer_and_keys_write_the_same(page: Page, site: Site) -> None:
    texts = []
    before = text_of(site)
    for change in (by_pointer, by_keys):
        heard = shown(page, site)
        change(page)
        saved(page)
        texts.append(text_of(site))
        assert heard == []
        site.app.store.definitions.drop_draft(1, "bundle", BUNDLE)
    assert texts[0] == texts[1]
    kept = [line for line in before.splitlines() if line in texts[0].splitlines()]
    gone = [line for line in before.splitlines() if line not in kept]
    assert gone == [
        "zone: Europe/Warsaw",
        "  bob: {roles: [sales-manager]}",
        "  carol: {roles: [finance]}",
        "  dave: {roles: [warehouse]}",
    ]
    new = [line for line in texts[0].splitlines() if line not in before.splitlines()]
    assert new == [
        "zone: Europe/Bratislava",
        "  laboratorium: Laboratórium",
        "  bob: {roles: [sales-manager], region: PL}",
        "  dave: {roles: [warehouse, laboratorium], manager: bob}",
        "  erin: {name: Erin Ek, roles: []}",
    ]


def test_a_role_gets_another_id_everywhere_and_is_missed_when_it_goes(
    page: Page, site: Site
) -> None:
    heard = shown(page, site)
    finance = page.locator(row("roles.finance"))
    expect(finance.locator("summary")).to_contain_text("places: 5")
    finance.get_by_role("button", name="Rename").click()
    page.keyboard.type("No id")
    page.keyboard.press("Enter")
    expect(finance.locator(".ol-bd-ask .ol-err")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type("treasury")
    page.keyboard.press("Enter")
    treasury = page.locator(row("roles.treasury"))
    expect(treasury.get_by_role("button", name="Rename")).to_be_focused()
    expect(treasury.locator("summary")).to_contain_text("places: 5")
    assert "finance" not in text_of(site)
    drafts = {(each.kind, each.id) for each in site.app.store.definitions.drafts(1)}
    assert ("process", "pump-order") in drafts
    for kind, id_ in drafts:
        assert "treasury" in text_of(site, kind, id_)
    expect(page.locator(".ol-findings .muted").first).to_be_visible()
    # Whoever takes it away is asked, and afterwards told who lacks it.
    treasury.get_by_label("Remove treasury").click()
    treasury.get_by_role("button", name="Remove it all the same").press("Enter")
    expect(page.locator("#bundle-roles .ol-err").first).to_contain_text("treasury")
    expect(page.locator("#bundle-cast .ol-err").first).to_contain_text("treasury")
    page.locator(".ol-findings button.ol-link").first.click()
    page.locator("h1").click()
    page.keyboard.press("Control+z")
    expect(page.locator(row("roles.treasury"))).to_be_visible()
    assert [each for each in heard if "Failed to load resource" not in each] == []


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "pl")])
def test_screens(browser: Browser, site: Site, window: str, language: str) -> None:
    """The designer, the page of the bundle with its scenarios, the fields of a scenario."""
    made = site.app.drafting.save(
        site.actors["ada"], "scenario", f"{BUNDLE}.first", SCENARIO, tag=None
    )
    assert not isinstance(made, Rejection)
    wrong = {}
    with tab(browser, site, "ada", language, window=window) as page:
        shown(page, site)
        page.locator("[data-part='rename']").first.click()
        wrong["design"] = wrong_with(page, "bundle-designer")
        page.goto(f"{site.url}/bundles/{BUNDLE}", wait_until="commit")
        page.locator("#play-first").focus()
        expect(page.locator("#scenarios .ol-st.bad")).to_be_visible()
        # What is told later does not take the focus away.
        expect(page.locator("#play-first")).to_be_focused()
        wrong["bundle"] = wrong_with(page, "bundle-page")
        page.goto(f"{site.url}/definitions/scenario/{BUNDLE}.first/design")
        expect(page.locator("#design-fields [data-path='title']")).to_be_visible()
        wrong["scenario"] = wrong_with(page, "bundle-scenario")
    assert {name: found for name, found in wrong.items() if found} == {}


# ── without a browser ────────────────────────────────────────────────────────────────────────


@dataclass
class Asker:
    client: TestClient
    csrf: str

    def post(self, path: str, **fields: str) -> tuple[int, dict[str, object]]:
        answer = self.client.post(path, data={"csrf": self.csrf, **fields})
        told = answer.headers["content-type"] == "application/json"
        return answer.status_code, answer.json() if told else {}


def asker(site: Site, login: str) -> Asker:
    session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
    assert isinstance(session, SignedIn)
    cookies = {SESSION_COOKIE: session.token}
    return Asker(TestClient(site.web, cookies=cookies), session.csrf)


def test_a_rename_that_comes_too_late_changes_nothing(site: Site) -> None:
    ada = asker(site, "ada")
    view = site.app.drafting.one(site.actors["ada"], "bundle", BUNDLE)
    assert not isinstance(view, Rejection)
    value = dumps(view.value).decode()
    other = view.text.replace("Warsaw", "Prague")
    done = site.app.drafting.save(site.actors["ada"], "bundle", BUNDLE, other, tag=view.tag)
    assert not isinstance(done, Rejection)
    sent = {"value": value, "role": "finance", "to": "treasury", "tag": view.tag}
    status, body = ada.post(f"{DESIGN}/roles", **sent)
    assert status == 412
    assert "Prague" in json.dumps(body["differs"])
    assert [each.kind for each in site.app.store.definitions.drafts(1)] == ["bundle"]


@pytest.mark.parametrize(
    ("login", "role", "to", "status"),
    [
        ("ada", "finance", "sales", 409),
        ("ada", "nobody", "lab", 422),
        ("ada", "finance", "No id", 422),
        ("mallory", "finance", "lab", 403),
    ],
)
def test_what_is_no_rename_is_refused(
    site: Site, login: str, role: str, to: str, status: int
) -> None:
    view = site.app.drafting.one(site.actors["ada"], "bundle", BUNDLE)
    assert not isinstance(view, Rejection)
    sent = {"value": dumps(view.value).decode(), "role": role, "to": to, "tag": view.tag}
    assert asker(site, login).post(f"{DESIGN}/roles", **sent)[0] == status
    assert site.app.store.definitions.drafts(1) == []
