"""The designers of messages, calendars, collections, connectors and rulesets: a field is changed,
the preview follows, saving changes that line of the text and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi.testclient import TestClient
from parts.editing import Hand
from parts.kinds_site import SCRIPT, open_kinds
from parts.site import Site, serving
from parts.surfing import complaints, enter, overflow, violations
from playwright.sync_api import Browser, Page, expect

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.codec import dumps, load_yaml
from orderloom.platform.problem import Rejection
from orderloom.platform.web.security import SESSION_COOKIE

KINDS = {
    "message": "told",
    "calendar": "week",
    "collection": "goods",
    "connector": "books",
    "ruleset": "flags",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_kinds(tmp_path_factory.mktemp("designers")) as opened:
        for sku, name in (("A1", "Pump"), ("A2", SCRIPT)):
            record = {"sku": sku, "name": name}
            done = opened.app.collections.put(
                opened.actors["ada"], "goods", sku, record, expected=0, channel="web"
            )
            assert not isinstance(done, Rejection), done
        with serving(opened) as served:
            yield served


@pytest.fixture(scope="module")
def page(site: Site, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    opened = context.new_page()
    enter(opened, site, "ada")
    yield opened
    context.close()


def text_of(site: Site, kind: str) -> str:
    view = site.app.drafting.one(site.actors["ada"], kind, KINDS[kind])
    assert not isinstance(view, Rejection)
    return view.text


def written(site: Site, kind: str) -> str:
    return dumps(load_yaml(text_of(site, kind)).value).decode()


def shown(page: Page, site: Site, kind: str, id_: str = "") -> list[str]:
    """Opens the designer; what the browser complains about from now on."""
    heard = complaints(page)
    page.goto(f"{site.url}/definitions/{kind}/{id_ or KINDS[kind]}/design")
    expect(page.locator("#kind-out > *").first).to_be_visible(timeout=30_000)
    return heard


@dataclass(frozen=True)
class Change:
    """`field`: its path; `more`: what is opened before; `text`: what is typed. `preview`: what it
    shows then. `line`: what the YAML has then."""

    field: str
    text: str
    preview: str
    line: str
    more: tuple[str, ...] = ()


CHANGES = {
    "message": Change(
        "subject", f"Sold {SCRIPT} to {{{{ customer }}}}", f"Sold {SCRIPT} to Acme", "en: Sold"
    ),
    "calendar": Change("holidays", "SK", "Time zone Europe/Warsaw", "holidays: SK"),
    "collection": Change("key", "name", "text · key", "key: name"),
    "connector": Change(
        "address",
        "http://127.0.0.1:9/new",
        "POST http://127.0.0.1:9/new/invoices/",
        "address: http://127.0.0.1:9/new",
    ),
    "ruleset": Change("title", "All flags", "Hazardous goods", "title: All flags"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_is_previewed_and_saved_into_the_text(page: Page, site: Site, kind: str) -> None:
    change = CHANGES[kind]
    before = text_of(site, kind)
    heard = shown(page, site, kind)
    assert violations(page) == []
    field = page.locator(f'[data-path="{change.field}"]').locator("input, textarea").first
    field.fill(change.text)
    expect(page.locator("#kind-out")).to_contain_text(change.preview)
    page.keyboard.press("Control+s")
    expect(page.locator("#design-said")).to_have_text("The draft is saved.")
    expect(page.get_by_role("button", name="Save draft")).to_be_disabled()
    after = text_of(site, kind)
    gone = [line for line in before.splitlines() if line not in after.splitlines()]
    assert change.line in after
    assert len(gone) == 1
    if kind == "message":
        assert "# Kept: a remark." in after
    assert (violations(page), overflow(page), heard) == ([], 0, [])


# ── what can be done in a preview, by pointer and by keys ────────────────────────────────────

WAYS = ("pointer", "keys")


def press(page: Page, name: str | re.Pattern[str], way: str) -> None:
    button = (
        page.locator("#h-kind-preview")
        .locator("xpath=ancestor::section")
        .get_by_role("button", name=name)
    )
    if way == "pointer":
        button.click()
        return
    button.focus()
    page.keyboard.press("Enter")


def test_the_months_of_a_calendar_and_what_is_due(page: Page, site: Site) -> None:
    shown(page, site, "calendar")
    title = page.locator(".ol-kd-title")
    for way, month in zip(WAYS, ("April 2026", "May 2026"), strict=True):
        press(page, "Month after", way)
        expect(title).to_have_text(month)
    expect(page.locator(".ol-kd-month td.holiday")).not_to_have_count(0)
    expect(page.locator(".ol-kd-days")).to_contain_text("1 May 2026")
    press(page, "Month before", "keys")
    expect(title).to_have_text("April 2026")
    page.get_by_label("From").fill("2026-11-06T15:00")
    page.get_by_label("Time", exact=True).fill("2 working hours")
    expect(page.locator(".ol-kd-due")).to_have_text("Due: Monday, 9 Nov 2026, 09:00")
    page.get_by_label("Time", exact=True).fill("two hours")
    expect(page.locator(".ol-kd-due")).to_contain_text("Say a time such as")


def test_facts_are_typed_into_tables_and_tests_run(page: Page, site: Site) -> None:
    shown(page, site, "ruleset")
    out = page.locator("#kind-out")
    expect(out).to_contain_text('Hazardous goods finds flag (code: "HAZMAT", sku: "A1")')
    page.get_by_label("hazard of line 1").select_option("false")
    expect(out).to_contain_text("Nothing follows.")
    for way, row in zip(WAYS, (3, 4), strict=True):
        press(page, "Add line", way)
        expect(page.get_by_label(f"sku of line {row}")).to_be_focused()
    page.keyboard.type("C3")
    page.get_by_label("hazard of line 4").select_option("true")
    expect(out).to_contain_text('sku: "C3"')
    for way in WAYS:
        press(page, "Remove line 3", way)
    expect(out).to_contain_text("Nothing follows.")
    for way in WAYS:
        press(page, "Run the tests", way)
        expect(out).to_contain_text("One: passed")
    assert violations(page) == []


def test_a_watch_is_tried_on_events(page: Page, site: Site) -> None:
    heard = shown(page, site, "ruleset", "late")
    out = page.locator("#kind-out")
    expect(out).to_contain_text('twice notices "S-1" at 2026-03-01T10:05:00Z')
    events = page.get_by_label("Events in order of time")
    events.fill("[{")
    expect(page.locator("#kind-controls .ol-err:visible")).to_have_text(re.compile("JSON"))
    events.fill("[]")
    expect(out).to_contain_text("Nothing follows.")
    assert (violations(page), heard) == ([], [])


def test_what_a_call_sends_and_what_an_answer_becomes(page: Page, site: Site) -> None:
    shown(page, site, "connector")
    out = page.locator("#kind-out")
    expect(out).to_contain_text("••• (books)")
    page.get_by_label("Values of the call").fill(json.dumps({"ref": "7/1", "sum": 3}))
    expect(out).to_contain_text("/invoices/7%2F1")
    page.get_by_label("Body of the answer").fill('{"no": "F-9"}')
    expect(out).to_contain_text('"number": "F-9"')
    expect(page.get_by_label("Body of the answer")).to_be_focused()
    page.get_by_label("Status").fill("409")
    expect(out).to_contain_text("The other side said no (409)")
    message = page.get_by_label("Body of the message")
    message.fill('{"type": "paid", "id": 1, "ref": "S-5"}')
    expect(out).to_contain_text("paid: becomes paid of the order of sale whose number is S-5")
    expect(message).to_be_focused()
    page.get_by_label("Operation", exact=True).select_option("rates")
    expect(out).to_contain_text("GET http://127.0.0.1:9")
    assert violations(page) == []


def test_a_sample_that_one_may_not_see_is_refused_in_a_sentence(page: Page, site: Site) -> None:
    shown(page, site, "message")
    page.get_by_label("Sample").select_option("order")
    page.get_by_label("Order number").fill("S-404")
    expect(page.locator("#kind-broken")).to_be_visible()
    page.get_by_label("Sample").select_option("")
    page.get_by_label("Values as JSON").fill('{"customer": "Own <b>value</b>"}')
    expect(page.locator("#kind-out")).to_contain_text("Own <b>value</b>")
    page.get_by_label("As text").check()
    expect(page.locator("#kind-out pre").first).to_contain_text("Hello,")
    assert violations(page) == []


# ── without a browser ────────────────────────────────────────────────────────────────────────


class Visitor(Hand):
    """A browser of one person of the site."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        cookies = {SESSION_COOKIE: session.token}
        self.client = TestClient(site.web, cookies=cookies, follow_redirects=False)


