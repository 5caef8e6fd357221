"""New processes and bundles on the pages: by two people, to a real order; bundles as files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from parts.application import PASSWORD, small_application
from parts.catalogues import LANGUAGES
from parts.editing import WRITES, Hand

from orderloom.platform.app.accounts import SignedIn
from orderloom.platform.app.application import Application
from orderloom.platform.app.publish import KINDS
from orderloom.platform.app.start_templates import templates
from orderloom.platform.app.working_bundle import working_bundle
from orderloom.platform.codec import loads
from orderloom.platform.definitions import check, errors
from orderloom.platform.engine import Actor
from orderloom.platform.problem import Rejection

TEMPLATES = ["", *(each.id for each in templates())]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with small_application(tmp_path) as opened:
        opened.accounts.set_role("sales", title="Sales", permissions=WRITES)
        opened.accounts.set_role("manager", title="Manager", permissions=WRITES)
        opened.accounts.set_role("auditor", title="Auditor", permissions=["definition.read"])
        yield opened


def begun(hand: Hand, title: str = "Spring orders", template: str = "") -> str:
    """Begins a bundle; its first page."""
    roles = {"starts": "sales", "approves": "manager"}
    made = hand.post("/definitions/new", title=title, template=template, **roles)
    assert made.status_code == 303, made.text
    place = made.headers["location"]
    assert isinstance(place, str)
    return place


def test_from_nothing_to_an_order_by_two_people(app: Application) -> None:
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    page = begun(alice, "Objednávky ťažké & łatwe")
    assert page == "/definitions/process/objednavky-tazke-latwe/design?tour=1"
    assert alice.get(page).status_code == 200
    assert "objednavky-tazke-latwe" in bob.get("/definitions").text
    review = "/bundles/objednavky-tazke-latwe/publish"
    alone = alice.post(review, comment="mine")
    assert alone.status_code == 422
    assert bob.post(review, comment="ours").status_code == 303
    order = alice.post(
        "/orders/new/objednavky-tazke-latwe", subject="Desk", amount="12", action="start", key="k1"
    )
    assert order.status_code == 303, order.text
    assert order.headers["location"].startswith("/orders/OTL-20")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each or "empty")
def test_a_template_serves_twice(app: Application, template: str) -> None:
    """Ids and numbers are unique among all bundles; nothing is wrong with either."""
    alice = Hand(app, "alice")
    for title in ("Spring", "Summer"):
        begun(alice, title, template)
    drafts = app.store.definitions.drafts(1)
    processes = {each.id: loads(each.body) for each in drafts if each.kind == "process"}
    assert {"spring", "summer"} <= processes.keys()
    assert processes["summer"]["title"] == "Summer"
    numbers = [each["number"] for each in processes.values() if "parent" not in each["number"]]
    assert len(numbers) == len(set(numbers))
    for bundle in ("spring", "summer"):
        made = working_bundle(app.store.definitions, 1, bundle)
        assert errors(check(made)) == ()
        assert made.scenarios


# Those with numbers in what their scenarios expect, or a second process.
@pytest.mark.parametrize("template", ["requisition", "quote-to-order"])
def test_a_template_is_published_with_its_scenarios(app: Application, template: str) -> None:
    """The second of two, whose numbers begin otherwise."""
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    for title in ("Spring", "Summer"):
        begun(alice, title, template)
    done = bob.post("/bundles/summer/publish", comment="new")
    assert done.status_code == 303, done.text
    versions = app.store.definitions.versions(1)
    assert ("process", "summer", 1) in {(each.kind, each.id, each.number) for each in versions}


WRONG: dict[str, tuple[dict[str, str], int, str]] = {
    "without a title": ({"title": " "}, 422, "title"),
    "an id that is none": ({"bundle": "Spring Orders"}, 422, "small letters"),
    "an id that leads out": ({"bundle": "../x"}, 422, "small letters"),
    "an id that is taken": ({"bundle": "small"}, 409, "choose another"),
    "no such template": ({"template": "../../etc"}, 422, "template"),
    "no such role": ({"starts": "nobody"}, 422, "role"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_cannot_be_begun(app: Application, name: str) -> None:
    fields, status, said = WRONG[name]
    alice = Hand(app, "alice")
    given = {"title": "Spring", "starts": "sales", "approves": "manager", **fields}
    refused = alice.post("/definitions/new", **given)
    assert refused.status_code == status
    assert said in refused.text
    assert app.store.definitions.drafts(1) == []


@pytest.mark.parametrize("login", ["mallory", "erin"])
def test_who_may_not(app: Application, login: str) -> None:
    hand = Hand(app, login)
    assert hand.get("/definitions/new").status_code == 403
    assert hand.get("/definitions/import").status_code == 403
    given = {"title": "Spring", "starts": "sales", "approves": "manager"}
    assert hand.post("/definitions/new", **given).status_code == 403
    added = hand.post("/bundles/small/definitions", kind="form", title="More")
    assert added.status_code == 403
    assert hand.post("/definitions/import", action="accept", data="", digest="").status_code == 403
    assert app.store.definitions.drafts(1) == []
    assert hand.get("/bundles/small/zip").status_code == (403 if login == "mallory" else 200)
    assert hand.get("/bundles/small").status_code == (403 if login == "mallory" else 200)


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_is_added(app: Application, kind: str) -> None:
    alice = Hand(app, "alice")
    made = alice.post("/bundles/small/definitions", kind=kind, title="</script>Ťažká vec")
    assert made.status_code == 303, made.text
    assert made.headers["location"] == f"/definitions/{kind}/script-tazka-vec/design"
    assert "Nothing is wrong" in alice.get(made.headers["location"].replace("design", "edit")).text
    again = alice.post("/bundles/small/definitions", kind=kind, title="B", id="script-tazka-vec")
    assert again.status_code == 409
    for path in (made.headers["location"], "/bundles/small", "/definitions"):
        assert "</script>Ť" not in alice.get(path).text


def test_a_kind_or_bundle_that_is_none(app: Application) -> None:
    alice = Hand(app, "alice")
    assert alice.post("/bundles/small/definitions", kind="bundle", title="A").status_code == 404
    assert alice.post("/bundles/none/definitions", kind="form", title="A").status_code == 404
    assert alice.get("/bundles/none").status_code == 404


def test_a_bundle_goes_to_another_environment(app: Application, tmp_path: Path) -> None:
    alice = Hand(app, "alice")
    begun(alice)
    unpublished = alice.get("/bundles/spring-orders/zip")
    assert unpublished.status_code == 404
    packed = alice.get("/bundles/spring-orders/zip?drafts=true")
    assert packed.headers["content-type"] == "application/zip"
    assert 'filename="spring-orders-drafts.zip"' in packed.headers["content-disposition"]
    with small_application(tmp_path / "other") as other:
        other.accounts.set_role("sales", title="Sales", permissions=WRITES)
        other.accounts.set_role("manager", title="Manager", permissions=WRITES)
        hand, bob = Hand(other, "alice"), Hand(other, "bob")
        looked = brought(hand, packed.content)
        assert looked.status_code == 200
        assert "New here" in looked.text
        assert other.store.definitions.drafts(1) == []
        assert taken(hand, looked.text).status_code == 303
        assert len(other.store.definitions.drafts(1)) == 5
        assert hand.post("/bundles/spring-orders/publish").status_code == 422
        assert bob.post("/bundles/spring-orders/publish").status_code == 303
        assert len(other.store.definitions.scenarios(1, "spring-orders")) == 1
        # A second time nothing is left to bring.
        same = brought(hand, bob.get("/bundles/spring-orders/zip").content)
        assert 'value="accept"' not in same.text


def test_what_a_file_changes_is_told_before(app: Application) -> None:
    alice = Hand(app, "alice")
    files = unpacked(alice.get("/bundles/small/zip").content)
    name = next(each for each in files if "process" in each)
    files[name] = files[name].replace(
        "cancel: {to: cancelled}", "cancel: {if: total > 5, to: cancelled}"
    )
    looked = brought(alice, packed_of(files))
    assert "condition added: total &gt; 5" in looked.text
    # Another file than the one that was looked at is not taken.
    data = re.search(r'name="data" value="([^"]+)"', looked.text)
    assert data is not None
    other = alice.post("/definitions/import", action="accept", data=data[1], digest="0" * 64)
    assert other.status_code == 409
    assert app.store.definitions.drafts(1) == []
    assert taken(alice, looked.text).status_code == 303
    assert [each.kind for each in app.store.definitions.drafts(1)] == ["process"]


def test_a_bundle_alone_is_published_by_another_person(app: Application) -> None:
    """Its `bundle.yaml` and scenarios count when they are published, not when they are brought."""
    alice, bob = Hand(app, "alice"), Hand(app, "bob")
    files = unpacked(alice.get("/bundles/small/zip").content)
    files["bundle.yaml"] = files["bundle.yaml"].replace("Small", "Little")
    looked = brought(alice, packed_of(files))
    assert "What the bundle says of itself" in looked.text
    assert taken(alice, looked.text).status_code == 303
    assert app.store.definitions.bundle(1, "small") != {}
    assert "Small" in str(app.store.definitions.bundle(1, "small"))
    drafts = app.drafting.all(_actor(app))
    assert not isinstance(drafts, Rejection)
    assert [each.name for each in drafts] == ["bundle.small"]
    review = "/bundles/small/publish"
    assert "Little" in bob.get(review).text
    assert alice.post(review).status_code == 422
    assert bob.post(review).status_code == 303
    assert "Little" in str(app.store.definitions.bundle(1, "small"))
    assert app.store.definitions.drafts(1) == []


def test_what_was_begun_is_given_up(app: Application) -> None:
    alice, mallory = Hand(app, "alice"), Hand(app, "erin")
    begun(alice)
    assert mallory.post("/bundles/spring-orders/give-up").status_code == 403
    refused = alice.post("/bundles/small/give-up")
    assert refused.status_code == 422
    assert "is published" in refused.text
    assert alice.post("/bundles/none/give-up").status_code == 404
    done = alice.post("/bundles/spring-orders/give-up")
    assert done.headers["location"] == "/definitions?done=bundle_given_up"
    assert app.store.definitions.drafts(1) == []
    assert alice.get("/bundles/spring-orders").status_code == 404
    assert alice.get(begun(alice)).status_code == 200


def _actor(app: Application) -> Actor:
    session = app.accounts.sign_in("alice", PASSWORD, "127.0.0.1")
    assert isinstance(session, SignedIn)
    return session.actor


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(40):
            archive.writestr(f"big-{n}.yaml", b"#" * 1_900_000)
    return made.getvalue()


def packed_of(files: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


META = "bundle: spring\ntitle: Spring\n"
FORM = (
    "kind: form\nid: {id}\ntitle: F\n"
    "schema: {{type: object, properties: {{a: {{type: string}}}}}}\n"
)
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "cannot be"),
    "no zip": (lambda: b"PK\x03\x04" + b"x" * 90, "cannot be"),
    "a bomb": (bomb, "20000000"),
    "no bundle.yaml": (lambda: packed_of({"a.yaml": FORM.format(id="a")}), "bundle.yaml"),
    "an id that leads out": (
        lambda: packed_of({"bundle.yaml": 'bundle: "../x"\n', "a.yaml": FORM.format(id="a")}),
        "bundle",
    ),
    "a path that leads out": (
        lambda: packed_of({"bundle.yaml": META, "../a.yaml": FORM.format(id="a")}),
        "a.yaml",
    ),
    "no YAML": (lambda: packed_of({"bundle.yaml": META, "a.yaml": "a: [<b>x"}), "a.yaml"),
    "what another bundle has": (
        lambda: packed_of({"bundle.yaml": META, "a.yaml": FORM.format(id="request")}),
        "belongs to the bundle small",
    ),
}


@pytest.mark.parametrize("name", list(BAD))
def test_files_that_are_none(app: Application, name: str) -> None:
    make, said = BAD[name]
    refused = brought(Hand(app, "alice"), make())
    assert refused.status_code in (409, 413, 422)
    assert said in refused.text
    assert "<b>x" not in refused.text
    assert app.store.definitions.drafts(1) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language(app: Application, language: str) -> None:
    hand = Hand(app, "alice", language)
    said = {"en": "New process", "pl": "Nowy proces", "sk": "Nový proces"}[language]
    for path in ("/definitions", "/definitions/new"):
        assert said in hand.get(path).text


def brought(hand: Hand, content: bytes) -> Any:
    return hand.client.post(
        "/definitions/import",
        data={"csrf": hand.csrf},
        files={"file": ("bundle.zip", content, "application/zip")},
    )


def taken(hand: Hand, page: str) -> Any:
    fields = dict(re.findall(r'name="(data|digest)" value="([^"]+)"', page))
    return hand.post("/definitions/import", action="accept", **fields)
