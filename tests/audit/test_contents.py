"""What an entry says, and what it must not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application
from parts.calling import Site, calling_site
from parts.examples import NOW

from orderloom.audit.verify import verify_lines
from orderloom.platform.app.application import Application
from orderloom.platform.app.auditing import export_lines
from orderloom.platform.app.substitutions import Wanted
from orderloom.platform.codec import loads
from orderloom.platform.engine import commands as c
from orderloom.platform.engine.commands import Command
from orderloom.platform.problem import Rejection
from orderloom.platform.store.read_rows import EntryRow

CANARY = "canary-4711@x.example"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with small_application(tmp_path_factory.mktemp("app"), database="memory:", clock=NOW) as app:
        yield app


def _sent(app: Application, login: str, body: c.Body, order: int = 0, **more: Any) -> Any:
    actor = app.accounts.by_login(login)
    assert actor is not None
    return app.handle(Command(body=body, actor=actor, order=order, **more))


def _entries(app: Application, order: int) -> list[EntryRow]:
    return list(reversed(app.store.reads.entries(1, order, before=None, limit=200)))


def test_an_entry_says_who_for_whom_through_what_and_when(app: Application) -> None:
    order = _sent(app, "alice", c.Create("request", {"title": "Desk", "total": 250})).order
    bob, dave = app.accounts.by_login("bob"), app.accounts.by_login("dave")
    assert bob is not None
    assert dave is not None
    days = Wanted("bob", "dave", str(NOW.date()), str(NOW.date()))
    assert not isinstance(app.substitutions.set(bob, days, channel="web"), Rejection)
    _sent(app, "dave", c.CastVerdict(3, "approve", "fine"), order, channel="web")
    (entry,) = [each for each in _entries(app, order) if each.type == "approval.verdict"]
    assert (entry.actor, entry.on_behalf_of, entry.channel) == (dave.id, bob.id, "web")
    assert entry.at == NOW
    assert entry.facts["comment"] == "fine"
    assert b"fine" not in entry.body


def test_a_decision_names_its_version_and_digest(app: Application) -> None:
    order = _sent(app, "alice", c.Create("request", {"title": "Desk", "total": 250})).order
    (entry,) = [each for each in _entries(app, order) if each.type == "decided"]
    version = app.registry.latest("decision", "tier", 1)
    assert version is not None
    assert (entry.facts["def"], entry.facts["digest"]) == ("tier@1", version.digest)
    assert (entry.facts["in"], entry.facts["rows"]) == ({"total": 250}, ["rest"])


def test_what_was_asked_and_answered_stands_in_the_first_entry(app: Application) -> None:
    order = _sent(app, "alice", c.Create("request", {"title": "Desk", "total": 250})).order
    first, *others = [loads(each.body) for each in _entries(app, order)]
    kinds = {kind for _, kind, _, _ in first["ans"]}
    assert "NextNumber" in kinds
    assert [each for each in others if "ans" in each] == []


def test_a_refusal_of_an_order_is_its_entry_and_moves_no_revision(app: Application) -> None:
    made = _sent(app, "alice", c.Create("request", {"title": "Desk", "total": 250}))
    refused = _sent(app, "alice", c.CastVerdict(3, "approve"), made.order)
    assert isinstance(refused, Rejection)
    last = _entries(app, made.order)[-1]
    assert (last.type, last.facts["code"]) == ("refused", refused.code)
    stored = app.store.reads.orders_by_id(1, [made.order])[made.order]
    assert stored.revision == made.revision


def test_what_mallory_may_not_see_is_for_the_security_stream(app: Application) -> None:
    made = _sent(app, "alice", c.Create("request", {"title": "Desk", "total": 250}))
    before = _entries(app, made.order)
    assert _sent(app, "mallory", c.SendEvent("paid"), made.order).code == "order.not_found"
    assert _entries(app, made.order) == before
    bodies = [loads(loads(line)["b"]) for line in export_lines(app) if b'"b":' in line]
    (noted,) = [each for each in bodies if each.get("subj") == made.order]
    assert (noted["t"], noted["code"]) == ("refused", "order.not_found")


def test_of_many_refusals_five_a_minute_are_written(app: Application) -> None:
    order = _sent(app, "alice", c.Create("request", {"title": "Desk", "total": 250})).order
    for _ in range(12):
        _sent(app, "alice", c.CastVerdict(3, "approve"), order)
    assert len([each for each in _entries(app, order) if each.type == "refused"]) == 5


def test_personal_values_and_free_text_are_nowhere_but_beside_the_entry(tmp_path: Path) -> None:
    with calling_site(tmp_path, "memory:") as site:
        order = site.start(contact=CANARY)
        site.send(c.EditData({"contact": f"{CANARY}!"}), order)
        for body in (
            c.EditData({"contact": CANARY * 9}),
            c.EditData({CANARY: 1}),
            c.SendEvent("leave", reason=CANARY),
            c.SendEvent(CANARY),
            c.SendEvent("leave", {CANARY: CANARY}),
        ):
            _tried(site, body, order)
        with_values = b"".join(export_lines(site.app))
        without = list(export_lines(site.app, personal=False))
    assert CANARY.encode() in with_values
    assert [line for line in without if CANARY.encode() in line] == []
    assert verify_lines(without).ok


def _tried(site: Site, body: c.Body, order: int) -> None:
    actor = site.app.accounts.by_login("alice")
    assert actor is not None
    site.app.handle(Command(body=body, actor=replace(actor), order=order))
