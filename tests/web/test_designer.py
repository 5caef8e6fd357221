"""The page of a designer keeps a value as the draft: in its text, by its tag, exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application
from parts.editing import WRITES, Hand

from orderloom.platform.app import working_bundle
from orderloom.platform.app.application import Application
from orderloom.platform.codec import loads
from orderloom.platform.definitions import Bundle, Finding, check
from orderloom.platform.web.browser_keys import as_stood
from orderloom.platform.web.static_files import module_url

DESIGN = "/definitions/process/request/design"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


def opened(hand: Hand) -> dict[str, Any]:
    page = hand.get(DESIGN).text
    _, _, rest = page.partition('<script type="application/json" id="design-data">')
    found: dict[str, Any] = loads(rest.partition("</script>")[0])
    return found


def test_a_value_is_written_into_the_text(app: Application) -> None:
    alice = Hand(app, "alice")
    data = opened(alice)
    assert (data["kind"], data["id"], data["mayWrite"]) == ("process", "request", True)
    before = alice.opened()[0]
    value = {**data["value"], "title": "</script><b>Requests"}
    kept = alice.post(DESIGN, value=json.dumps(value), tag=data["tag"])
    assert kept.status_code == 200, kept.text
    assert kept.json()["findings"] == []
    text = alice.opened()[0]
    changed = [line for line in text.splitlines() if line not in before.splitlines()]
    assert len(changed) == 1
    assert "Requests" in changed[0]
    # What a title says is no markup of the page.
    assert "</script><b>" not in alice.get(DESIGN).text
    assert opened(alice)["value"]["title"] == "</script><b>Requests"


def test_a_later_save_sees_the_difference_and_may_replace(app: Application) -> None:
    alice = Hand(app, "alice")
    data = opened(alice)
    first = json.dumps({**data["value"], "title": "First"})
    second = json.dumps({**data["value"], "title": "Second"})
    alice.post(DESIGN, value=first, tag=data["tag"])
    late = alice.post(DESIGN, value=second, tag=data["tag"])
    assert late.status_code == 412
    assert any("Second" in each for each in late.json()["differs"])
    assert opened(alice)["value"]["title"] == "First"
    over = alice.post(DESIGN, value=second, tag=late.json()["tag"])
    assert over.status_code == 200
    assert opened(alice)["value"]["title"] == "Second"


@pytest.mark.parametrize(
    ("value", "status"), [("{", 422), ("[]", 422), ('{"a": NaN}', 422), ('{"a":1,"a":2}', 422)]
)
def test_what_is_no_definition_changes_nothing(app: Application, value: str, status: int) -> None:
    alice = Hand(app, "alice")
    tag = opened(alice)["tag"]
    assert alice.post(DESIGN, value=value, tag=tag).status_code == status
    assert alice.post(f"{DESIGN}/check", value=value).status_code == status
    assert opened(alice)["tag"] == tag


def test_who_may_only_read_may_not_keep(app: Application) -> None:
    mallory = Hand(app, "erin")
    data = opened(mallory)
    assert data["mayWrite"] is False
    value = json.dumps({**data["value"], "title": "Mine"})
    assert mallory.post(DESIGN, value=value, tag=data["tag"]).status_code == 403


def test_findings_of_a_value_that_is_not_kept(app: Application) -> None:
    alice = Hand(app, "alice")
    data = opened(alice)
    value = {**data["value"], "form": "missing"}
    found = alice.post(f"{DESIGN}/check", value=json.dumps(value)).json()
    assert [each["path"] for each in found["findings"]] == ["form"]
    assert "form: missing" in found["text"]
    assert opened(alice)["tag"] == data["tag"]


def test_a_text_that_was_checked_is_not_checked_again(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Bundle] = []

    def counted(bundle: Bundle) -> tuple[Finding, ...]:
        asked.append(bundle)
        return check(bundle)

    monkeypatch.setattr(working_bundle, "check", counted)
    alice = Hand(app, "alice")
    data = opened(alice)
    good = json.dumps({**data["value"], "title": "Asked once"})
    wrong = json.dumps({**data["value"], "title": "Asked once", "form": "missing"})
    asked.clear()
    for value in (good, wrong, wrong, good):
        alice.post(f"{DESIGN}/check", value=value)
    kept = alice.post(DESIGN, value=wrong, tag=data["tag"]).json()
    assert [each["path"] for each in kept["findings"]] == ["form"]
    assert len(asked) == 2
    # What it names is changed: it is looked at again.
    home = opened(alice)
    other = app.drafting.laid_out({"kind": "form", "id": "missing", "schema": {"type": "object"}})
    actor = app.accounts.by_login("alice")
    assert actor is not None
    app.drafting.save(actor, "form", "missing", other, tag=None, bundle=home["bundle"])
    assert [each for each in opened(alice)["findings"] if each["path"] == "form"] == []
    assert len(asked) == 3


THERE = {"accepted": 1, "404": 2, "other": {"b": 1, "7": 2}}
ORDERS = {
    "moved by the browser": (
        {"404": 2, "accepted": 1, "other": {"7": 2, "b": 1}, "new": 3},
        {"accepted": 1, "404": 2, "other": {"b": 1, "7": 2}, "new": 3},
    ),
    "moved on purpose": (
        {"other": {"b": 1}, "accepted": 1, "404": 2},
        {"other": {"b": 1}, "accepted": 1, "404": 2},
    ),
}


@pytest.mark.parametrize("name", list(ORDERS))
def test_keys_that_look_like_numbers_stay_where_they_stood(name: str) -> None:
    sent, expected = ORDERS[name]
    assert json.dumps(as_stood(sent, THERE)) == json.dumps(expected)


def test_modules_lie_below_one_digest(app: Application) -> None:
    alice = Hand(app, "alice")
    answer = alice.get(module_url("shell.js"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == alice.get("/static/editor/shell.js").text
    stale = alice.get("/static/editor-000000000000/shell.js")
    assert stale.status_code == 200
    assert "immutable" not in stale.headers["cache-control"]
