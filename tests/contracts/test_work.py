"""`WorkTables`: jobs are claimed once, lanes keep their order, messages and clocks are found."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from parts.store_rows import START, add, at, job, letter, order
from sqlalchemy import text

from orderloom.platform.engine.commands import ParentRef
from orderloom.platform.store import Store
from orderloom.platform.store.work_rows import Job, Notice

THREADS = 8


def claimed(store: Store, now: datetime = START, *, until: int = 5, limit: int = 100) -> list[Job]:
    return list(store.work.claim(now, until=at(until), limit=limit))


def numbers(jobs: list[Job]) -> list[int]:
    return [each.n for each in jobs]


def test_a_job_comes_as_written(store: Store) -> None:
    body = {"args": {"total": Decimal("1.10"), "name": "Żółć \0"}}
    add(store, job(3, organisation=2, order_id=7, lane="erp", body=body, due=at(-1)))
    (found,) = claimed(store)
    expected = Job(
        id=found.id,
        organisation=2,
        order=7,
        n=3,
        kind="call",
        body=body,
        attempts=1,
        due=at(-1),
        lane="erp",
    )
    assert found == expected
    assert str(found.body["args"]["total"]) == "1.10"


def test_only_what_is_due_is_claimed_the_earliest_first(store: Store) -> None:
    for n, minute in ((1, 0), (2, -10), (3, 1), (4, -10)):
        add(store, job(n, due=at(minute)))
    assert numbers(claimed(store, limit=2)) == [2, 4]
    assert numbers(claimed(store)) == [1]
    assert numbers(claimed(store, at(1))) == [3]


def test_a_claim_ends_when_its_lease_does(store: Store) -> None:
    add(store, job(1))
    assert numbers(claimed(store, until=5)) == [1]
    assert claimed(store, at(4)) == []
    (again,) = claimed(store, at(5), until=10)
    assert again.attempts == 2


def test_a_claim_is_extended(store: Store) -> None:
    add(store, job(1))
    (mine,) = claimed(store, until=5)
    store.work.extend(mine, until=at(20))
    assert claimed(store, at(19)) == []
    assert numbers(claimed(store, at(20), until=30)) == [1]


def test_a_postponed_job_comes_again(store: Store) -> None:
    add(store, job(1))
    (mine,) = claimed(store, until=50)
    store.work.postpone(mine, due=at(10))
    assert claimed(store, at(9)) == []
    (again,) = claimed(store, at(10), until=50)
    assert (again.attempts, again.due) == (2, at(10))


def test_a_job_that_is_done_is_gone(store: Store) -> None:
    add(store, job(1), job(2))
    mine, other = claimed(store)
    store.work.remove(mine)
    store.work.remove(mine)
    store.work.postpone(mine, due=at(0))
    store.work.extend(mine, until=at(0))
    assert claimed(store, at(4)) == []
    assert claimed(store, at(9), until=20) == [replace(other, attempts=2)]


def test_who_comes_too_late_disturbs_nobody(store: Store) -> None:
    add(store, job(1))
    (late,) = claimed(store, until=5)
    (mine,) = claimed(store, at(5), until=50)
    store.work.postpone(late, due=at(6))
    store.work.extend(late, until=at(6))
    assert claimed(store, at(49)) == []
    store.work.postpone(mine, due=at(6))
    assert numbers(claimed(store, at(6))) == [1]


def test_of_a_lane_only_the_oldest_goes(store: Store) -> None:
    for n, lane, organisation in (
        (1, "erp", 1),
        (2, "erp", 1),
        (3, None, 1),
        (4, "mail", 1),
        (5, "erp", 2),
        (6, "erp", 1),
    ):
        add(store, job(n, lane=lane, organisation=organisation))
    first = claimed(store, until=5)
    assert numbers(first) == [1, 3, 4, 5]
    assert claimed(store) == []
    store.work.remove(first[0])
    assert numbers(claimed(store)) == [2]


def test_an_oldest_that_waits_makes_its_lane_wait(store: Store) -> None:
    add(store, job(1, lane="erp"))
    add(store, job(2, lane="erp"))
    (mine,) = claimed(store)
    store.work.postpone(mine, due=at(30))
    assert claimed(store, at(10)) == []
    assert numbers(claimed(store, at(30), until=40)) == [1]


def test_a_lane_that_is_under_way_waits_for_an_older_one_too(store: Store) -> None:
    """Ids are given before the commit: an older row may appear later."""
    add(store, job(1, id=10, lane="erp"))
    assert numbers(claimed(store)) == [1]
    add(store, job(2, id=5, lane="erp"))
    assert claimed(store) == []
    assert numbers(claimed(store, at(5), until=9)) == [2]


def test_nothing_is_written_where_nothing_is_due(store: Store) -> None:
    add(store, job(1, due=at(1)))
    before = store.database.commits
    assert claimed(store) == []
    assert store.database.commits == before


def test_eight_threads_never_claim_a_job_twice(store: Store) -> None:
    add(store, *(job(n, lane=f"lane{n % 5}" if n % 3 else None) for n in range(120)))
    taken: list[int] = []
    lanes: list[str] = []
    busy: set[str] = set()
    lock = threading.Lock()
    start = threading.Barrier(THREADS)

    def work(_: int) -> None:
        start.wait(timeout=60)
        empty = 0
        while empty < 20:
            jobs = claimed(store, limit=4)
            empty = 0 if jobs else empty + 1
            with lock:
                taken.extend(numbers(jobs))
                for lane in [each.lane for each in jobs if each.lane]:
                    lanes.extend([lane] if lane in busy else [])
                    busy.add(lane)
            for each in jobs:
                with lock:
                    busy.discard(each.lane or "")
                store.work.remove(each)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert lanes == []
    assert len(taken) == len(set(taken))
    with store.database.reading() as connection:
        assert connection.execute(text("SELECT COUNT(*) FROM outbox")).scalar_one() == 0
    assert sorted(taken) == list(range(120))
    for lane in range(5):
        mine = [n for n in taken if n % 3 and n % 5 == lane]
        assert mine == sorted(mine)


def test_jobs_that_no_order_asked_for(store: Store) -> None:
    mine = Job(
        id=0, organisation=1, order=1, n=1, kind="call", body={"a": 1}, attempts=0, due=START
    )
    store.work.add_job(mine)
    (found,) = claimed(store)
    assert found == replace(mine, id=found.id, attempts=1)


def test_orders_that_messages_wait_for(store: Store) -> None:
    add(
        store,
        letter(7, 1, 1, at=at(3)),
        letter(7, 1, 2, at=at(-3)),
        letter(8, 1, 1, at=at(-2)),
        letter(6, 1, 1, at=at(-2)),
        letter(9, 1, 1, at=at(1)),
    )
    assert store.work.waiting(at(0), 10) == (7, 6, 8)
    assert store.work.waiting(at(0), 2) == (7, 6)
    assert store.work.waiting(at(1), 10) == (7, 6, 8, 9)


def test_messages_are_read_in_order_and_taken_once(store: Store) -> None:
    parent = {"order": 7, "number": "SO-7", "process": "b2b", "activity": 3}
    body = {"process": "child", "parent": parent, "data": {"x": "ľ \0"}}
    add(store, letter(1, 9, 2), letter(1, 9, 10), letter(2, 9, 3))
    add(store, letter(1, 8, 5, kind="create", body=body, organisation_id=4))
    found = store.work.letters(1)
    assert [(each.from_stream, each.from_n) for each in found] == [(8, 5), (9, 2), (9, 10)]
    assert found[0].body == body
    assert (found[0].organisation, found[0].at) == (4, START)
    assert found[0].parent == ParentRef(order=7, number="SO-7", process="b2b", activity=3)
    store.work.taken(found[:2])
    store.work.taken(found[:2])
    store.work.taken(())
    assert store.work.letters(1) == found[2:]
    assert len(store.work.letters(2)) == 1


def test_due_orders_the_earliest_first(store: Store) -> None:
    for id_, minute in ((1, 5), (2, None), (3, -5), (4, 0), (5, -5)):
        add(store, order(id_, wake=None if minute is None else at(minute)))
    assert store.work.due_orders(START, 10) == (3, 5, 4)
    assert store.work.due_orders(START, 1) == (3,)
    assert store.work.due_orders(at(-6), 10) == ()


def test_the_next_moment_is_the_earliest_of_all(store: Store) -> None:
    assert store.work.next_wake() is None
    add(store, order(1), order(2, wake=at(30)))
    assert store.work.next_wake() == at(30)
    add(store, job(1, due=at(20)))
    assert store.work.next_wake() == at(20)
    add(store, letter(1, 2, 1, at=at(10)))
    assert store.work.next_wake() == at(10)


@pytest.mark.parametrize("subject", ["Zamówienie ďalej", "a\0b", "x" * 50_000])
def test_a_notice_is_kept_once_for_each_person(store: Store, subject: str) -> None:
    def notice(n: int, user: str, moment: datetime, organisation: int = 1) -> Notice:
        return Notice(
            organisation=organisation,
            user=user,
            order=7,
            n=n,
            subject=subject,
            body=f"{user}{n}",
            at=moment,
        )

    for each in (
        notice(1, "u_1", at(0)),
        notice(1, "u_1", at(5)),
        notice(2, "u_1", at(1)),
        notice(1, "u_2", at(2)),
        notice(1, "u_1", at(3), organisation=2),
    ):
        store.work.keep_notice(each)
    found = store.notices.page(1, "u_1", before=None, limit=10)
    assert [(each.n, each.body) for each in found] == [(2, "u_12"), (1, "u_11")]
    assert found[0].subject == subject.replace("\0", "\ufffd")
    (first,) = store.notices.page(1, "u_1", before=None, limit=1)
    assert [each.n for each in store.notices.page(1, "u_1", before=first.place, limit=9)] == [1]
