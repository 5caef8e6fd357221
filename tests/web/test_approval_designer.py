"""Every approval of the examples opens in its designer and is kept unchanged; who would approve a
sample is answered on the draft, and nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from parts.application import add_cast
from parts.editing import Hand
from parts.examples import EXAMPLES, folder
from parts.migrated import build

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.drafting import DraftView
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.codec import dumps, loads
from orderloom.platform.definitions import Document
from orderloom.platform.settings import Settings

BUNDLES = {name: open_bundle(folder(name)) for name in EXAMPLES}
APPROVALS = [each for one in BUNDLES.values() for each in one.documents if each.kind == "approval"]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    opened = build(Settings(home=tmp_path_factory.mktemp("approvals")))
    opened.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    add_cast(opened)
    for bundle in BUNDLES.values():
        options = PublishOptions(tests=False, second_person=False, checked=True)
        done = opened.publish.publish(bundle, OPERATOR, options)
        assert isinstance(done, Published), done
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ada(app: Application) -> Hand:
    return Hand(app, "ada")


def address(id_: str) -> str:
    return f"/definitions/approval/{id_}/design"


def draft(app: Application, id_: str) -> DraftView:
    view = app.drafting.one(OPERATOR, "approval", id_)
    assert isinstance(view, DraftView), view
    return view


@pytest.mark.parametrize("document", APPROVALS, ids=lambda each: each.id)
def test_opened_and_kept_unchanged(app: Application, ada: Hand, document: Document) -> None:
    page = ada.get(address(document.id))
    assert page.status_code == 200
    assert 'id="design-approval-lanes"' in page.text
    _, _, rest = page.text.partition('<script type="application/json" id="design-data">')
    data: dict[str, Any] = loads(rest.partition("</script>")[0])
    before = draft(app, document.id).text
    value = dumps(data["value"]).decode()
    checked = ada.post(f"{address(document.id)}/check", value=value).json()
    assert (checked["findings"], checked["text"]) == ([], before)
    kept = ada.post(address(document.id), value=value, tag=data["tag"])
    assert kept.status_code == 200, kept.text
    assert draft(app, document.id).text == before


@pytest.mark.parametrize(
    "document", [each for each in APPROVALS if "matrix" in each.value], ids=lambda each: each.id
)
def test_the_matrix_is_shown_as_its_draft_says_it(ada: Hand, document: Document) -> None:
    matrix = document.value["matrix"]
    answer = ada.get(f"{address(document.id)}/matrix?decision={matrix}").json()
    assert answer["id"] == matrix
    assert answer["value"]["rules"]
    assert answer["findings"] == []
    first = ada.get(f"{address(document.id)}/matrix?decision={matrix}@1").json()
    assert first["value"] == answer["value"]
    for strange in (f"{matrix}@99", "none", "../../x"):
        assert ada.get(f"{address(document.id)}/matrix?decision={strange}").status_code == 404


# ── who would approve ────────────────────────────────────────────────────────────────────────

SAMPLED = "quote-approval"


def first_scenario(hand: Hand, id_: str) -> str:
    found = hand.get(f"{address(id_)}/samples").json()
    assert found["processes"]
    return str(found["scenarios"][0]["id"])


@pytest.mark.parametrize("document", APPROVALS, ids=lambda each: each.id)
def test_every_example_can_be_tried(ada: Hand, document: Document) -> None:
    scenario = first_scenario(ada, document.id)
    value = dumps(document.value).decode()
    answer = ada.post(f"{address(document.id)}/resolve", value=value, scenario=scenario)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["sentence"]
    assert found["order"] == ""
    assert all(each["who"] for each in found["steps"] if each["problem"] != "unknown")


def test_the_sentence_is_in_the_language_of_whoever_asks(app: Application) -> None:
    said = {}
    for language in ("en", "pl", "sk"):
        hand = Hand(app, "ada", language)
        value = dumps(draft(app, SAMPLED).value).decode()
        scenario = first_scenario(hand, SAMPLED)
        answer = hand.post(f"{address(SAMPLED)}/resolve", value=value, scenario=scenario)
        said[language] = answer.json()["sentence"].split(" ")[0]
    Hand(app, "ada")
    assert said == {"en": "Would", "pl": "Zatwierdza:", "sk": "Schvaľuje:"}


HOSTILE: dict[str, Any] = {
    "nothing": {},
    "steps are nothing": {"steps": None},
    "steps are a text": {"steps": "<script>alert(1)</script>"},
    "a step is nothing": {"steps": [None]},
    "parallel is nothing": {"steps": [{"parallel": None}]},
    "approvers are numbers": {"steps": [{"id": "a", "approvers": [1, None]}]},
    "both": {"steps": [{"id": "a", "approvers": "x"}], "matrix": "y"},
    "a map as matrix": {"matrix": {"a": 1}},
    "another id": {"id": "other", "steps": []},
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_what_is_half_written_is_refused_in_words(ada: Hand, name: str) -> None:
    value = dumps({"kind": "approval", "id": SAMPLED, "title": "T", **HOSTILE[name]}).decode()
    answer = ada.post(f"{address(SAMPLED)}/resolve", value=value, data="{}")
    assert answer.status_code == 422, answer.text
    found = answer.json()
    assert found["code"] == "trying.broken"
    assert found["details"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"value": "{", "data": "{}"}, 422),
        ({"value": "[]", "data": "{}"}, 422),
        ({"value": "{}", "data": "[1]"}, 422),
        ({"value": "{}", "data": "{"}, 422),
        ({"order": "Q-9999-99999"}, 404),
        ({"order": "~99999999"}, 404),
        ({"order": "../../etc"}, 404),
        ({"scenario": "no-such"}, 422),
    ],
)
def test_samples_that_are_none(
    app: Application, ada: Hand, fields: dict[str, str], status: int
) -> None:
    value = dumps(draft(app, SAMPLED).value).decode()
    answer = ada.post(f"{address(SAMPLED)}/resolve", **{"value": value, **fields})
    assert answer.status_code == status, answer.text


def test_who_may_not_read_definitions_finds_nobody(app: Application) -> None:
    mallory = Hand(app, "mallory")
    value = dumps(draft(app, SAMPLED).value).decode()
    assert mallory.get(address(SAMPLED)).status_code == 403
    assert mallory.get(f"{address(SAMPLED)}/samples").status_code == 403
    assert mallory.get(f"{address(SAMPLED)}/matrix?decision=discount-matrix").status_code == 403
    answer = mallory.post(f"{address(SAMPLED)}/resolve", value=value, data="{}")
    assert answer.status_code == 403
    assert mallory.client.post(f"{address(SAMPLED)}/resolve", data={}).status_code == 403


def test_an_approval_that_is_not_there(ada: Hand) -> None:
    for part in ("samples", "matrix?decision=discount-matrix"):
        assert ada.get(f"{address('no-such')}/{part}").status_code == 404
    assert ada.post(f"{address('no-such')}/resolve", value="{}", data="{}").status_code == 404
