"""What is kept of a person, and who has read it: on every database the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from parts.personal_bundle import CANARY, NOW, OTHER, PERSON, actor, claim, open_people, state_of
from parts.store_rows import settled

from orderloom.audit.entry import decode
from orderloom.platform.app.application import Application
from orderloom.platform.app.erasure_foresight import Foreseen
from orderloom.platform.app.erasures import Report
from orderloom.platform.app.person_reports import PersonReport
from orderloom.platform.app.person_text import as_csv, as_json
from orderloom.platform.app.reading_lists import ReadingQuery
from orderloom.platform.bootstrap import worker_of
from orderloom.platform.codec import loads
from orderloom.platform.problem import Rejection
from orderloom.platform.words import Words


@pytest.fixture
def app(url: str, tmp_path: Path) -> Iterator[Application]:
    with open_people(tmp_path, url) as opened:
        yield opened


def report(app: Application, person: str, *, taken: str = "") -> PersonReport:
    found = app.person_reports.of(actor(app, "ada"), person, taken=taken, channel="cli")
    assert isinstance(found, PersonReport), found
    return found


def told(app: Application) -> list[dict[str, Any]]:
    entries = [
        decode(entry.body) for stream in app.store.audit.streams() for entry in stream.entries
    ]
    return [dict(each.facts) for each in entries if each.type.startswith("personal.")]


def read_by(app: Application, **asked: str) -> list[tuple[str, tuple[str, ...]]]:
    """Who read which orders, all pages of one entry each."""
    app.readings.flush()
    settled(app.store)
    app.audit_desk.index.catch_up()
    found, cursor = [], None
    for _ in range(50):
        page = app.reading_lists.of(actor(app, "ada"), ReadingQuery(**asked), cursor, 1)
        assert not isinstance(page, Rejection), page
        for each in page.items:
            assert each.entry.actor is not None
            found.append((each.entry.actor.name, each.orders))
        cursor = page.next
        if cursor is None:
            return found
    raise AssertionError("the pages do not end")


def test_the_report_is_what_an_erasure_takes(app: Application) -> None:
    order, other = claim(app), claim(app, end=False)
    worker_of(app).run_once()
    foreseen = app.foresight.of(actor(app, "ada"), person=PERSON)
    assert isinstance(foreseen, Foreseen)
    assert [(each.place.order, each.count, each.stays) for each in foreseen.now if each.about] == [
        (order, 17, 1),
        (0, 2, 0),
    ]
    assert [each.place.order for each in foreseen.later] == [other]
    goes = dict(foreseen.now[0].goes)
    assert (goes["Comment"], goes["Reason"]) == (2, 1)

    found = report(app, PERSON)
    assert [each.number for each in found.orders] == [
        state_of(app, each).number for each in (other, order)
    ]
    first = found.orders[1]
    by_field = {each.field: each for each in first.values}
    assert by_field["customer.name"].value == f"Zuzana {CANARY}"
    assert len(by_field["customer.name"].entries) > 2
    assert by_field["comment"].text
    assert sum(OTHER in each.shown for each in first.values) == 0, "theirs alone"
    assert {value.field for each in found.records for value in each.values} == {
        *("id", "name", "email", "town")
    }

    done = app.erasures.erase(actor(app, "ada"), person=PERSON, reason="asked", channel="web")
    assert isinstance(done, Report)
    assert {each.order: count for each, count in done.done}[order] == 17
    assert [each.number for each in report(app, PERSON).orders] == [state_of(app, other).number]


def test_the_files_hold_all_of_it(app: Application) -> None:
    claim(app)
    found = report(app, PERSON, taken="json")
    read = loads(as_json(found, Words("en")))
    (one,) = read["orders"]
    values = {each["field"]: each["value"] for each in one["values"]}
    assert values["customer.phone"] == f"+48 {CANARY}"
    assert read["records"][0]["data"]["town"] == "Brno"
    text = as_csv(found, Words("pl")).decode("utf-8-sig")
    assert f"'+48 {CANARY}" in text, "no cell is a formula"
    assert text.startswith("Miejsce,Proces,Pole,")


def test_making_it_is_an_entry_that_names_no_address(app: Application) -> None:
    order = claim(app)
    report(app, PERSON)
    report(app, PERSON, taken="csv")
    mail = f"{CANARY}@example.test"
    assert report(app, mail).orders
    assert not report(app, "nobody at all")
    found = told(app)
    assert [{k: v for k, v in each.items() if k != "at"} for each in found] == [
        {"person": PERSON},
        {"what": "csv", "person": PERSON},
        {"count": 1, "subjects": [order]},
    ]


def test_of_somebody_who_works_here(app: Application) -> None:
    claim(app)
    bob = actor(app, "bob")
    found = report(app, bob.id)
    assert found.account is not None
    assert found.account.login == "bob"
    assert [each.about for each in found.orders] == [False]
    assert [each.text for each in found.orders[0].values] == [True]
    assert len(found.answers) == 1
    assert "password" not in loads(as_json(found, Words("en")))["account"]


def test_who_may_not_is_refused(app: Application) -> None:
    for who in ("alice", "erin"):
        for refused in (
            app.person_reports.of(actor(app, who), PERSON, channel="web"),
            app.foresight.of(actor(app, who), person=PERSON),
            app.reading_lists.of(actor(app, who), ReadingQuery()),
        ):
            assert isinstance(refused, Rejection)
            assert refused.code == "permission.missing"


def test_who_read_whose_data(app: Application) -> None:
    order, other = claim(app), claim(app, end=False)
    number, second = (state_of(app, each).number for each in (order, other))
    bob, carol, erin = (actor(app, who) for who in ("bob", "carol", "erin"))
    app.views.order(bob, number)
    app.views.order(carol, second)
    app.views.orders(erin)
    report(app, PERSON)
    everything = [
        ("Ada", ()),
        ("Erin", (number, second)),
        ("Carol", (second,)),
        ("Bob", (number,)),
    ]
    # What is written together bears one instant; the report is written at once.
    assert sorted(read_by(app)) == sorted(everything)
    assert sorted(read_by(app, person=PERSON)) == sorted(everything)
    assert read_by(app, reader="bob") == [("Bob", (number,))]
    assert sorted(read_by(app, order=number)) == [("Bob", (number,)), ("Erin", (number, second))]
    assert read_by(app, order=number, reader=erin.id) == [("Erin", (number, second))]
    assert read_by(app, person="P-99") == []
    assert read_by(app, order="CL-99") == []
    day = (NOW + timedelta(days=1)).date().isoformat()
    assert read_by(app, since=day) == []
    assert len(read_by(app, until=day)) == 4
    refused = app.reading_lists.of(actor(app, "ada"), ReadingQuery(since="soon"))
    assert isinstance(refused, Rejection)
    assert refused.code == "audit.day"

    app.erasures.erase(actor(app, "ada"), person=PERSON, reason="asked", channel="web")
    assert sorted(read_by(app, person=PERSON)) == sorted(everything), "also when it is erased"
