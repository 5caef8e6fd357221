"""A draft of an approval asks whom the page of an order names, and tells who may not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from parts.application import small_application
from parts.examples import folder
from parts.migrated import build

from orderloom.platform.app.application import Application
from orderloom.platform.app.approval_trying import Tried
from orderloom.platform.app.approval_trying_sample import Sample, asked_somewhere
from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.demo import add_cast
from orderloom.platform.app.operator import OPERATOR
from orderloom.platform.app.passwords import Passwords
from orderloom.platform.app.publish import Published, PublishOptions
from orderloom.platform.app.substitutions import Wanted
from orderloom.platform.app.view_models import ApproverView
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.engine import Actor
from orderloom.platform.engine.commands import Command, Create
from orderloom.platform.problem import Rejection
from orderloom.platform.settings import Settings
from orderloom.platform.web.pages.approval_telling import Telling
from orderloom.platform.words import Words

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
# How many orders of an example are compared: each takes a third of a second.
MOST = 6
KNOWN = ("running", "ahead")


# ── the same as on the page of an order ──────────────────────────────────────────────────────


@pytest.fixture(scope="module", params=["b2b-order", "quote-to-order", "requisition"])
def example(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Application, str]]:
    app = build(Settings(home=tmp_path_factory.mktemp(request.param), clock=NOW, demo=True))
    app.accounts._passwords = Passwords(time_cost=1, memory_kib=8)
    add_cast(app)
    published(app, open_bundle(folder(request.param)))
    yield app, request.param
    app.close()


def published(app: Application, bundle: Any) -> None:
    options = PublishOptions(tests=False, second_person=False, checked=True)
    done = app.publish.publish(bundle, OPERATOR, options)
    assert isinstance(done, Published), done


def shown(view: ApproverView) -> tuple[Any, ...]:
    people = sorted(person.name for person in view.people)
    return (view.step, view.level, view.mode, view.number, view.key, people, view.reason.text)


def test_the_same_as_on_the_page_of_an_order(example: tuple[Application, str]) -> None:
    app, name = example
    admin = app.accounts.by_login("admin")
    assert admin is not None
    compared = 0
    for number in orders(app, name):
        page = app.views.approvers(admin, number)
        assert isinstance(page, tuple), page
        for id_ in dict.fromkeys(each.approval for each in page if each.state in KNOWN):
            draft = app.drafting.one(admin, "approval", id_)
            assert not isinstance(draft, Rejection)
            tried = app.approval_trying.tried(admin, draft.value or {}, Sample(order=number))
            assert isinstance(tried, Tried), tried
            there = [shown(each) for each in page if each.approval == id_ and each.state in KNOWN]
            assert [shown(each.view) for each in tried.steps] == there, (number, id_)
            compared += 1
    assert compared >= 3, "too little was compared"


def orders(app: Application, name: str) -> list[str]:
    """The first orders of an example's scenarios that the demo's people may make."""
    found: list[str] = []
    for scenario in open_bundle(folder(name)).scenarios:
        given = (scenario.value.get("given") or {}).get("order") or {}
        actor = app.accounts.by_login(str(given.get("by")))
        if actor is None or given.get("draft") or len(found) >= MOST:
            continue
        body = Create(scenario.value["process"], given.get("data") or {})
        reply = app.handle(Command(body=body, actor=actor, channel="web"))
        if not isinstance(reply, Rejection):
            found.append(reply.number or f"~{reply.order}")
    return found


# ── who may not, and what nobody could decide ────────────────────────────────────────────────


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    with small_application(tmp_path_factory.mktemp("small"), clock=NOW) as app:
        yield app


def actor(app: Application, login: str) -> Actor:
    found = app.accounts.by_login(login)
    assert found is not None
    return found


DATA = {"title": "Pump", "total": 500}
ASKED = Sample(data=DATA, by="alice")
STEP = {"id": "boss", "approvers": "manager"}
MONEY = {"id": "money", "approvers": "finance"}
THREE = ["manager", "finance", "sales"]
ALL_MAY: Mapping[str, Any] = {"separation": {"requester": False}}
Case = tuple[Mapping[str, Any], str, list[str]]
# name → (what the draft says, the sentence, the problems step by step)
CASES: dict[str, Case] = {
    "one": ({"steps": [STEP]}, "Would go to Bob.", [""]),
    "one after the other": ({"steps": [STEP, MONEY]}, "Would go to Bob, then to Carol.", ["", ""]),
    "beside each other": (
        {"steps": [{"parallel": [STEP, MONEY]}]},
        "Would go to Bob and at the same time to Carol.",
        ["", ""],
    ),
    "one of several": (
        {"steps": [{**STEP, "approvers": ["manager", "finance"]}]},
        "Would go to Bob or Carol.",
        [""],
    ),
    "all of several": (
        {"steps": [{**STEP, "approvers": ["manager", "finance"], "mode": "all"}]},
        "Would go to Bob and Carol.",
        [""],
    ),
    "some of several": (
        {"steps": [{**STEP, "approvers": THREE, "mode": {"quorum": 2}}], **ALL_MAY},
        "Would go to 2 of Bob, Carol and Alice.",
        [""],
    ),
    "by percent": (
        {"steps": [{**STEP, "approvers": THREE, "mode": {"percent": 34}}], **ALL_MAY},
        "Would go to 2 of Bob, Carol and Alice.",
        [""],
    ),
    "by weight": (
        {"steps": [{**STEP, "approvers": ["manager", "finance"], "mode": {"weight": 3}}]},
        "Would go to Bob and Carol, together with a weight of 3.",
        [""],
    ),
    "the requester's superior": (
        {"steps": [{**STEP, "approvers": {"manager_of": "order.requester"}}]},
        "Would go to Bob.",
        [""],
    ),
    "no step applies": (
        {"steps": [{**STEP, "if": "total > 1000"}]},
        "Nobody has to approve this: it counts as approved.",
        [],
    ),
    "nobody is there": (
        {"steps": [{**STEP, "approvers": {"users": '["zoe"]'}}]},
        "Would go to nobody (step boss).",
        ["nobody"],
    ),
    "only who orders": (
        {"steps": [{**STEP, "approvers": "sales"}]},
        "Would go to nobody (step boss).",
        ["separation"],
    ),
    "who orders may": (
        {"steps": [{**STEP, "approvers": "sales"}], **ALL_MAY},
        "Would go to Alice.",
        [""],
    ),
    "too few": ({"steps": [{**MONEY, "mode": {"quorum": 2}}]}, "Would go to Carol.", ["few"]),
    "needed for an earlier step": (
        {"steps": [STEP, {**STEP, "id": "again"}], "separation": {"earlier_steps": True}},
        "Would go to Bob, then to Bob.",
        ["", "earlier"],
    ),
    "twice without separation": (
        {"steps": [STEP, {**STEP, "id": "again"}]},
        "Would go to Bob, then to Bob.",
        ["", ""],
    ),
    "not known yet": (
        {"steps": [{**STEP, "if": "number(note) > 5"}]},
        "This cannot be told yet.",
        ["unknown"],
    ),
    "by what the process decides before": (
        {"steps": [{**STEP, "if": 'tier = "one"'}, {**MONEY, "if": 'tier = "none"'}]},
        "Would go to Bob.",
        [""],
    ),
}


def draft(**says: Any) -> dict[str, Any]:
    return {"kind": "approval", "id": "request", "title": "Request", **says}


@pytest.mark.parametrize("name", list(CASES))
def test_who_is_asked(small: Application, name: str) -> None:
    says, sentence, problems = CASES[name]
    tried = small.approval_trying.tried(actor(small, "ada"), draft(**says), ASKED)
    assert isinstance(tried, Tried), tried
    told = Telling(Words("en"), "Europe/Warsaw").answer(tried)
    assert told["sentence"] == sentence
    assert [each.problem for each in tried.steps] == problems
    assert len(told["warnings"]) == sum(1 for each in problems if each)


def test_why_others_are_not_asked(small: Application) -> None:
    says = draft(steps=[STEP, {**MONEY, "if": "total > 1000"}, {**MONEY, "id": "c", "if": "true"}])
    tried = small.approval_trying.tried(actor(small, "ada"), says, ASKED)
    assert isinstance(tried, Tried)
    assert [each.view.step for each in tried.steps] == ["boss", "c"]
    assert [(each.step, each.values) for each in tried.skipped] == [("money", "Total: 500")]


def test_by_when_and_who_else(small: Application) -> None:
    escalate = {"after": "P2D", "to": "finance"}
    says = draft(steps=[{**STEP, "due": "PT27H", "escalate": escalate, "if": "total > 100"}])
    tried = small.approval_trying.tried(actor(small, "ada"), says, ASKED)
    assert isinstance(tried, Tried)
    (told,) = Telling(Words("en"), "Europe/Warsaw").answer(tried)["steps"]
    assert told["due"] == "by 3 Mar 2026, 13:00 (1 day, 3 hours)"
    assert "Carol" in told["escalation"]
    assert told["because"] == "Total: 500 (total > 100)"


def test_who_stands_in_is_told_to_those_who_may_know(tmp_path: Path) -> None:
    with small_application(tmp_path, clock=NOW) as app:
        app.accounts.set_role("warehouse", title="Warehouse", permissions=["definition.read"])
        until = (NOW + timedelta(days=3)).date().isoformat()
        wanted = Wanted("bob", "carol", NOW.date().isoformat(), until)
        assert not isinstance(app.substitutions.set(OPERATOR, wanted, channel="web"), Rejection)
        wanted = Wanted("alice", "carol", NOW.date().isoformat(), until)
        assert not isinstance(app.substitutions.set(OPERATOR, wanted, channel="web"), Rejection)
        for login, deputy in (("ada", "Carol"), ("dave", "")):
            says = draft(steps=[STEP, MONEY])
            tried = app.approval_trying.tried(actor(app, login), says, ASKED)
            assert isinstance(tried, Tried), tried
            boss, money = (each.people[0] for each in tried.steps)
            assert (boss.name, boss.stands_in) == ("Bob", deputy)
            # Carol stands in for whoever orders, so she may not answer at all.
            assert (money.name, money.barred) == ("Carol", "delegate")


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("login", "says", "sample", "code"),
    [
        ("mallory", {"steps": [STEP]}, ASKED, "permission.missing"),
        ("ada", {"steps": None}, ASKED, "trying.broken"),
        ("ada", {"steps": []}, ASKED, "trying.broken"),
        ("ada", {"steps": [None, "x", {"parallel": 7}]}, ASKED, "trying.broken"),
        ("ada", {"steps": [{"id": "a"}]}, ASKED, "trying.broken"),
        ("ada", {"steps": [{**STEP, "if": "total >"}]}, ASKED, "trying.broken"),
        ("ada", {"steps": [{**STEP, "if": "no_such_field = 1"}]}, ASKED, "trying.broken"),
        ("ada", {"matrix": "no-such-decision"}, ASKED, "trying.broken"),
        ("ada", {"steps": [STEP]}, Sample(data=DATA, by="zoe"), "trying.nobody"),
        ("ada", {"steps": [STEP]}, Sample(scenario="none"), "trying.no_scenario"),
        ("ada", {"steps": [STEP]}, Sample(data=DATA, process="other"), "trying.other_process"),
        ("ada", {"steps": [STEP]}, Sample(order="RQ-999999"), "order.not_found"),
        ("ada", {"steps": [STEP]}, Sample(order="~999999"), "order.not_found"),
    ],
)
def test_refused(
    small: Application, login: str, says: Mapping[str, Any], sample: Sample, code: str
) -> None:
    answer = small.approval_trying.tried(actor(small, login), draft(**says), sample)
    assert isinstance(answer, Rejection), answer
    assert answer.code == code


def test_an_order_that_one_may_not_see_is_not_there(tmp_path: Path) -> None:
    with small_application(tmp_path, clock=NOW) as app:
        app.accounts.set_role("warehouse", title="Warehouse", permissions=["definition.read"])
        body = Create("request", DATA)
        command = Command(body=body, actor=actor(app, "alice"), channel="web")
        reply = app.handle(command)
        assert not isinstance(reply, Rejection)
        says = draft(steps=[STEP])
        found = {
            login: app.approval_trying.tried(
                actor(app, login), says, Sample(order=str(reply.number))
            )
            for login in ("ada", "dave")
        }
        assert isinstance(found["ada"], Tried)
        assert isinstance(found["dave"], Rejection)
        assert found["dave"].code == "order.not_found"


def test_a_new_approval_is_tried_before_any_process_asks_it(small: Application) -> None:
    value = {**draft(steps=[STEP, {**MONEY, "if": 'tier = "one"'}]), "id": "spare"}
    text = small.drafting.laid_out(value)
    ada = actor(small, "ada")
    saved = small.drafting.save(ada, "approval", "spare", text, tag=None, bundle="small")
    assert not isinstance(saved, Rejection), saved
    for id_, asked in (("spare", False), ("request", True)):
        found = small.approval_trying.choices(ada, id_)
        assert not isinstance(found, Rejection)
        assert (found.asked, [process for process, _ in found.processes]) == (asked, ["request"])
    tried = small.approval_trying.tried(ada, value, ASKED)
    assert isinstance(tried, Tried), tried
    told = Telling(Words("en"), "UTC").answer(tried)
    assert told["sentence"] == "Would go to Bob, then to Carol."
    assert small.drafting.discard(ada, "approval", "spare", tag=saved.tag) is None


OK = {"approval": "ok"}


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ({"a": None, "b": {"type": "final"}}, {"a": {"do": [OK]}, "b": {"type": "final"}}),
        (
            [{"id": "a", "do": [{"task": "x"}]}, {"id": "b", "stages": {"c": {}}}],
            [{"id": "a", "do": [{"task": "x"}, OK]}, {"id": "b", "stages": {"c": {}}}],
        ),
        ({"b": {"type": "final"}}, {"b": {"type": "final"}}),
        (None, None),
    ],
)
def test_where_it_would_be_asked(stages: Any, expected: Any) -> None:
    """In the last stage that has activities; a process without one does not ask it."""
    value = {"id": "p", "stages": stages}
    process = Document(kind="process", id="p", file="p.yaml", line=1, value=value)
    bundle = asked_somewhere(Bundle(meta={}, documents=(process,)), "ok")
    assert [each.value["stages"] for each in bundle.documents] == [expected]
    assert process.value == {"id": "p", "stages": stages}


def test_nothing_is_kept(small: Application) -> None:
    ada = actor(small, "ada")

    def state() -> tuple[Any, ...]:
        kept = small.drafting.one(ada, "approval", "request")
        return kept, small.store.audit.feed_end(), small.store.reads.order_by_number(1, "RQ-000001")

    before = state()
    for sample in (ASKED, Sample(data=DATA)):
        tried = small.approval_trying.tried(ada, draft(steps=[MONEY]), sample)
        assert isinstance(tried, Tried)
    assert state() == before


LIMIT = {
    "kind": "collection",
    "id": "limit",
    "title": "Limits",
    "key": "id",
    "schema": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "most": {"type": "number"}},
    },
}
LIMITS = {
    "kind": "decision",
    "id": "limits",
    "title": "Limits",
    "hit": "COLLECT",
    "reads": {"limit": "limit"},
    "inputs": [{"name": "most", "value": "max(limit.most)", "type": "number"}],
    "outputs": [{"name": "step", "type": "string"}, {"name": "role", "type": "string"}],
    "rules": [{"id": "r", "when": {"most": "> 1"}, "then": {"step": '"a"', "role": '"manager"'}}],
}


def test_a_draft_reads_no_records_for_those_who_may_not(tmp_path: Path) -> None:
    with small_application(tmp_path, clock=NOW) as app:
        app.accounts.set_role("warehouse", title="Warehouse", permissions=["definition.read"])
        app.store.collections.replace(1, "limit", {"one": {"id": "one", "most": 1_000}})
        ada = actor(app, "ada")
        for value in (LIMIT, LIMITS):
            text = app.drafting.laid_out(value)
            kind, id_ = str(value["kind"]), str(value["id"])
            saved = app.drafting.save(ada, kind, id_, text, tag=None, bundle="small")
            assert not isinstance(saved, Rejection), saved
        found = {
            login: app.approval_trying.tried(actor(app, login), draft(matrix="limits"), ASKED)
            for login in ("ada", "dave")
        }
        assert isinstance(found["ada"], Tried), found["ada"]
        assert Telling(Words("en"), "UTC").answer(found["ada"])["sentence"] == "Would go to Bob."
        assert isinstance(found["dave"], Rejection), found["dave"]
        assert found["dave"].code == "permission.missing"
        assert found["dave"].params == {"permission": "collections.read"}
