"""The pages of personal data: who may use them, what they show before anything is erased, after."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.api_client import Api
from parts.application import PASSWORD
from parts.editing import Hand
from parts.personal_bundle import CANARY, OTHER, PERSON, actor, claim, open_people, state_of

from orderloom.platform.app.application import Application
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.codec import loads

PAGES = (
    "/audit/privacy",
    f"/audit/privacy/person?person={PERSON}",
    f"/audit/privacy/person.json?person={PERSON}",
    f"/audit/privacy/erase?person={PERSON}",
    "/audit/privacy/readings",
    "/audit/privacy/retention",
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Application]:
    with open_people(tmp_path, "memory:") as opened:
        yield opened


def seen(text: str) -> str:
    """What the page has foreseen, as its form sends it back."""
    found = re.search(r'name="seen" value="([0-9a-f]+)"', text)
    assert found is not None
    return found[1]


def test_only_who_may_erase_gets_in(app: Application) -> None:
    claim(app)
    for login in ("erin", "alice", "mallory"):
        hand = Hand(app, login, password=PASSWORD)
        for page in PAGES:
            assert hand.get(page).status_code == 403
        assert hand.post("/audit/privacy/erase", person=PERSON, reason="x").status_code == 403
    with Api(app) as api:
        assert api.call("erin", "GET", "/audit/readings").status == 403


def test_a_person_is_looked_for_and_erased(app: Application) -> None:
    order = claim(app)
    worker_of(app).run_once()
    ada = Hand(app, "ada", password=PASSWORD)
    found = ada.get(f"/audit/privacy?person={PERSON}")
    assert found.status_code == 200
    assert "12 values" in found.text
    assert CANARY not in found.text

    page = f"/audit/privacy/erase?person={PERSON}"
    confirm = ada.get(page)
    assert "Comment (2)" in html.unescape(confirm.text)
    assert "1 value of others stays" in confirm.text
    assert CANARY not in confirm.text
    mark = seen(confirm.text)
    refused = ada.post("/audit/privacy/erase", person=PERSON, reason="", seen=mark)
    assert refused.status_code == 422
    assert "Say why" in refused.text
    # Somebody orders meanwhile: what was shown is not what would go.
    claim(app, end=False)
    changed = ada.post("/audit/privacy/erase", person=PERSON, reason="asked", seen=mark)
    assert changed.status_code == 409
    assert "has changed meanwhile" in changed.text
    assert "What goes when the order has ended" in changed.text
    assert "asked" in changed.text
    assert state_of(app, order).data["customer"]["name"] == f"Zuzana {CANARY}"

    ada.post("/audit/privacy/erase", person=PERSON, reason="asked", seen=seen(changed.text))
    assert "$p" in state_of(app, order).data["customer"]["name"]
    for language, said in (("en", "17 values erased"), ("pl", "17 wartości"), ("sk", "17 hodnôt")):
        app.accounts.set_language(actor(app, "ada"), language)
        assert said in html.unescape(ada.get("/audit/privacy").text)


def test_an_order_is_erased_by_its_number(app: Application) -> None:
    order = claim(app)
    worker_of(app).run_once()
    ada, number = Hand(app, "ada", password=PASSWORD), state_of(app, order).number
    unknown = ada.get("/audit/privacy/erase?order=CL-9")
    assert unknown.status_code == 404
    assert "CL-9" in unknown.text
    confirm = ada.get(f"/audit/privacy/erase?order={number}")
    assert number in confirm.text
    done = ada.post("/audit/privacy/erase", order=number, reason="closed", seen=seen(confirm.text))
    assert done.status_code in (200, 303)
    people = state_of(app, order).data["people"]
    assert all("$p" in each["name"] for each in people), f"{OTHER} too"
    again = ada.get(f"/audit/privacy/erase?order={number}")
    assert "Nothing goes at once" in again.text or "0 values" in again.text


def test_the_report_of_a_person(app: Application) -> None:
    claim(app)
    ada = Hand(app, "ada", password=PASSWORD)
    for language, said in (("en", "entries 1"), ("pl", "wpisy 1"), ("sk", "záznamy 1")):
        app.accounts.set_language(actor(app, "ada"), language)
        page = html.unescape(ada.get(f"/audit/privacy/person?person={PERSON}").text)
        assert f"Zuzana {CANARY}" in page
        assert said in page
        assert OTHER not in page
    taken = ada.get(f"/audit/privacy/person.json?person={PERSON}")
    assert taken.headers["content-disposition"] == 'attachment; filename="person.json"'
    assert loads(taken.content)["person"] == PERSON
    assert ada.get(f"/audit/privacy/person.csv?person={PERSON}").headers["content-type"] == (
        "text/csv; charset=utf-8"
    )
    assert ada.get(f"/audit/privacy/person.exe?person={PERSON}").status_code == 404
    nobody = html.unescape(ada.get("/audit/privacy/person?person=P-99").text)
    assert "O tejto osobe neuchovávame nič" in nobody


def test_who_read_whose_data(app: Application) -> None:
    number = state_of(app, claim(app)).number
    Hand(app, "bob", password=PASSWORD).get(f"/orders/{number}")
    app.readings.flush()
    app.audit_desk.index.catch_up()
    ada = Hand(app, "ada", password=PASSWORD)
    for language, said in (
        ("en", f"Bob read personal data of {number}"),
        ("pl", f"Bob: odczyt danych osobowych zamówienia {number}"),
        ("sk", f"Bob: čítanie osobných údajov objednávky {number}"),
    ):
        app.accounts.set_language(actor(app, "ada"), language)
        page = html.unescape(ada.get(f"/audit/privacy/readings?order={number}&reader=bob").text)
        assert said in page
    assert "Bob" not in ada.get("/audit/privacy/readings?person=P-99").text
    wrong = ada.get("/audit/privacy/readings?since=soon")
    assert "soon" in wrong.text
    with Api(app) as api:
        answer = api.call("ada", "GET", f"/audit/readings?person={PERSON}&reader=bob")
        (one,) = answer.body["items"]
        assert (one["type"], one["orders"], one["count"]) == ("personal.read", [number], 1)
        assert one["reader"]["id"] == actor(app, "bob").id


def test_how_long_data_are_kept(app: Application) -> None:
    claim(app)
    worker_of(app).run_once()
    ada = Hand(app, "ada", password=PASSWORD)
    page = ada.get("/audit/privacy/retention").text
    assert "Claim" in page
    assert "2 years" in page
    assert "0 orders" in page
    assert "2028" in page, "when it falls due"
