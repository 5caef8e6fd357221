"""Evidence on the auditor's desk: drawn, picked, taken with a reason, verified by a stranger."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.editing import Hand
from parts.site import Site, open_site

from orderloom.audit.verify import verify_file
from orderloom.platform.app.evidence_sample import rank_of

PICKED = re.compile(r'name="order" value="([^"]+)"[^>]*?( checked)?>')
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("evidence")) as made:
        for n in range(4):
            made.order(customer=f"Tatra {n}")
        made.app.sealing.seal()
        yield made


def hand(site: Site, login: str = "erin", language: str = "en") -> Hand:
    return Hand(site.app, login, language, password=site.password)


def test_a_sample_is_drawn_and_all_of_it_picked(site: Site) -> None:
    page = hand(site).get("/audit/evidence?seed=14&size=2&by=process")
    found = PICKED.findall(page.text)
    numbers = [stream.name for stream in site.app.store.audit.streams() if "-" in stream.name]
    orders = [each for each in numbers if not each.startswith("~") and each[-1].isdigit()]
    expected = sorted(orders, key=lambda number: rank_of("14", number))[:2]
    assert [number for number, _ in found] == expected
    assert all(checked for _, checked in found)
    assert "2 orders drawn from 4." in page.text


@pytest.mark.parametrize("personal", ["", "included"])
def test_the_pack_is_a_file_that_verifies(site: Site, tmp_path: Path, personal: str) -> None:
    erin = hand(site)
    numbers = [number for number, _ in PICKED.findall(erin.get("/audit/evidence?seed=1").text)]
    answer = erin.post(
        "/audit/evidence",
        order=numbers[0],
        orders=f" {numbers[1]}, {numbers[2]} ",
        reason="Yearly audit",
        personal=personal,
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    path = tmp_path / "p.zip"
    path.write_bytes(answer.content)
    report = verify_file(path)
    assert (report.ok, report.streams, report.facts["unsealed"]) == (True, 3, 0)


def test_what_is_missing_is_said_and_what_was_typed_stays(site: Site) -> None:
    erin = hand(site, language="pl")
    page = erin.post(
        "/audit/evidence", orders=HOSTILE, reason=" ", back="seed=14&size=2", personal="included"
    )
    assert page.status_code == 422
    assert "Podaj, po co zabierasz dowody" in page.text
    assert HOSTILE not in page.text
    assert html.escape(HOSTILE, quote=False)[2:] in page.text.replace("&#34;", '"')
    assert not any(checked for _, checked in PICKED.findall(page.text))
    for asked in ("seed=1&size=0", "seed=1&size=x", "seed=1&by=mood", f"seed={'9' * 201}"):
        assert erin.get(f"/audit/evidence?{asked}").status_code == 422
    assert erin.get("/audit/evidence?seed=1&outcome=none").status_code == 200


def test_other_pages_of_the_desk_lead_here_with_their_orders(site: Site) -> None:
    erin = hand(site)
    page = erin.get("/orders/PO-2026-000002/audit").text
    assert 'href="/audit/evidence?orders=PO-2026-000002"' in page
    assert 'value="PO-2026-000002"' in erin.get("/audit/evidence?orders=PO-2026-000002").text
    assert (
        "/audit/evidence?orders" not in hand(site, "alice").get("/orders/PO-2026-000002/audit").text
    )


@pytest.mark.parametrize("login", ["alice", "bob", "dave", "mallory"])
def test_nobody_else_sees_it(site: Site, login: str) -> None:
    person = hand(site, login)
    assert person.get("/audit/evidence").status_code == 403
    assert person.post("/audit/evidence", orders="SO-1", reason="x").status_code == 403
