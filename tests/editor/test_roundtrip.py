"""Every definition of the examples, opened and saved unchanged, is the same to the byte."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from parts.application import PASSWORD, add_cast
from parts.migrated import build

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.codec import dumps, loads_strict
from orderloom.platform.definitions import Document
from orderloom.platform.settings import Settings
from orderloom.platform.web.app import create_app
from orderloom.platform.web.browser_keys import as_stood
from orderloom.platform.web.security import SESSION_COOKIE

EXAMPLES = Path(__file__).parents[2] / "examples"
BUNDLES = {each.parent.name: open_bundle(each.parent) for each in EXAMPLES.glob("*/bundle.yaml")}
DOCUMENTS = [each for name in sorted(BUNDLES) for each in BUNDLES[name].documents]
# Kind, id and text of what each bundle says of itself, and of its scenarios.
OWN = [("bundle", name, BUNDLES[name].meta_text) for name in sorted(BUNDLES)]
PLAYED = [
    ("scenario", f"{name}.{each.id}", each.text)
    for name in sorted(BUNDLES)
    for each in BUNDLES[name].scenarios
]
AREA = re.compile(r'<textarea[^>]* name="text"[^>]*>\n(.*?)</textarea>', re.DOTALL)
TAG = re.compile(r'name="tag" value="([^"]+)"')


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    opened = build(Settings(home=tmp_path_factory.mktemp("editor")))
    opened.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    add_cast(opened)
    for bundle in BUNDLES.values():
        options = PublishOptions(tests=False, second_person=False, checked=True)
        done = opened.publish.publish(bundle, OPERATOR, options)
        assert isinstance(done, Published), done
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser(app: Application) -> Iterator[tuple[TestClient, str]]:
    session = app.accounts.sign_in("ada", PASSWORD, "127.0.0.1")
    assert isinstance(session, SignedIn)
    cookies = {SESSION_COOKIE: session.token}
    with TestClient(create_app(app), cookies=cookies, follow_redirects=False) as client:
        yield client, session.csrf


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: f"{each.kind}-{each.id}")
def test_opened_and_saved(
    app: Application, browser: tuple[TestClient, str], document: Document
) -> None:
    opened_and_saved(app, browser, document.kind, document.id, document.text)


@pytest.mark.parametrize(("kind", "id_", "text"), [*OWN, *PLAYED[::20]])
def test_bundles_opened_and_saved(
    app: Application, browser: tuple[TestClient, str], kind: str, id_: str, text: str
) -> None:
    opened_and_saved(app, browser, kind, id_, text)


def opened_and_saved(
    app: Application, browser: tuple[TestClient, str], kind: str, id_: str, text: str
) -> None:
    client, csrf = browser
    path = f"/definitions/{kind}/{id_}/edit"
    page = client.get(path).text
    area, tag = AREA.search(page), TAG.search(page)
    assert area is not None
    assert tag is not None
    # A browser sends each line break as two signs.
    shown = html.unescape(area[1])
    sent = {"csrf": csrf, "tag": tag[1], "text": shown.replace("\n", "\r\n"), "action": "save"}
    assert client.post(path, data=sent).status_code == 303
    draft = app.store.definitions.draft(1, kind, id_)
    assert draft is not None
    assert draft.text.encode() == text.encode()


@pytest.mark.parametrize(("kind", "id_", "text"), [*OWN, *PLAYED])
def test_what_a_designer_sends_unchanged_changes_nothing(
    app: Application, kind: str, id_: str, text: str
) -> None:
    """The value that a page holds, sent back as browsers write it, gives the same text."""
    view = app.drafting.one(OPERATOR, kind, id_)
    assert isinstance(view, DraftView), view
    assert view.text.encode() == text.encode()
    assert view.value is not None
    sent = as_stood(loads_strict(dumps(view.value)), view.value)
    assert app.drafting.written(OPERATOR, kind, id_, sent) == text


BASE = "kind: form\nid: odd\ntitle: Odd\nschema: {type: object, properties: {a: {type: string}}}\n"
ODD = {
    "lines of another system": BASE.replace("\n", "\r\n"),
    "lines of two systems": BASE.replace("\n", "\r\n", 2),
    "no end": BASE.removesuffix("\n"),
    "many ends": f"\n\n{BASE}\n\n",
    "tabs and spaces": f"# \t a \t\n{BASE}#  \t\n",
    "markup": f"# </textarea><b>&amp;&lt;\n{BASE}",
    "other scripts": f"# Żółć, ťažký, 例, \U0001f600\u00a0\u2028\n{BASE}",
    "no YAML": "kind: [form\r\n\tid",
}


@pytest.mark.parametrize("name", list(ODD))
def test_odd_texts(app: Application, browser: tuple[TestClient, str], name: str) -> None:
    client, csrf = browser
    session = app.accounts.sign_in("ada", PASSWORD, "127.0.0.1")
    assert isinstance(session, SignedIn)
    bundle, id_ = next(iter(app.store.definitions.bundles(1))), f"odd-{list(ODD).index(name)}"
    text = ODD[name].replace("id: odd", f"id: {id_}")
    made = app.drafting.save(session.actor, "form", id_, text, tag=None, bundle=bundle)
    assert isinstance(made, DraftView), made
    path = f"/definitions/form/{id_}/edit"
    page = client.get(path).text
    area, tag = AREA.search(page), TAG.search(page)
    assert area is not None
    assert tag is not None
    # A browser knows one kind of line ends, and sends two signs for each.
    shown = re.sub(r"\r\n|\r|\n", "\r\n", html.unescape(area[1]))
    sent = {"csrf": csrf, "tag": tag[1], "text": shown, "action": "save"}
    assert client.post(path, data=sent).status_code == 303
    draft = app.store.definitions.draft(1, "form", id_)
    assert draft is not None
    assert draft.text.encode() == text.encode()


def test_there_are_definitions_of_every_kind() -> None:
    kinds = {each.kind for each in DOCUMENTS}
    assert {"process", "decision", "approval", "form", "connector", "message"} <= kinds
    assert len(DOCUMENTS) > 60
    assert len(OWN) == len(BUNDLES)
    assert len(PLAYED) > 100
