"""Definitions are changed on the pages, without scripts: drafts, findings, versions."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.application import small_application
from parts.catalogues import LANGUAGES
from parts.editing import EDIT, TAG, TEXT, WRITES, Hand

from orderloom.platform.app.application import Application


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("manager", title="Manager", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


def replaced(text: str, new: str = "cancel: {if: total > 5, to: cancelled}") -> str:
    assert "cancel: {to: cancelled}" in text
    return text.replace("cancel: {to: cancelled}", new)


def test_from_a_draft_to_a_version_by_two_people(app: Application) -> None:
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    text, tag = alice.opened()
    saved = alice.post(EDIT, tag=tag, text=replaced(text), action="save")
    assert (saved.status_code, saved.headers["location"]) == (303, f"{EDIT}?done=draft_saved")
    assert "Draft saved by Alice" in bob.get(EDIT).text
    differs = bob.get("/definitions/process/request/differences").text
    assert "condition added: total &gt; 5" in differs
    review = bob.get("/bundles/small/publish").text
    assert "condition added: total &gt; 5" in review
    # Who wrote it may not publish it; the page says so and keeps the comment.
    alone = alice.post("/bundles/small/publish", comment="limit of 5")
    assert alone.status_code == 422
    assert 'value="limit of 5"' in alone.text
    done = bob.post("/bundles/small/publish", comment="limit of 5")
    assert (done.status_code, done.headers["location"]) == (
        303,
        "/definitions?done=versions_published",
    )
    newest = app.store.definitions.newest(1, "process", "request")
    assert newest is not None
    assert (newest.number, newest.comment, newest.text) == (2, "limit of 5", replaced(text))


def test_the_later_of_two_keeps_the_text_and_sees_the_difference(app: Application) -> None:
    alice, bob = Hand(app, "alice", "pl"), Hand(app, "bob")
    text, tag = alice.opened()
    bob.post(EDIT, tag=tag, text=replaced(text), action="save")
    mine = replaced(text, "cancel: {if: total > 9, to: cancelled}")
    late = alice.post(EDIT, tag=tag, text=mine, action="save")
    assert late.status_code == 412
    shown = TEXT.search(late.text)
    assert shown is not None
    assert html.unescape(shown[1]) == mine
    assert "warunek: total &gt; 5 → total &gt; 9" in late.text
    # The form now has the tag of what is there: saving again is meant.
    again = TAG.search(late.text)
    assert again is not None
    assert alice.post(EDIT, tag=again[1], text=mine, action="save").status_code == 303


def test_findings_while_one_writes(app: Application) -> None:
    alice = Hand(app, "alice")
    text, tag = alice.opened()
    wrong = replaced(text, "cancel: {to: canceled}")
    part = alice.post("/definitions/process/request/check", tag=tag, text=wrong).text
    assert "canceled" in part
    assert "<html" not in part
    assert app.store.definitions.draft(1, "process", "request") is None
    broken = alice.post(EDIT, tag=tag, text=text + "stages: [\n", action="save")
    assert broken.status_code == 303
    assert "Nothing is wrong" not in alice.get(EDIT).text
    refused = Hand(app, "bob").post("/bundles/small/publish")
    assert refused.status_code == 422
    assert "request" in refused.text


def test_a_draft_is_given_up(app: Application) -> None:
    alice = Hand(app, "alice")
    text, tag = alice.opened()
    alice.post(EDIT, tag=tag, text=replaced(text), action="save")
    _, tag = alice.opened()
    assert alice.post(EDIT, tag="other", text="", action="discard").status_code == 412
    assert alice.post(EDIT, tag=tag, text="", action="discard").status_code == 303
    assert alice.opened()[0] == text


HOSTILE = "title: '</textarea><script>alert(1)</script>{{ 7 * 7 }}'"


def test_what_authors_write_is_shown_as_text(app: Application) -> None:
    alice = Hand(app, "alice")
    text, tag = alice.opened()
    hostile = re.sub(r"^title: .*$", HOSTILE, text, count=1, flags=re.MULTILINE)
    alice.post(EDIT, tag=tag, text=hostile, action="save")
    for path in (EDIT, "/definitions/process/request/differences", "/bundles/small/publish"):
        page = alice.get(path).text
        assert "<script>alert" not in page
        assert "{{ 7 * 7 }}" in html.unescape(page)
    assert alice.opened()[0] == hostile


@pytest.mark.parametrize(
    ("login", "status", "writes"),
    [("mallory", 403, False), ("erin", 200, False), ("bob", 200, True)],
)
def test_who_may(app: Application, login: str, status: int, writes: bool) -> None:
    hand = Hand(app, login)
    page = hand.get(EDIT)
    assert page.status_code == status
    assert ('value="save"' in page.text) is writes
    tag = TAG.search(page.text)
    sent = hand.post(EDIT, tag=tag[1] if tag else "v1", text="kind: process\nid: request\n")
    assert (sent.status_code == 303) is writes
    assert (app.store.definitions.draft(1, "process", "request") is not None) is writes


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language(app: Application, language: str) -> None:
    hand = Hand(app, "alice", language)
    page = hand.get(EDIT).text
    said = {"en": "Save draft", "pl": "Zapisz szkic", "sk": "Uložiť koncept"}
    assert said[language] in page


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01T00:00"])
def test_a_moment_that_is_none(app: Application, moment: str) -> None:
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    text, tag = alice.opened()
    alice.post(EDIT, tag=tag, text=replaced(text), action="save")
    refused = bob.post("/bundles/small/publish", comment="x", effective_from=moment)
    assert refused.status_code == 422
    newest = app.store.definitions.newest(1, "process", "request")
    assert newest is not None
    assert newest.number == 1


def test_history_and_going_back(app: Application) -> None:
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    text, tag = alice.opened()
    alice.post(EDIT, tag=tag, text=replaced(text), action="save")
    bob.post("/bundles/small/publish", comment="Only above five")
    page = bob.get("/definitions/process/request").text
    assert "Only above five" in page
    assert "condition added: total &gt; 5" in page
    assert "Bob" in page
    form = bob.get("/definitions/form/request").text
    assert '<a href="/definitions/process/request">' in form
    back = "/definitions/process/request/restore"
    restored = bob.post(back, version="1")
    assert restored.headers["location"].startswith("/definitions/process/request/differences")
    assert bob.opened()[0] == text
    assert bob.post(back, version="7").status_code == 404
    assert bob.post(back, version="x").status_code == 404
    assert Hand(app, "erin").post(back, version="1").status_code == 403
