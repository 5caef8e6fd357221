"""The demo shows something everywhere: orders in every stage, tasks for the cast, one attention."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator

import pytest
from parts.examples import EXAMPLES, MAIN, folder, opened

from orderloom.platform.app.application import Application
from orderloom.platform.app.demo import CAST, add_cast, add_orders
from orderloom.platform.app.standing import innermost
from orderloom.platform.definitions.model import Stage

pytestmark = pytest.mark.slow

# Stages that only time, an answer of the world or a batch's own fate leads to.
LATER: dict[str, set[str]] = {
    "b2b-order": {"dunning", "lapsing", "lapsed", "parcels-failed", "money-done", "papers-done"},
    "purchase-order": set(),
    "quote-to-order": {"order-failed", "expired"},
    "subscription": {"written-off"},
    "requisition": {"lapsed"},
    "service-project": {"packages-failed", "work-accepted", "documents-complete"},
}
ASKED = ("alice", "bob", "carol", "cecil", "dana", "dave", "admin")


class Refusals(logging.Handler):
    """Steps of the demo that the program refused."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.codes: list[object] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.codes.append((record.__dict__.get("demo"), record.__dict__.get("code")))


@pytest.fixture(scope="module")
def demo() -> Iterator[Application]:
    """The demo as it starts, for all tests of this file."""
    refusals, log = Refusals(), logging.getLogger("orderloom.demo")
    log.addHandler(refusals)
    with opened() as app:
        add_cast(app)
        made = add_orders(app, [folder(name) for name in EXAMPLES])
        assert refusals.codes == []
        assert made == sum(_orders(app).values())
        yield app
    log.removeHandler(refusals)


def test_an_order_stands_in_every_stage_and_one_is_in_attention(demo: Application) -> None:
    standing: dict[str, set[str]] = {MAIN.get(name, name): set() for name in EXAMPLES}
    attention = []
    for stored in demo.store.reads.orders_by_id(1, list(range(1, 500))).values():
        state = stored.state
        if state.status == "draft":
            continue
        release = demo.registry.by_no(stored.release)
        standing[state.process] |= set(innermost(state, release)) | set(state.stages)
        attention += [state.number] if state.in_attention else []
    assert len(attention) == 1
    for name in EXAMPLES:
        process = MAIN.get(name, name)
        stages = demo.registry.current(process, 1, demo.clock.now()).process.stages.values()
        rests = {stage.id for stage in stages if stage.kind != "history" and not _passed(stage)}
        assert sorted(rests - standing[process] - LATER[name]) == []


def test_tasks_wait_for_the_cast_and_none_for_mallory(demo: Application) -> None:
    waiting = Counter[str]()
    for stored in demo.store.reads.orders_by_id(1, list(range(1, 500))).values():
        for task in stored.state.tasks.values():
            waiting.update(task["for"])
    for login in CAST:
        user = demo.accounts.by_login(login)
        assert user is not None
        mine = sum(waiting[principal] for principal in user.principals())
        assert (mine >= 1) == (login in ASKED), login


def test_the_demo_is_played_once(demo: Application) -> None:
    before = _orders(demo)
    assert add_orders(demo, [folder(name) for name in EXAMPLES]) == 0
    assert _orders(demo) == before


def test_what_the_script_has_answered_is_never_sent(demo: Application) -> None:
    now = demo.clock.now()
    jobs = demo.store.work.claim(now, until=now, limit=1_000)
    open_calls = {
        (stored.state.order, int(n))
        for stored in demo.store.reads.orders_by_id(1, list(range(1, 500))).values()
        for n in stored.state.calls
    }
    assert open_calls
    assert {(job.order, job.n) for job in jobs if job.kind == "call"} == open_calls


def test_orders_look_like_orders(demo: Application) -> None:
    stored = demo.store.reads.orders_by_id(1, list(range(1, 500))).values()
    data = [each.state.data for each in stored if each.state.process == "b2b-order"]
    assert {each["currency"] for each in data} == {"PLN", "EUR", "CZK"}
    sizes = Counter(len(each["lines"]) for each in data)
    assert sum(count for size, count in sizes.items() if 3 <= size <= 6) >= 25
    names = [each["customer"].get("name", "") for each in data]
    assert max(map(len, names)) > 80
    assert any(set("ąćęłńśźż") & set(name) for name in names)
    assert any(set("äčďľňôťž") & set(name) for name in names)


def _orders(app: Application) -> Counter[str]:
    stored = app.store.reads.orders_by_id(1, list(range(1, 500))).values()
    return Counter(each.state.process for each in stored)


def _passed(stage: Stage) -> bool:
    """Whether nobody can stay in it: something always leads on."""
    return any(each.condition is None for each in stage.always)
