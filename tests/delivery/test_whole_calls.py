"""A call of a real order, through the outbox, over HTTP: one effect, one answer (issue's 14)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from parts.calling import Site
from parts.loopback import outside
from parts.patience import wait_for

from orderloom.platform.engine import commands as c

INVOICE = {"invoice": {"id": "INV-1"}}


@pytest.mark.parametrize(
    ("behaviours", "tries", "effects", "stage", "error"),
    [
        (["ok"], 1, 1, "invoiced", None),
        (["500", "ok"], 2, 1, "invoiced", None),
        (["503", "429", "ok"], 3, 1, "invoiced", None),
        (["hang", "ok"], 2, 1, "invoiced", None),
        (["drop", "ok"], 2, 1, "invoiced", None),
        (["drop", "hang", "ok"], 3, 1, "invoiced", None),
        (["409"], 1, 0, "by-hand", "declined"),
        (["404"], 1, 0, "by-hand", "invalid"),
        (["text"], 1, 0, "by-hand", "invalid"),
        (["500", "500", "500"], 3, 0, "by-hand", "unreachable"),
        (["hang", "hang", "hang"], 3, 1, "by-hand", "timeout"),
        (["drop", "drop", "drop"], 3, 1, "by-hand", "unreachable"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else str(each),
)
def test_one_effect_and_one_answer(
    site: Site,
    behaviours: Sequence[str],
    tries: int,
    effects: int,
    stage: str,
    error: str | None,
) -> None:
    with outside(behaviours) as server:
        worker = site.worker(server.url)
        order = site.start()
        for _ in range(5):
            worker.run_once()
            site.pass_(minutes=1)
        (asked,) = site.told(order, "call.requested")
        assert server.keys() == [f"{order}.{asked.facts['n']}"] * tries
        assert sum(server.effects.values()) == effects
        assert {each[2]["authorization"] for each in server.requests} == {"s3cret"}
    (answer,) = site.told(order, "call.result")
    assert (answer.facts.get("error") or {}).get("kind") == error
    assert (answer.actor, answer.channel) == ("system", "worker")
    assert (site.stage(order), site.left()) == (stage, {"outbox": 0, "inbox": 0})
    assert site.state(order).results == ({} if error else INVOICE)


def test_a_try_comes_when_its_pause_is_over(site: Site) -> None:
    """One second after the first, two after the second; up to half of it may be spared."""
    with outside(["500", "500", "ok"]) as server:
        worker = site.worker(server.url)
        site.start()
        seen = []
        for milliseconds in (0, 499, 501, 999, 1001):
            site.pass_(milliseconds=milliseconds)
            worker.run_once()
            seen.append(len(server.requests))
        assert seen == [1, 1, 2, 2, 3]


def test_private_addresses_are_for_those_who_allow_them(site: Site) -> None:
    with outside() as server:
        order = site.start()
        site.worker(server.url, allow_private=False).run_once()
        assert server.requests == []
    (answer,) = site.told(order, "call.result")
    assert answer.facts["error"]["code"] == "address.refused"
    assert site.stage(order) == "by-hand"


def test_a_call_whose_stage_was_left_is_not_sent(site: Site) -> None:
    with outside() as server:
        order = site.start()
        site.send(c.SendEvent("leave"), order)
        assert site.left()["outbox"] == 0
        site.worker(server.url).run_once()
        assert server.requests == []
    assert site.told(order, "call.result") == []


def test_an_answer_that_comes_too_late_is_noted_and_undone(site: Site) -> None:
    with outside(["slow"]) as server:
        worker = site.worker(server.url)
        order = site.start()
        worker.start()
        wait_for(lambda: server.keys("/invoices"))
        # The request is on its way; the stage that asked is left.
        site.send(c.SendEvent("leave"), order)
        server.release.set()
        wait_for(lambda: len(site.told(order, "call.result")) == 2)
        worker.stop()
        sent, undone = server.keys("/invoices"), server.keys("/INV-1/cancel")
        assert (len(sent), len(undone)) == (1, 1)
        assert set(server.effects.values()) == {1}
    late, undoing = site.told(order, "call.result")
    assert (late.facts["late"], undoing.facts.get("late")) == (True, None)
    assert not site.state(order).in_attention
    assert (site.stage(order), site.left()["outbox"]) == ("left", 0)


def test_an_answer_of_a_call_that_nobody_waits_for_changes_nothing(site: Site) -> None:
    order = site.start()
    site.send(c.SendEvent("leave"), order)
    before = site.state(order)
    reply = site.app.handle(
        c.Command(body=c.CallResult(999, result=1), actor=c.SYSTEM, order=order)
    )
    assert (site.state(order), getattr(reply, "events", None)) == (before, ())


def test_what_was_done_is_undone_by_a_call_with_its_result(site: Site) -> None:
    with outside() as server:
        worker = site.worker(server.url)
        order = site.start()
        worker.run_once()
        site.send(c.SendEvent("undo"), order)
        worker.run_once()
        assert [path for _, path, _, _ in server.requests] == [
            "/invoices",
            "/invoices/INV-1/cancel",
        ]
        assert len(set(server.keys())) == 2
    assert site.outcome(order) == "cancelled"


def test_a_waiting_worker_is_rung_for(site: Site) -> None:
    """It looks once a minute by itself; what a command left is carried out at once."""
    with outside() as server:
        worker = site.worker(server.url, pause=60)
        worker.start()
        try:
            order = site.start()
            wait_for(lambda: site.stage(order) == "invoiced", seconds=10)
        finally:
            worker.stop()


def test_a_bug_in_a_job_ends_in_a_failure_of_the_call(site: Site) -> None:
    """The job is nothing that the program would write; it does not come back for ever."""
    with outside() as server:
        order = site.start()
        worker = site.worker(server.url)
        with site.app.store.database.writing() as connection:
            connection.exec_driver_sql("UPDATE outbox SET body = '[1]'")
        for _ in range(6):
            worker.run_once()
            site.pass_(minutes=5)
        assert server.requests == []
    (answer,) = site.told(order, "call.result")
    assert (answer.facts["error"]["code"], site.stage(order)) == ("internal", "by-hand")
