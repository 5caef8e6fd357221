"""The auditor's desk looks at people, at rules, and at what was administered."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from parts.editing import Hand
from parts.site import LINES, Site

from orderloom.platform.app.runner import Reply
from orderloom.platform.engine.commands import CastVerdict

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def order(site: Site) -> Reply:
    reply = site.order(lines=[{**LINES[0], "qty": 3}])
    task = next(n for n, one in reply.state.tasks.items() if one["kind"] == "approval")
    site.send("bob", CastVerdict(int(task), "approve", HOSTILE), reply.order)
    return reply


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("path", ["/audit/people", "/audit/rules", "/audit/changes"])
def test_only_for_auditors(site: Site, path: str) -> None:
    for who, status in (("alice", 403), ("mallory", 403)):
        assert Hand(site.app, who, password=site.password).get(path).status_code == status
    erin = Hand(site.app, "erin", password=site.password)
    assert erin.get(path).status_code == (303 if path.endswith("changes") else 200)


def test_what_somebody_decided(site: Site, order: Reply) -> None:
    bob, erin = site.actors["bob"], Hand(site.app, "erin", password=site.password)
    assert f'href="/audit/people/{bob.id}"' in erin.get("/audit/people?q=bo").text
    assert f'href="/audit/people/{bob.id}"' not in erin.get("/audit/people?q=carol").text
    page = erin.get(f"/audit/people/{bob.id}")
    assert HOSTILE not in page.text
    assert order.number in page.text
    assert "Bob approved" in text_of(page)
    assert f"/orders/{order.number}/as-of?entry=" in page.text
    for period, there in (
        ("since=2026-03-02&until=2026-03-02", True),
        ("until=2026-03-01", False),
        ("since=2026-03-03", False),
    ):
        found = erin.get(f"/audit/people/{bob.id}?{period}")
        assert (order.number in found.text) is there, period
    assert erin.get(f"/audit/people/{bob.id}?since=yesterday").status_code == 422
    assert erin.get("/audit/people/nobody").status_code == 404
    told = text_of(
        Hand(site.app, "erin", "pl", password=site.password).get(f"/audit/people/{bob.id}")
    )
    assert "Decyzje: Bob" in told


def test_for_whom_and_how_long_it_waited(site: Site, order: Reply) -> None:
    found = site.app.people_decisions.of(site.actors["erin"], site.actors["bob"].id, limit=10)
    assert not hasattr(found, "code"), found
    (line,) = [one for one in found.page.items if one.line.order == order.number]
    assert line.asked is not None
    assert line.waited is not None
    assert line.asked <= line.line.at
    assert line.outcome == ""


def test_a_rule_and_its_versions(site: Site, order: Reply) -> None:
    erin = Hand(site.app, "erin", password=site.password)
    assert 'href="/audit/rules/approval/pump-approval"' in erin.get("/audit/rules").text
    page = erin.get("/audit/rules/approval/pump-approval")
    told = text_of(page)
    assert "Version 1" in told
    assert "published by Ada" in told
    assert re.search(r"sales \d+ ", told)
    assert re.search(r"finance 0 ", told)
    assert erin.get("/audit/rules/decision/none").status_code == 404
    assert erin.get("/audit/rules/form/pump-order").status_code == 404


def test_administration_is_a_question_of_the_desk(site: Site) -> None:
    site.app.audit_desk.index.catch_up()
    erin = Hand(site.app, "erin", password=site.password)
    told = text_of(erin.get(erin.get("/audit/changes").headers["location"]))
    assert "Ada published the approval pump-approval, version 1" in told
    assert "added Dave with the roles" in told