@pytest.fixture(scope="module")
def ada(site: Site) -> Visitor:
    return Visitor(site, "ada")


HOSTILE = [
    "{}",
    '{"kind":"other","id":"other"}',
    json.dumps({"title": SCRIPT, "hours": SCRIPT, "schema": SCRIPT, "rules": SCRIPT, "to": SCRIPT}),
    json.dumps({"title": None, "hours": None, "schema": None, "rules": None, "operations": None}),
]


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_values_are_answered_as_data(ada: Visitor, kind: str) -> None:
    path = f"/definitions/{kind}/{KINDS[kind]}/design/preview"
    for value in HOSTILE:
        answer = ada.post(path, value=value)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert answer.json().get("broken"), value
    for value in ("", "{", "[]", '{"a":1,"a":2}', "x" * 100):
        assert ada.post(path, value=value).status_code == 422


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_read_definitions_gets_no_preview(site: Site, ada: Visitor, kind: str) -> None:
    mallory = Visitor(site, "mallory")
    path = f"/definitions/{kind}/{KINDS[kind]}/design/preview"
    value = written(site, kind)
    assert mallory.post(path, value=value).status_code == 403
    assert mallory.get(f"/definitions/{kind}/{KINDS[kind]}/design").status_code == 403
    assert ada.post(path, value=value).status_code == 200
    assert ada.client.post(path, data={"value": value}).status_code == 403
    assert ada.post(f"/definitions/{kind}/none/design/preview", value=value).status_code == 404


