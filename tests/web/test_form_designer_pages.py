"""The designer of forms on all forms of the examples, on hostile and on very long ones; who may
what; and the form it shows is the one that people fill in."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from parts.designing import Design
from parts.editing import Hand
from parts.examples import EXAMPLES, folder
from parts.form_page import sent
from parts.site import Site
from parts.surfing import complaints, enter, in_the_dark, overflow, violations
from playwright.sync_api import Browser, expect

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.web.security import SESSION_COOKIE, THEME_COOKIE

NAMED = re.compile(r'name="(?:preview\.)?([^"]+)"')
OWN = {"csrf", "key", "action", "_refresh", "viewport", "color-scheme", "htmx-config"}
WINDOWS = {"wide": (1440, 900), "phone": (390, 844)}


def texts_of_examples() -> list[tuple[str, str]]:
    """Every form of the examples by its id, as its author wrote it."""
    bundles = (open_bundle(folder(name)) for name in EXAMPLES)
    return [
        (each.id, each.text)
        for bundle in bundles
        for each in bundle.documents
        if each.kind == "form"
    ]


def put(site: Site, id_: str, text: str) -> DraftView:
    """The text as the draft of a form."""
    ada = site.actors["ada"]
    there = site.app.drafting.one(ada, "form", id_)
    tag = there.tag if isinstance(there, DraftView) else None
    if isinstance(there, DraftView) and there.text == text:
        return there
    done = site.app.drafting.save(ada, "form", id_, text, tag=tag, bundle="web-tests")
    assert isinstance(done, DraftView), done
    return done


class Sender(Hand):
    """A browser of one person of the site."""

    def __init__(self, site: Site, login: str) -> None:
        session = site.app.accounts.sign_in(login, site.password, "127.0.0.1")
        assert isinstance(session, SignedIn), session
        self.csrf = session.csrf
        cookies = {SESSION_COOKIE: session.token}
        self.client = TestClient(site.web, cookies=cookies, follow_redirects=False)


def draft(site: Site, id_: str) -> DraftView:
    view = site.app.drafting.one(site.actors["ada"], "form", id_)
    assert isinstance(view, DraftView), view
    return view


def test_every_form_of_the_examples_is_whole_and_unchanged(
    browser: Browser, live_site: Site
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    heard = complaints(page)
    found = texts_of_examples()
    assert len(found) > 8
    design = Design(page, live_site, "pump-order")
    for id_, text in found:
        before = put(live_site, id_, text)
        design.id = id_
        design.open()
        expect(page.locator("#fd-paper")).to_have_attribute("aria-busy", "false")
        value: Any = before.value
        names = {each.split(".")[0] for each in page.locator(".fd-name").all_inner_texts()}
        assert set(value["schema"]["properties"]) <= names, id_
        assert page.locator("#fd-paper > *").count() > 0
        # Looking at a field and at the texts changes nothing.
        page.locator(".fd-row").last.click()
        page.locator(".fd-row.field").first.click()
        page.locator('[data-view="texts"]').click()
        assert design.text() == text
        expect(page.get_by_role("button", name="Save draft")).to_be_disabled()
        assert draft(live_site, id_) == before
        # Its bundle stays small: each page is told all that is wrong in it.
        live_site.app.drafting.discard(live_site.actors["ada"], "form", id_, tag=before.tag)
    context.close()
    assert heard == []


def controls(html: str) -> list[str]:
    names = [name for name, _ in sent(html.replace('name="preview.', 'name="'))]
    return sorted(set(names) - OWN)


def test_the_preview_has_the_fields_of_the_page(site: Site) -> None:
    alice, ada = Sender(site, "alice"), Sender(site, "ada")
    page = alice.get("/orders/new/pump-order").text
    value = json.dumps(draft(site, "pump-order").value)
    answer = ada.post("/definitions/form/pump-order/design/preview", value=value, roles="sales")
    assert answer.status_code == 200, answer.text
    html = answer.json()["html"]
    main = page.partition("<main")[2].partition("</main>")[0]
    assert controls(html) == controls(main)
    # Beside the hidden marks of its rows it is the same, control by control.
    shapes = re.compile(r'<(?:input|select|textarea)[^>]*name="[^"]*"[^>]*>')
    here = list(shapes.findall(html.replace("preview.", "").replace("-preview", "")))
    there = [each for each in shapes.findall(main) if 'name="csrf"' not in each]
    assert here == [each for each in there if 'name="key"' not in each]
    # Nothing that could be sent: no form, no address, no script.
    assert not re.search(r"<form|hx-|action=|<script", html)


def test_nothing_is_kept_and_nothing_is_sent(site: Site) -> None:
    ada = Sender(site, "ada")
    before = draft(site, "pump-order")
    orders = site.app.views.orders(site.actors["ada"])
    value = json.dumps({**(before.value or {}), "title": "Other"})
    for fields in ({}, {"preview.customer": "Tatra"}, {"preview._add": "lines"}, {"filled": "1"}):
        path = "/definitions/form/pump-order/design/preview"
        assert ada.post(path, value=value, **fields).status_code == 200
    assert draft(site, "pump-order") == before
    assert site.app.views.orders(site.actors["ada"]) == orders


def test_who_may_not_read_definitions_sees_no_form(site: Site) -> None:
    base = "/definitions/form/pump-order"
    value = json.dumps(draft(site, "pump-order").value)
    for login in ("mallory", "alice"):
        hand = Sender(site, login)
        assert hand.get(f"{base}/design").status_code == 403
        assert hand.get(f"{base}/design/around").status_code == 403
        assert hand.post(f"{base}/design/preview", value=value).status_code == 403
    ada = Sender(site, "ada")
    assert ada.get("/definitions/form/nowhere/design/around").status_code == 404
    assert ada.post("/definitions/form/nowhere/design/preview", value=value).status_code == 404
    assert ada.client.post(f"{base}/design/preview", data={"value": value}).status_code == 403


@pytest.mark.parametrize("value", ["", "[]", "{", '{"a": NaN}', '"x"'])
def test_what_is_no_form_is_refused(site: Site, value: str) -> None:
    ada = Sender(site, "ada")
    answer = ada.post("/definitions/form/pump-order/design/preview", value=value)
    assert answer.status_code == 422


def test_ten_megabytes_are_refused(site: Site) -> None:
    ada = Sender(site, "ada")
    value = {**(draft(site, "pump-order").value or {}), "x-more": "y" * 11_000_000}
    for path in ("/design/preview", "/design/check", "/design"):
        answer = ada.post(f"/definitions/form/pump-order{path}", value=json.dumps(value), tag="t")
        assert answer.status_code == 413, (path, answer.text[:300])


SCRIPT = "<script>window.hit = 1</script><img src=x onerror='window.hit = 2'>"
HOSTILE: dict[str, dict[str, Any]] = {
    "scripts in every text": {
        "title": SCRIPT,
        "schema": {
            "type": "object",
            "properties": {
                "a": {"type": "string", "title": SCRIPT, "description": SCRIPT},
                "b": {"enum": [SCRIPT, "x"]},
            },
        },
        "labels": {"a": {"en": SCRIPT}, "b=x": SCRIPT},
        "layout": [{"section": SCRIPT, "fields": ["a", {"field": "b", "hint": SCRIPT}]}],
    },
    "wrong types": {
        "title": 5,
        "schema": {"type": 7, "required": 3, "properties": {"a": None, "b": [1], "c": "x"}},
        "labels": [1],
        "edit": {"a": None},
        "compute": "x",
        "personal": 4,
        "layout": [None, 3, [], {"section": None, "fields": None}, {"tabs": [None]}, {"field": 3}],
    },
    "nothing": {"title": None, "schema": None, "labels": None, "layout": None},
    "schemas that name themselves": {
        "title": "Loop",
        "schema": {
            "type": "object",
            "properties": {"a": {"$ref": "#/properties/a"}, "b": {"$ref": "#"}},
        },
        "layout": ["a", "b", "a.b.c", "nowhere"],
    },
    "names of every object": {
        "title": "Names",
        "schema": {
            "type": "object",
            "required": ["constructor"],
            "properties": {
                "constructor": {"type": "string"},
                "toString": {"type": "array", "items": {"properties": {"valueOf": {}}}},
            },
        },
        "layout": [{"section": "", "fields": ["constructor", "toString", "hasOwnProperty"]}],
    },
}


def test_hostile_forms_are_text_and_findings(browser: Browser, live_site: Site) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    heard = complaints(page)
    ada = live_site.actors["ada"]
    made = Design(page, live_site, "pump-order")
    wrong = {}
    for name, parts in HOSTILE.items():
        view = draft(live_site, "pump-order")
        value = {"kind": "form", "id": "pump-order", **parts}
        done = live_site.app.drafting.change(ada, "form", "pump-order", value, tag=view.tag)
        assert isinstance(done, DraftView), done
        made.open()
        expect(page.locator("#fd-paper")).to_have_attribute("aria-busy", "false")
        for row in page.locator(".fd-row").all():
            row.click()
        page.locator('[data-kind="text"]').click()
        page.keyboard.type("New one")
        expect(page.locator(".fd-name", has_text="text").first).to_be_visible()
        page.locator('[data-view="texts"]').click()
        wrong[name] = [f"wider by {overflow(page)}"] if overflow(page) else []
        if name.startswith("scripts"):
            wrong[name] += violations(page)
        assert page.evaluate("window.hit") is None
        made.undo_all()
        assert made.text() == done.text, name
    left = draft(live_site, "pump-order")
    live_site.app.drafting.discard(ada, "form", "pump-order", tag=left.tag)
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert heard == []


def many(count: int) -> dict[str, Any]:
    names = [f"field_{n}" for n in range(count)]
    kinds = [{"type": "string"}, {"type": "number"}, {"enum": ["a", "b"]}, {"type": "boolean"}]
    return {
        "kind": "form",
        "id": "pump-order",
        "title": "Many",
        "schema": {
            "type": "object",
            "properties": {name: kinds[n % 4] for n, name in enumerate(names)},
        },
        "labels": {name: {"en": f"Field {name}", "pl": f"Pole {name}"} for name in names},
        "layout": [
            {"section": f"Part {n // 20}", "fields": names[n : n + 20]} for n in range(0, count, 20)
        ],
    }


def test_two_hundred_fields_stay_usable(browser: Browser, live_site: Site) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    ada = live_site.actors["ada"]
    tag = draft(live_site, "pump-order").tag
    live_site.app.drafting.change(ada, "form", "pump-order", many(200), tag=tag)
    design = Design(context.new_page(), live_site, "pump-order")
    page = design.page
    assert page.locator(".fd-row").count() == 210
    design.row("field_150").click()
    page.locator("#fd-label").click()
    began = time.monotonic()
    page.keyboard.type(" and twenty more letters")
    assert time.monotonic() - began < 6
    design.row("field_150").click()
    began = time.monotonic()
    for _ in range(5):
        page.keyboard.press("Alt+ArrowUp")
    assert time.monotonic() - began < 6
    expect(page.locator("#fd-paper")).to_contain_text("and twenty more letters", timeout=15_000)
    order = re.findall(r"- (field_\d+)\n", design.text())
    assert order[order.index("field_150") + 1] == "field_145"
    left = draft(live_site, "pump-order")
    live_site.app.drafting.discard(ada, "form", "pump-order", tag=left.tag)
    context.close()


@pytest.mark.parametrize(("theme", "language"), [("light", "sk"), ("dark", "pl")])
@pytest.mark.parametrize("window", list(WINDOWS))
def test_it_can_be_read_by_everybody(
    browser: Browser, live_site: Site, window: str, theme: str, language: str
) -> None:
    width, height = WINDOWS[window]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([{"name": THEME_COOKIE, "value": theme, "url": live_site.url}])
    page = context.new_page()
    heard = complaints(page)
    id_, text = texts_of_examples()[0]
    put(live_site, id_, text)
    enter(page, live_site, "ada", language)
    page.goto(f"{live_site.url}/definitions/form/{id_}/design")
    page.locator("#form-design[data-ready]").wait_for()
    expect(page.locator("#fd-paper")).to_have_attribute("aria-busy", "false")
    page.locator(".fd-row.field").first.click()
    page.locator("#fd-name").wait_for()
    wrong = [*violations(page), overflow(page)]
    page.locator('[data-view="texts"]').click()
    wrong += [*violations(page), overflow(page)]
    context.close()
    assert wrong == [0, 0]
    assert heard == []


def test_the_preview_is_read_while_the_next_is_made(browser: Browser, live_site: Site) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    enter(page, live_site, "ada")
    page.goto(f"{live_site.url}/definitions/form/pump-order/design")
    paper = page.locator("#fd-paper")
    expect(paper).to_have_attribute("aria-busy", "false")
    page.route("**/design/preview", lambda _: None)  # no answer comes
    page.locator('[data-kind="text"]').click()
    expect(paper).to_have_attribute("aria-busy", "true")
    expect(paper.locator(".card-header")).not_to_have_count(0)
    found = [*violations(page), *in_the_dark(page)]
    context.close()
    assert found == []


def test_who_may_only_read_changes_nothing(browser: Browser, live_site: Site) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    live_site.app.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
    enter(page, live_site, "erin")
    page.goto(f"{live_site.url}/definitions/form/pump-order/design")
    page.locator("#form-design[data-ready]").wait_for()
    expect(page.locator('[data-kind="text"]')).to_be_disabled()
    page.locator(".fd-row.field").first.click()
    page.keyboard.press("Delete")
    page.keyboard.press("Alt+ArrowDown")
    names = page.locator(".fd-row.field .fd-name").all_inner_texts()
    assert names[:2] == ["customer", "currency"]
    expect(page.get_by_role("button", name="Save draft")).to_have_count(0)
    context.close()
