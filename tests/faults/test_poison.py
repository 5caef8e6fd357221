"""What cannot be handled neither loops nor keeps others waiting; nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.calling import Site, calling_site
from parts.loopback import outside
from parts.work_queue import START, Done, HandClock, WorkQueue
from sqlalchemy import text

from orderloom.platform.app.backoff import FIRST, MOST, Backoff
from orderloom.platform.app.inbox import BATCH, Inbox
from orderloom.platform.app.timers import Timers
from orderloom.platform.engine.commands import Command, Create, Deliver
from orderloom.platform.problem import Rejection
from orderloom.platform.store import StoreError
from orderloom.platform.store.work_rows import Letter


class Ticking:
    """Milliseconds that pass when told."""

    now = 0

    def __call__(self) -> int:
        return self.now


def test_each_rest_is_twice_as_long_as_the_one_before() -> None:
    ticking = Ticking()
    backoff = Backoff(ticking=ticking)
    spans = [backoff.failed(7) for _ in range(12)]
    assert spans[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert spans[-1] == MOST
    assert (backoff.rests(7), backoff.rests(8), backoff.resting()) == (True, False, 1)
    ticking.now = MOST
    assert not backoff.rests(7)
    backoff.went_well(7)
    assert (backoff.failed(7), backoff.resting()) == (FIRST, 1)


# ── with the real parts: an order whose row no program can read ──────────────────────────────


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with calling_site(tmp_path, str(url)) as site:
        yield site


def _spoil(site: Site, order: int) -> str:
    """Makes an order unreadable; what its state was."""
    with site.app.store.database.writing() as connection:
        found = connection.execute(
            text("SELECT state FROM order_row WHERE id = :id"), {"id": order}
        ).scalar_one()
        _put(connection, order, "{not json")
    return str(found)


def _put(connection: object, order: int, state: str) -> None:
    # The row is another one than this process wrote last.
    sql = "UPDATE order_row SET state = :state, chain_seq = chain_seq + :more WHERE id = :id"
    more = 1_000 if state == "{not json" else -1_000
    connection.execute(text(sql), {"state": state, "id": order, "more": more})  # type: ignore[attr-defined]


def test_an_order_that_cannot_be_read_keeps_nobody_waiting(site: Site) -> None:
    broken = [site.start("waiting") for _ in range(3)]
    states = {order: _spoil(site, order) for order in broken}
    good = [site.start("waiting") for _ in range(3)]
    site.pass_(days=3)
    worker, commits = site.worker(), _Counted(site)
    worker.run_once()
    assert [site.state(order).data["struck"] for order in good] == [["ten hours", "two days"]] * 3
    before = commits.count
    for _ in range(20):
        worker.run_once()
    # They rest: twenty looks cost no transaction.
    assert commits.count == before
    with site.app.store.database.writing() as connection:
        for order, state in states.items():
            _put(connection, order, state)
    site.app.timers._backoff._resting.clear()
    worker.run_once()
    assert all(len(site.told(order, "timer.fired")) == 2 for order in broken)


class _Counted:
    """Counts the transactions of commands that were begun."""

    def __init__(self, site: Site) -> None:
        self.count = 0
        begun = site.app.store.commands.transaction

        def counted() -> object:
            self.count += 1
            return begun()

        site.app.store.commands.transaction = counted  # type: ignore[assignment,method-assign]


def test_letters_of_an_order_that_cannot_be_read_wait_for_it(site: Site) -> None:
    parent, other = site.start("parent"), site.start("parent")
    worker = site.worker()
    worker.run_once()
    state = _spoil(site, parent)
    site.pass_(hours=2)
    worker.run_once()
    assert (site.outcome(other), site.left()["inbox"]) == ("completed", 3)
    with site.app.store.database.writing() as connection:
        _put(connection, parent, state)
    site.app.inbox._backoff._resting.clear()
    worker.run_once()
    assert (site.outcome(parent), site.left()["inbox"]) == ("completed", 0)


def test_a_call_whose_answer_cannot_be_taken_comes_again(site: Site) -> None:
    with outside() as server:
        worker = site.worker(server.url)
        order = site.start()
        state = _spoil(site, order)
        worker.run_once()
        worker.run_once()
        assert (len(server.requests), site.left()["outbox"]) == (1, 1)
        with site.app.store.database.writing() as connection:
            _put(connection, order, state)
        site.pass_(minutes=2)
        worker.run_once()
        assert site.stage(order) == "invoiced"
        assert set(server.effects.values()) == {1}


# ── more of them than are looked at together ─────────────────────────────────────────────────


class Refusing:
    """A runner that cannot take what concerns some orders."""

    def __init__(self, poison: int, fault: BaseException | str) -> None:
        self.poison = poison
        self.fault = fault
        self.taken: list[int] = []
        self.asked = 0

    def submit(self, command: Command) -> Done | Rejection:
        self.asked += 1
        if command.order < self.poison:
            if isinstance(self.fault, str):
                return Rejection(self.fault, "")
            raise type(self.fault)(*self.fault.args)
        done = command.order in self.taken
        self.taken.append(command.order)
        return Done(() if done else ("done",))


FAULTS = ("unavailable", "internal", ValueError("a bug"))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_many_broken_clocks_do_not_hide_the_others(fault: BaseException | str) -> None:
    poison = 3 * BATCH
    queue = WorkQueue(wakes={order: [START] for order in range(poison + 5)})
    runner = Refusing(poison, fault)
    timers = Timers(queue, runner, HandClock().now, Backoff(ticking=Ticking()))
    assert timers.run_once() == 5
    assert set(runner.taken) == set(range(poison, poison + 5))
    asked = runner.asked
    timers.run_once()
    assert runner.asked == asked


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_many_letters_that_cannot_be_taken_do_not_hide_the_others(
    fault: BaseException | str,
) -> None:
    poison = 3 * BATCH
    queue = WorkQueue(letters_=[_letter(order) for order in range(poison + 5)])
    runner = Refusing(poison, fault)
    inbox = Inbox(queue, runner, HandClock().now, Backoff(ticking=Ticking()))
    for _ in range(5):
        inbox.run_once()
    assert runner.taken == list(range(poison, poison + 5))
    assert {letter.to_order for letter in queue.letters_} == set(range(poison))
    assert runner.asked == poison + 5


def test_a_database_that_is_away_is_the_worker_s_matter() -> None:
    """The loop pauses for it; afterwards the order that met it is not the first again."""
    queue = WorkQueue(letters_=[_letter(1), _letter(2)], wakes={1: [START], 2: [START]})
    runner = Refusing(2, StoreError("gone"))
    inbox, timers = (
        kind(queue, runner, HandClock().now, Backoff(ticking=Ticking())) for kind in (Inbox, Timers)
    )
    for work in (inbox, timers):
        with pytest.raises(StoreError):
            work.run_once()
        work.run_once()
    assert [letter.to_order for letter in queue.letters_] == [1]
    assert 2 in runner.taken


def test_a_child_that_could_not_be_made_is_made_before_it_is_written_to() -> None:
    queue = WorkQueue(letters_=[_letter(9, "create"), _letter(9, n=2)])
    bodies: list[object] = []

    class Once:
        away = True

        def submit(self, command: Command) -> Done | Rejection:
            if self.away:
                self.away = False
                return Rejection("unavailable", "")
            bodies.append(type(command.body))
            return Done(("done",))

    inbox = Inbox(queue, Once(), HandClock().now)
    assert (inbox.run_once(), len(queue.letters_)) == (0, 2)
    inbox._backoff.went_well(9)
    assert (inbox.run_once(), queue.letters_) == (2, [])
    assert bodies == [Create, Deliver]


def _letter(to: int, kind: str = "event", n: int = 1) -> Letter:
    body = {"process": "part", "data": {}} if kind == "create" else {"name": "x"}
    return Letter(
        to_order=to, organisation=1, from_stream=99, from_n=n, kind=kind, body=body, at=START
    )
