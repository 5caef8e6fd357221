"""The auditor's desk: for whom it is, what it finds, what is kept and recorded of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import urlencode

import pytest
from parts.editing import Hand
from parts.site import Site, open_site

from orderloom.platform.app.briefly import SECONDS
from orderloom.platform.engine.commands import CastVerdict, Create

HOSTILE = '<img src=x onerror="alert(1)">'
SENTENCE = re.compile(r'<span class="ol-long">(.*?)</span>')
STATUS = re.compile(r'role="status"><span class="fw">(.*?)</span> <span[^>]*>(.*?)</span>')
LINES = [{"item": "Circulation pump P-220", "qty": 4, "price": 1250}]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small order that nobody is asked about, and two that Bob decides."""
    home: Path = tmp_path_factory.mktemp("desk")
    with open_site(home) as made:
        for customer, verdict, comment in (
            ("Tatra Pumps", "approve", "as agreed"),
            (HOSTILE, "reject", HOSTILE),
        ):
            reply = made.order(customer=customer)
            task = int(next(iter(reply.state.tasks)))
            made.send("bob", CastVerdict(task, verdict, comment), order=reply.order)
        made.send(
            "alice", Create("pump-order", {"customer": "Odra", "currency": "EUR"}, draft=True)
        )
        made.app.audit_desk.index.catch_up()
        yield made


def erin(site: Site, language: str = "en") -> Hand:
    return Hand(site.app, "erin", language, password=site.password)


def ask(hand: Hand, **words: str) -> Any:
    return hand.get(f"/audit?{urlencode(words)}")


def told(page: Any) -> list[str]:
    """The sentences that were found."""
    return [html.unescape(each) for each in SENTENCE.findall(page.text)]


def status(page: Any) -> str:
    found = STATUS.search(page.text)
    assert found is not None
    return html.unescape(" ".join(found.groups()))


@pytest.mark.parametrize(
    ("who", "code"), [("erin", 200), ("ada", 200), ("alice", 403), ("bob", 403), ("mallory", 403)]
)
def test_the_desk_is_for_auditors(site: Site, who: str, code: int) -> None:
    hand = Hand(site.app, who, password=site.password)
    for path in ("/audit", "/audit?what=verdict", "/audit/entries.csv"):
        assert hand.get(path).status_code == code
    assert hand.post("/audit/questions", name="mine", back="what=verdict").status_code in (
        303 if code == 200 else code,
        422,
    )
    assert ('href="/audit"' in hand.get("/orders").text) == (code == 200)


def test_verdicts_of_a_person_are_told_as_sentences(site: Site) -> None:
    page = ask(erin(site), what="verdict", who="Bob")
    assert status(page) == "2 entries: verdicts by Bob."
    newest, oldest = told(page)
    assert "Bob" in newest
    assert "rejected" in newest
    assert "as agreed" in oldest
    assert re.search(r'href="/orders/[^"]+/audit\?cursor=\w+#e\d+"', page.text)


def test_names_are_read_once_for_a_page(site: Site) -> None:
    """However many orders and people are on it."""
    hand, asked = erin(site), list[str]()
    sleep(SECONDS)
    reader = site.app.store.database.reader
    reader.watcher = lambda sql, values: asked.append(sql)
    try:
        page = hand.get("/audit")
    finally:
        reader.watcher = None
    assert {"Bob", "Alice"} <= set(re.findall("Bob|Alice", page.text))
    by_id = [
        sql for sql in asked if sql.startswith("SELECT id, name FROM app_user") and "IN" in sql
    ]
    assert len(by_id) == 1


def test_what_somebody_typed_stays_text(site: Site) -> None:
    page = ask(erin(site), who=HOSTILE, what="rejected", v1=f"in {'x'} eq {HOSTILE}")
    assert HOSTILE not in page.text
    assert HOSTILE not in ask(erin(site), what="rejected").text
    assert f": “{HOSTILE}”. " in told(ask(erin(site), what="rejected"))[0]


def test_a_verdict_is_found_by_the_values_behind_it(site: Site) -> None:
    hand = erin(site)
    page = ask(hand, what="approved", v1="data customer eq Tatra Pumps")
    assert status(page) == "1 entry: approvals given on orders with customer = Tatra Pumps."
    assert status(ask(hand, what="verdict", v1="data total gt 1000000")).startswith("0 entries")
    assert status(ask(hand, what="verdict", v1="data total gt 5")).startswith("2 entries")