@pytest.mark.parametrize(
    ("kind", "fields", "status"),
    [
        ("ruleset", {"facts": "{"}, 422),
        ("ruleset", {"facts": "[]"}, 422),
        ("ruleset", {"events": "{}"}, 422),
        ("connector", {"args": "1"}, 422),
        ("connector", {"status": "-5", "operation": SCRIPT}, 200),
        ("message", {"data": "null"}, 422),
        ("message", {"order": SCRIPT}, 404),
        ("message", {"scenario": SCRIPT}, 422),
        ("calendar", {"month": SCRIPT, "moment": SCRIPT, "duration": SCRIPT}, 200),
    ],
)
def test_hostile_fields_are_refused_or_read_as_text(
    site: Site, ada: Visitor, kind: str, fields: dict[str, str], status: int
) -> None:
    path = f"/definitions/{kind}/{KINDS[kind]}/design/preview"
    value = written(site, kind)
    assert ada.post(path, value=value, **fields).status_code == status


def test_a_draft_of_another_definition_is_not_tried_by_its_name(site: Site, ada: Visitor) -> None:
    value = load_yaml(text_of(site, "connector")).value
    path = "/definitions/connector/books/design/preview"
    answer = ada.post(path, value=json.dumps({**value, "id": "told", "kind": "message"}))
    assert answer.json()["operation"] == "invoice"


def test_files_of_the_designer_are_there(ada: Visitor) -> None:
    for kind in KINDS:
        assert ada.get(f"/static/editor/kinds_{kind}.js").status_code == 200
        assert f"kinds_{kind}.js" in ada.get(f"/definitions/{kind}/{KINDS[kind]}/design").text
