"""What a bundle says of itself, and its scenarios, on the pages: changed, compared, published by a
second person, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.application import small_application
from parts.editing import TAG, TEXT, WRITES, Hand

from orderloom.platform.app.application import Application

META = "/definitions/bundle/small/edit"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("manager", title="Manager", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


def opened(hand: Hand, path: str) -> tuple[str, str]:
    page = hand.get(path).text
    text, tag = TEXT.search(page), TAG.search(page)
    assert text is not None
    assert tag is not None
    return html.unescape(text[1]), tag[1]


def kept_scenarios(app: Application) -> dict[str, str]:
    """The texts that are published, by their ids."""
    kept = app.store.definitions.scenarios(1, "small")
    return {each.value["scenario"]: each.text for each in kept}


def test_a_role_comes_and_goes_by_two_people(app: Application) -> None:
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    text, tag = opened(alice, META)
    assert text == app.store.definitions.bundle_text(1, "small")
    text = text.replace("finance: Finance}", "finance: Finance, lab: Laboratory}")
    text = text.replace("languages:", "# Ours.\nlanguages:")
    assert alice.post(META, text=text, tag=tag, action="save").status_code == 303
    # Carol looked before: what stands there now is shown, and hers is not lost.
    late = bob.post(META, text=text.replace("Small", "Tiny"), tag=tag, action="save")
    assert late.status_code == 412
    assert "Tiny" in html.unescape(late.text)
    for page in ("/definitions/bundle/small/differences", "/bundles/small/publish"):
        assert "“lab”" in html.unescape(bob.get(page).text)
    assert alice.post("/bundles/small/publish").status_code == 422
    assert bob.post("/bundles/small/publish").status_code == 303
    assert app.store.definitions.bundle_text(1, "small") == text
    assert "lab" in app.accounts.role_titles(1)
    assert app.store.definitions.drafts(1) == []


def test_without_the_permission_nothing_is_changed(app: Application) -> None:
    erin, mallory = Hand(app, "erin"), Hand(app, "mallory")
    text, tag = opened(erin, META)
    assert "Save draft" not in erin.get(META).text
    assert erin.post(META, text=text, tag=tag, action="save").status_code == 403
    assert erin.post("/bundles/small/scenarios", title="A", process="request").status_code == 403
    for path in (META, "/bundles/small/scenarios", "/definitions/scenario/small.first/edit"):
        assert mallory.get(path).status_code == 403
    assert app.store.definitions.drafts(1) == []


def test_a_bundle_keeps_its_id_and_its_draft(app: Application) -> None:
    alice = Hand(app, "alice")
    text, tag = opened(alice, META)
    other = alice.post(META, text=text.replace("bundle: small", "bundle: b"), tag=tag)
    assert other.status_code == 422
    begun = alice.post(
        "/definitions/new", title="Spring", template="", starts="sales", approves="manager"
    )
    assert begun.status_code == 303
    path = "/definitions/bundle/spring/edit"
    text, tag = opened(alice, path)
    assert "Discard" not in alice.get(path).text
    refused = alice.post(path, text=text, tag=tag, action="discard")
    assert refused.status_code == 422
    assert "give the whole bundle up" in refused.text


def test_a_scenario_from_its_beginning_to_its_end(app: Application) -> None:
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    made = alice.post("/bundles/small/scenarios", title="Prvý krok", process="request")
    path = made.headers["location"]
    assert path == "/definitions/scenario/small.prvy-krok/edit"
    again = alice.post("/bundles/small/scenarios", title="Prvý krok", process="request")
    assert again.status_code == 409
    text, tag = opened(alice, path)
    assert "by: alice" in text
    # What it expects does not come true, and the page says so.
    text = text.replace("data: {}", "data: {title: Desk, total: 5}")
    wrong = text.replace("steps: []", "steps: [{expect: {stages: [done]}}]")
    assert alice.post(path, text=wrong, tag=tag, action="save").status_code == 303
    page = alice.get("/bundles/small/scenarios").text
    assert "No longer holds" in page
    assert "/definitions/process/request/play?scenario=prvy-krok" in page
    part = alice.client.get("/bundles/small/scenarios", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "No longer holds" in part.text
    assert "<html" not in part.text
    assert "hx-get" not in part.text
    assert bob.post("/bundles/small/publish").status_code == 422
    _, tag = opened(alice, path)
    assert alice.post(path, text=" ", tag=tag, action="save").status_code == 422
    assert {"id": "carol", "title": "carol"} in alice.get(f"{path[:-4]}known").json()["cast"]
    broken = wrong.replace("[done]", "[nowhere]")
    assert alice.post(path, text=broken, tag=tag, action="save").status_code == 303
    page = html.unescape(alice.get("/bundles/small/scenarios").text)
    assert "Has errors" in page
    assert "nowhere" in page
    _, tag = opened(alice, path)
    right = text.replace("steps: []", "steps: [{expect: {stages: [paying]}}] # so")
    assert alice.post(path, text=right, tag=tag, action="save").status_code == 303
    assert "No longer holds" not in alice.get("/bundles/small/scenarios").text
    assert "cenario “Prvý krok”" in html.unescape(bob.get("/bundles/small/publish").text)
    assert bob.post("/bundles/small/publish").status_code == 303
    kept = {
        each.value["scenario"]: each.text for each in app.store.definitions.scenarios(1, "small")
    }
    assert kept["prvy-krok"] == right
    gone = alice.post("/bundles/small/scenarios/prvy-krok/remove")
    assert gone.headers["location"] == "/bundles/small?done=scenario_removed"
    assert alice.get(path).status_code == 404
    page = alice.get("/bundles/small").text
    assert "Removed with the next publishing" in page
    assert alice.post("/bundles/small/scenarios/prvy-krok/bring-back").status_code == 303
    assert opened(alice, path)[0] == right
    assert alice.post("/bundles/small/scenarios/prvy-krok/remove").status_code == 303
    review = html.unescape(bob.get("/bundles/small/publish").text)
    assert "The scenario prvy-krok is removed" in review
    assert alice.post("/bundles/small/publish").status_code == 422
    assert bob.post("/bundles/small/publish").status_code == 303
    assert kept_scenarios(app).keys() == kept.keys() - {"prvy-krok"}


def test_one_that_was_never_published_is_gone_at_once(app: Application) -> None:
    alice = Hand(app, "alice")
    assert alice.post("/bundles/small/scenarios", title="A", process="request").status_code == 303
    assert alice.post("/bundles/small/scenarios/a/remove").status_code == 303
    assert app.store.definitions.drafts(1) == []
    assert alice.post("/bundles/small/scenarios/a/remove").status_code == 404
    assert alice.post("/bundles/small/scenarios/a/bring-back").status_code == 404


@pytest.mark.parametrize(
    ("name", "title", "process", "status"),
    [
        ("", "", "request", 422),
        ("Ž!", "A", "request", 422),
        ("a", "A", "nothing", 404),
        ("a" * 61, "A", "request", 422),
    ],
)
def test_what_is_no_scenario_is_refused(
    app: Application, name: str, title: str, process: str, status: int
) -> None:
    alice = Hand(app, "alice")
    sent = alice.post("/bundles/small/scenarios", name=name, title=title, process=process)
    assert sent.status_code == status
    assert app.store.definitions.drafts(1) == []


def test_every_language_has_the_page(app: Application) -> None:
    for language in ("en", "pl", "sk"):
        page = Hand(app, "alice", language).get("/bundles/small").text
        assert not re.search(r"\bbundles\.[a-z_]+", page)