def test_a_condition_is_added_and_taken_away(site: Site) -> None:
    hand = erin(site)
    words = {"n_place": "o_in", "n_name": "total", "n_op": "ge", "n_value": "15 %"}
    added = ask(hand, what="verdict", who="", **words)
    assert added.status_code == 303
    assert added.headers["location"] == "/audit?what=verdict&o_v1=in+total+ge+15+%25"
    page = hand.get(added.headers["location"])
    assert "Same order, value" in page.text
    assert 'href="/audit?what=verdict"' in page.text


@pytest.mark.parametrize(
    "words",
    [
        {"what": "nonsense"},
        {"v1": "in total over 5"},
        {"since": "yesterday"},
        {"who": "x" * 500},
        {"strange": "1"},
    ],
)
def test_a_question_that_is_none_is_refused_beside_what_was_typed(
    site: Site, words: dict[str, str]
) -> None:
    page = ask(erin(site), **words)
    assert page.status_code in (400, 422)
    assert 'id="q-what"' in page.text
    if "since" in words:
        assert 'value="yesterday"' in page.text


def test_a_question_is_kept_and_forgotten(site: Site) -> None:
    hand = erin(site)
    made = hand.post("/audit/questions", name="Large verdicts", back="what=verdict&who=Bob")
    assert made.status_code == 303
    page = hand.get("/audit?what=verdict&who=Bob").text
    assert "Large verdicts" in page
    (id_,) = re.findall(r'action="/audit/questions/(v_\w+)"', page)
    assert "Large verdicts" not in Hand(site.app, "ada", password=site.password).get("/audit").text
    assert hand.post(f"/audit/questions/{id_}", action="forget").status_code == 303
    assert "Large verdicts" not in hand.get("/audit").text
    assert hand.post("/audit/questions", name="", back="what=verdict").status_code == 422
    assert hand.post("/audit/questions", name="x", back="what=nonsense").status_code in (400, 422)


def test_a_file_is_safe_to_open_and_recorded(site: Site) -> None:
    hand = erin(site)
    hand.get("/audit?what=rejected")
    hand.get("/audit?what=rejected")
    answer = hand.get("/audit/entries.csv?what=rejected")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert len(lines) == 2
    assert '""alert(1)""' in lines[1]
    site.app.audit_desk.index.catch_up()
    page = ask(hand, what="audit.exported")
    assert told(page)[0].startswith("Erin took 1 entry of the audit away as a file: “rejections”")
    searched = told(ask(hand, what="audit.searched", who="Erin"))
    assert len([each for each in searched if each.endswith("1 entry: “rejections”")]) == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("pl", "1 wpis: zatwierdzenia, kto: Bob, w tym samym zamówieniu: nowe zamówienia."),
        ("sk", "1 záznam: schválenia, kto: Bob, v tej istej objednávke: nové objednávky."),
    ],
)
def test_the_question_is_a_sentence_in_each_language(site: Site, language: str, said: str) -> None:
    page = ask(erin(site, language), what="approved", who="Bob", o_what="created")
    assert status(page) == said


def test_pages_follow_each_other(site: Site) -> None:
    hand = erin(site)
    first = hand.get("/audit").text
    seen = told(hand.get("/audit"))
    while further := re.search(r'href="(/audit\?cursor=\w+)"', first):
        answer = hand.client.get(further[1], headers={"HX-Request": "true"})
        first = answer.text
        assert "<h1>" not in first
        seen += told(answer)
    everything = site.app.store.audit.count()
    site.app.audit_desk.index.catch_up()
    assert everything - 10 <= len(seen) <= everything


def test_refusals_without_an_order_are_found(site: Site) -> None:
    mallory = Hand(site.app, "mallory", password=site.password)
    assert mallory.get("/audit").status_code == 403
    site.app.audit_desk.index.catch_up()
    page = ask(erin(site), what="refusal", channel="web")
    assert "was refused" in told(page)[0]
    assert "No order" in page.text


def test_the_head_says_how_the_log_stands(site: Site) -> None:
    hand = erin(site)
    assert "Search has everything" in hand.get("/audit").text
    assert "No checkpoint yet" in hand.get("/audit").text
