"""Pages and the API that look back at an order: as of a moment, two moments compared."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from parts.editing import Hand
from parts.site import LINES, Site

from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import CastVerdict, EditData

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def order(site: Site) -> Reply:
    """Made, returned, changed in a line; the customer's name means harm."""
    reply = site.order(customer=HOSTILE, lines=[{**LINES[0], "qty": 30}])
    task = next(n for n, one in reply.state.tasks.items() if one["kind"] == "approval")
    site.send("bob", CastVerdict(int(task), "return", "Twelve, please."), reply.order)
    site.send("alice", EditData({"lines": [{**LINES[0], "qty": 12}]}), reply.order)
    return reply


def text_of(answer: Any) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def test_an_order_as_of_each_of_its_entries(site: Site, order: Reply) -> None:
    erin = Hand(site.app, "erin", password=site.password)
    base = f"/orders/{order.number}/as-of"
    opened = next(
        row
        for row in site.app.store.reads.entries_after(1, order.order, after=0, limit=50)
        if any(each.type == "approval.opened" for each in row.told)
    )
    then, now = erin.get(f"{base}?entry={opened.seq}"), erin.get(base)
    assert HOSTILE not in then.text
    assert HOSTILE in text_of(then)
    assert "37,500.00 EUR" in text_of(then)
    assert "15,000.00 EUR" in text_of(now)
    assert "open, with Sales manager" in text_of(then)
    assert "Correct the order" in text_of(now)
    assert f'href="{base}?entry={opened.seq + 1}"' in then.text
    assert f'href="{base}?entry={opened.seq - 1}"' in then.text
    for wrong, status in (("entry=99", 404), ("at=1999-01-01", 404), ("at=%3Cscript%3E", 422)):
        assert erin.get(f"{base}?{wrong}").status_code == status
    assert erin.get("/orders/PO-1/as-of").status_code == 404


def test_two_moments_compared(site: Site, order: Reply) -> None:
    told = {
        language: text_of(
            Hand(site.app, "erin", language, password=site.password).get(
                f"/orders/{order.number}/as-of?entry=1&b=999".replace(
                    "999", str(_last(site, order))
                )
            )
        )
        for language in ("en", "pl", "sk")
    }
    assert re.search(r"Lines, line 1: Quantity 30 12 Alice, entry \d+", told["en"])
    assert re.search(r"Total 37,500\.00 EUR 15,000\.00 EUR computed, entry \d+", told["en"])
    assert "Approve the order, step Sales manager – returned by Bob" in told["en"]
    assert re.search(r"Pozycje, wiersz 1: Ilość 30 12 Alice, wpis \d+", told["pl"])
    assert re.search(r"Položky, riadok 1: Množstvo 30 12 Alice, zápis \d+", told["sk"])


def test_the_order_of_the_moments_does_not_matter(site: Site, order: Reply) -> None:
    erin, last = site.actors["erin"], str(_last(site, order))
    forth = site.app.moments.compared(erin, order.number, "1", last)
    back = site.app.moments.compared(erin, order.number, last, "1")
    assert forth == back


def test_over_the_api(site: Site, order: Reply) -> None:
    token = site.app.accounts.create_token("erin")
    client = Hand(site.app, "erin", password=site.password).client
    headers = {"Authorization": f"Bearer {token}"}
    base = f"/api/v1/orders/{order.number}"
    then = client.get(f"{base}/as-of?entry=1", headers=headers).json()
    assert (then["entry"]["seq"], then["state"]) == (1, "open")
    values = {one["path"]: one["value"] for one in then["fields"]}
    assert (values["lines.0.qty"], values["total"]) == (30, 37500)
    found = client.get(f"{base}/differences?a=1", headers=headers).json()
    (line,) = [one for one in found["differences"] if one["key"] == "lines.0.qty"]
    assert (line["before"], line["after"], line["by"]) == ("30", "12", "Alice")
    entry = client.get(f"{base}/as-of?entry={line['entry']}", headers=headers).json()
    assert entry["entry"]["type"] == "data.changed"
    assert client.get(f"{base}/as-of?entry=1&at=2026-01-01", headers=headers).status_code == 422
    mallory = site.app.accounts.create_token("mallory")
    hidden = client.get(f"{base}/as-of", headers={"Authorization": f"Bearer {mallory}"})
    assert hidden.status_code == 404


def _last(site: Site, order: Reply) -> int:
    return len(site.app.store.reads.entries_after(1, order.order, after=0, limit=99))
