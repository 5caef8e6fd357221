"""Conformance on the desk: who may, a log held against a process, what is wrong with a file."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parts.application import add_cast, small_application
from parts.editing import Hand
from parts.examples import folder
from parts.looking import tab, wrong_with
from parts.migrated import build
from parts.site import Site, open_site, serving
from playwright.sync_api import Browser

from orderloom.platform.app.application import Application
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.settings import Settings

PAGE = "/audit/conformance"
MAP = b"""\
start: New
data: {title: subject, total: amount}
activities: {Boss yes: approve:manager, Pay: task:pay, Noise: ignore}
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with small_application(tmp_path_factory.mktemp("conformance")) as opened:
        yield opened


def log(*cases: tuple[str, ...], amount: int = 50) -> bytes:
    made = [
        {
            "case": f"c{n}",
            "attrs": {"subject": "Desk", "amount": amount},
            "events": [
                {"activity": name, "time": f"2026-03-02T09:0{minute}:00Z", "resource": "Ann"}
                for minute, name in enumerate(names)
            ],
        }
        for n, names in enumerate(cases, start=1)
    ]
    return json.dumps(made).encode()


def held(hand: Hand, content: bytes, *, mapping: bytes = MAP, process: str = "request") -> Any:
    files = {"log": ("log.json", content), "map": ("map.yaml", mapping)}
    fields = {"csrf": hand.csrf, "process": process}
    return hand.client.post(PAGE, data=fields, files=files)


def test_it_is_for_those_who_read_the_audit(app: Application) -> None:
    for who, status in (("erin", 200), ("ada", 200), ("alice", 403), ("mallory", 403)):
        hand = Hand(app, who)
        assert hand.get(PAGE).status_code == status
        assert held(hand, log(("New", "Pay"))).status_code == status


def test_what_was_not_accepted_and_in_which_cases(app: Application) -> None:
    erin = Hand(app, "erin")
    content = log(("New", "Pay"), ("New", "Noise", "Dance", "Pay"), ("New", "Dance"), ("New",))
    answer = held(erin, content)
    page = html.unescape(answer.text)
    assert answer.status_code == 200
    assert "6 of 8 events accepted" in page
    assert "2 of 4 cases fit whole" in page
    assert page.count("Nothing in the process is called “Dance”.") == 3
    assert '<a href="#case-2">c2</a>, <a href="#case-3">c3</a>' in page
    case = page.partition('id="case-2"')[2].partition("</details>")[0]
    assert case.count("<tr>") == 4
    assert "Noise" not in case
    assert 'id="case-1"' not in page
    for language, said in (("pl", "Czego nie przyjęto"), ("sk", "Čo nebolo prijaté")):
        assert said in html.unescape(held(Hand(app, "erin", language), content).text)
    Hand(app, "erin", "en")


def test_a_version_is_chosen(app: Application) -> None:
    erin = Hand(app, "erin")
    assert 'value="request@1"' in erin.get(PAGE).text
    answer = held(erin, log(("New", "Pay")), process="request@1")
    assert answer.status_code == 200
    assert "2 of 2 events accepted" in answer.text
    assert held(erin, log(("New", "Pay")), process="request@77").status_code != 200
    assert held(erin, log(("New", "Pay")), process="nothing").status_code != 200


@pytest.mark.parametrize(
    ("content", "mapping", "said"),
    [
        (b"", MAP, "Choose the file"),
        (b"{}", MAP, "does not hold such cases"),
        (b"[1", MAP, "does not hold such cases"),
        (b"<log><trace>", MAP, "does not hold such cases"),
        (b'[{"case": "1", "events": []}, {"case": "2"}]', MAP, "Case 2 of the log"),
        (
            b'[{"case": "1", "events": [{"activity": "x", "time": "soon"}]}]',
            MAP,
            "Case 1 of the log",
        ),
        (log(("New",)), b"- a", "The mapping cannot be used"),
        (log(("New",)), b"data: [a]", "The mapping cannot be used"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    app: Application, content: bytes, mapping: bytes, said: str
) -> None:
    answer = held(Hand(app, "erin"), content, mapping=mapping)
    assert answer.status_code in (400, 422)
    assert said in html.unescape(answer.text)


def test_a_log_that_is_too_long_is_refused(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderloom.platform.app.foreign_log.MOST_EVENTS", 3)
    answer = held(Hand(app, "erin"), log(("New", "Pay"), ("New", "Pay")))
    assert answer.status_code == 422
    assert "more than 3 events" in answer.text


def test_the_permit_cases(shared_data: Path, tmp_path: Path) -> None:
    app = build(Settings(home=tmp_path / "home", database_url="memory:"))
    try:
        add_cast(app)
        bundle = folder("permit-receipt")
        options = PublishOptions(tests=False, second_person=False)
        assert isinstance(app.publish.publish(open_bundle(bundle), OPERATOR, options), Published)
        content = (shared_data / "process_logs" / "receipt.json").read_bytes()
        mapping = (bundle / "data" / "receipt.yaml").read_bytes()
        page = held(Hand(app, "erin"), content, mapping=mapping, process="permit").text
    finally:
        app.close()
    assert "8,542 of 8,577 events accepted" in page
    assert "1,419 of 1,434 cases fit whole" in page
    assert page.count("<details id=") == 15


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("conforming")) as opened, serving(opened) as served:
        served.order()
        yield served


@pytest.mark.parametrize(("window", "language"), [("wide", "en"), ("phone", "sk")])
def test_how_it_looks(
    browser: Browser, site: Site, tmp_path: Path, window: str, language: str
) -> None:
    file = tmp_path / "log.json"
    file.write_bytes(log(("New", "Dance"), ("New", "Dance with somebody else and go home", "Pay")))
    with tab(browser, site, "erin", language, window=window) as page:
        page.goto(site.url + PAGE)
        assert wrong_with(page, "conformance") == []
        page.locator("#log").set_input_files(file)
        page.locator("main form button").click()
        page.locator("#case-1 summary").click()
        assert wrong_with(page, "conformance-held") == []
