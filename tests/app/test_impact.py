"""What publishing means for orders that run: counted by version and by stage, for publishers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import PASSWORD, small_application
from parts.catalogues import LANGUAGES
from parts.editing import WRITES, Hand

from orderloom.platform.app import impact as module
from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.impact import Impact
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.engine import Actor
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.problem import Rejection


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("manager", title="Manager", permissions=WRITES)
        writes = ["definition.read", "definition.write"]
        opened.accounts.set_role("finance", title="Finance", permissions=writes)
        yield opened


def person(app: Application, login: str) -> Actor:
    session = app.accounts.sign_in(login, PASSWORD, "127.0.0.1")
    assert isinstance(session, SignedIn)
    return session.actor


def order(app: Application, total: int, *, draft: bool = False) -> None:
    body = Create("request", {"title": "Desk", "total": total}, draft=draft)
    made = app.handle(Command(body=body, actor=person(app, "alice")))
    assert not isinstance(made, Rejection), made


def changed(app: Application, id_: str, kind: str = "process", **new: Any) -> None:
    alice = person(app, "alice")
    view = app.drafting.one(alice, kind, id_)
    assert isinstance(view, DraftView)
    assert view.value is not None
    saved = app.drafting.change(alice, kind, id_, {**view.value, **new}, tag=view.tag)
    assert isinstance(saved, DraftView), saved


def found(app: Application) -> dict[tuple[str, str], dict[str, Any]]:
    impact = app.impact.of(person(app, "bob"), "small")
    assert isinstance(impact, Impact)
    return {
        (each.kind, each.id): {"versions": each.versions, "gone": each.gone}
        for each in impact.affected
    }


def test_orders_by_the_version_that_they_keep(app: Application) -> None:
    for total in (250, 260, 50):
        order(app, total)
    order(app, 70, draft=True)
    assert found(app) == {}
    changed(app, "request", title="Asked")
    assert found(app) == {("process", "request"): {"versions": ((1, 3),), "gone": ()}}
    options = PublishOptions(tests=False, comment="again")
    done = app.drafting.publish(person(app, "bob"), "small", options)
    assert isinstance(done, Published), done
    order(app, 300)
    changed(app, "request", title="Wanted")
    changed(app, "tier", kind="decision", title="Step")
    assert found(app) == {
        ("process", "request"): {"versions": ((2, 1), (1, 3)), "gone": ()},
        ("decision", "tier"): {"versions": ((1, 4),), "gone": ()},
    }


def without(app: Application, stage: str) -> dict[str, Any]:
    view = app.drafting.one(person(app, "alice"), "process", "request")
    assert isinstance(view, DraftView)
    assert view.value is not None
    return {name: body for name, body in view.value["stages"].items() if name != stage}


def test_orders_in_a_stage_that_no_longer_exists(app: Application) -> None:
    for total in (250, 260, 50):
        order(app, total)
    left = without(app, "approval")
    left["deciding"] = {"always": [{"to": "paying"}]}
    changed(app, "request", stages=left)
    expected = {"versions": ((1, 3),), "gone": (("approval", 2),)}
    assert found(app)["process", "request"] == expected
    review = Hand(app, "bob").get("/bundles/small/publish").text
    assert "3 running orders keep version 1." in review
    assert "2 of them are in the stage approval, which no longer exists." in review
    assert (
        "3 running orders keep version 1."
        in Hand(app, "bob").get("/definitions/process/request/differences").text
    )


def test_numbers_are_for_publishers_alone(app: Application) -> None:
    order(app, 250)
    changed(app, "request", title="Asked")
    refused = app.impact.of(person(app, "carol"), "small")
    assert isinstance(refused, Rejection)
    page = Hand(app, "carol").get("/definitions/process/request/differences")
    assert page.status_code == 200
    assert "running order" not in page.text


def test_more_than_is_counted(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    for total in (250, 260, 50):
        order(app, total)
    changed(app, "request", title="Asked")
    monkeypatch.setattr(module, "MOST", 2)
    impact = app.impact.of(person(app, "bob"), "small")
    assert isinstance(impact, Impact)
    assert impact.more
    assert impact.affected[0].orders == 2
    assert "more orders than were counted" in Hand(app, "bob").get("/bundles/small/publish").text


@pytest.mark.parametrize("stages", [None, [], "x", [None, {"id": 3}], {"a": None, "b": "c"}])
def test_stages_that_have_no_shape(app: Application, stages: object) -> None:
    """A draft that cannot be published has no impact, and its page is there."""
    order(app, 250)
    changed(app, "request", stages=stages, title={"en": 3})
    assert found(app) == {}
    assert Hand(app, "bob").get("/bundles/small/publish").status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language(app: Application, language: str) -> None:
    order(app, 250)
    changed(app, "request", title="Asked")
    said = {"en": "1 running order keeps", "pl": "1 bieżące", "sk": "1 bežiaca"}[language]
    assert said in Hand(app, "bob", language).get("/bundles/small/publish").text
