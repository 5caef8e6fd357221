"""The seal on the auditor's desk: what it says, to whom, and when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from parts.behind_the_back import without_triggers
from parts.editing import Hand
from parts.site import Site, open_site

from orderloom.platform.app.audit_standing import SILENT
from orderloom.platform.app.auditing import export_lines
from orderloom.platform.codec import loads
from orderloom.platform.store.seal_rows import WatchRow


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("seal")) as made:
        made.order()
        yield made


def page(site: Site, login: str = "erin", language: str = "en") -> str:
    return str(Hand(site.app, login, language, password=site.password).get("/audit/seal").text)


def test_what_waits_and_what_is_sealed(site: Site) -> None:
    before = page(site)
    assert "Nothing is sealed yet; " in before
    row = site.app.sealing.seal()
    assert row is not None
    after = page(site)
    assert row.note.split("\n")[2] in after
    assert site.app.store.seal.signers()[0].verifier in after
    assert "Nothing stands against it." in after
    assert "No anchor is set" in after
    assert 'href="/audit/seal" aria-current="page"' in after


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Nothing more is sealed.", "File: checkpoint 7")),
        ("pl", ("Nic więcej nie jest pieczętowane.", "Plik: punkt kontrolny 7")),
        ("sk", ("Nič ďalšie sa nepečatí.", "Súbor: kontrolný bod 7")),
    ],
)
def test_what_is_wrong_is_told(site: Site, language: str, said: tuple[str, ...]) -> None:
    store = site.app.store
    without_triggers(store, "UPDATE order_row SET chain_seq = chain_seq + 1")
    assert site.app.sealing.run_once() == 0
    store.seal.watched(WatchRow(name="file", no=7, at="2026-03-02T09:00:00.000000Z"))
    told = page(site, language=language)
    assert [each for each in (*said, ": head", 'role="alert"') if each not in told] == []


@pytest.mark.parametrize(("login", "status"), [("alice", 403), ("mallory", 403), ("erin", 200)])
def test_it_is_for_those_who_read_the_audit(site: Site, login: str, status: int) -> None:
    hand = Hand(site.app, login, "en", password=site.password)
    assert hand.get("/audit/seal").status_code == status


DESK = ("/audit", "/audit/people", "/audit/rules", "/audit/evidence", "/audit/map")


def test_every_page_of_the_desk_tells_of_a_sealer_that_stopped(site: Site) -> None:
    hand = Hand(site.app, "erin", "en", password=site.password)
    said = "Nothing more is sealed."
    assert [each for each in DESK if said in hand.get(each).text] == []
    without_triggers(site.app.store, "UPDATE order_row SET chain_seq = chain_seq + 1")
    assert site.app.sealing.run_once() == 0
    assert [each for each in DESK if said not in hand.get(each).text] == []
    assert hand.get("/audit/seal").text.count(said) == 1


def test_a_sealer_that_says_nothing_is_told_after_a_while(site: Site) -> None:
    standing, now = site.app.audit_standing, site.app.clock.now()
    assert site.app.sealing.seal() is not None
    assert standing.trouble(now + 2 * SILENT) == ""
    site.order()
    assert standing.trouble(now + SILENT / 2) == ""
    assert standing.trouble(now + SILENT) == "silent"


def test_a_page_that_is_refused_is_noted_with_who_asked(site: Site) -> None:
    hand = Hand(site.app, "alice", "en", password=site.password)
    assert hand.get("/audit/seal").status_code == 403
    # Also where the form is none of the session's pages.
    assert hand.client.post("/notices/read", data={"csrf": "x"}).status_code == 403
    bodies = [loads(loads(line)["b"]) for line in export_lines(site.app) if b'"b":' in line]
    refused = {(each["code"], each["act"]) for each in bodies if each["t"] == "refused"}
    alice = site.actors["alice"].id
    assert refused >= {("permission.missing", alice), ("csrf.missing", alice)}
