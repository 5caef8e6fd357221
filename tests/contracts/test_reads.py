"""`ReadTables`: pages by key, filters by keys, each organisation by itself."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from parts.store_rows import add, at, entry, kept, keys, numbered, offer, order
from sqlmodel import SQLModel

from orderloom.platform.store import Store
from orderloom.platform.store.read_rows import OrderFilter
from orderloom.platform.store.sort_keys import sort_key

EXACT = Decimal("12345678901234567890123456789.01230")
HUGE = 2**80


def chosen(store: Store, before: int | None = None, limit: int = 100, **wanted: Any) -> list[int]:
    found = store.reads.orders(1, OrderFilter(**wanted), before=before, limit=limit)
    return [each.id for each in found]


@pytest.fixture
def filled(store: Store) -> Store:
    """Orders 1 … 6 of the first organisation, 7 of the second."""
    rows: list[SQLModel] = []
    for id_, process, status, stages, requester, total in (
        (1, "b2b", "open", ["review", "review.legal"], "u_1", Decimal("1.10")),
        (2, "b2b", "open", ["ship"], "u_2", Decimal("1.1")),
        (3, "b2b", "ended", [], "u_1", 7),
        (4, "po", "open", ["review"], "u_1", None),
        (5, "po", "draft", [], "u_2", "1.1"),
        (6, "rma", "open", ["ship"], "u_1", 7),
    ):
        rows += [order(id_, process=process, status=status), numbered(id_, f"SO-{id_ * 5:04}")]
        slots: dict[str, str | list[str]] = {
            "process": process,
            "status": status,
            "stage": stages,
            "requester": requester,
            "number": f"SO-{id_ * 5:04}",
        }
        if total is not None:
            slots["column:total"] = sort_key(total)
        rows += keys(id_, slots)
    rows += [order(7, 2, process="b2b"), numbered(7, "SO-0005", 2)]
    slots = {"process": "b2b", "status": "open", "stage": "review", "number": "SO-0005"}
    rows += keys(7, slots, organisation=2)
    add(store, *rows)
    return store


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [6, 5, 4, 3, 2, 1]),
    ({"process": "b2b"}, [3, 2, 1]),
    ({"status": "open"}, [6, 4, 2, 1]),
    ({"stage": "review"}, [4, 1]),
    ({"stage": "review.legal"}, [1]),
    ({"requester": "u_1"}, [6, 4, 3, 1]),
    ({"process": "b2b", "status": "open", "stage": "review", "requester": "u_1"}, [1]),
    ({"process": "b2b", "stage": "ship", "requester": "u_1"}, []),
    ({"number": "SO-"}, [6, 5, 4, 3, 2, 1]),
    ({"number": "SO-00"}, [6, 5, 4, 3, 2, 1]),
    ({"number": "SO-001"}, [3, 2]),
    ({"number": "SO-0015"}, [3]),
    ({"number": "SO-00155"}, []),
    ({"number": "so-"}, []),
    ({"number": "%"}, []),
    ({"number": ""}, [6, 5, 4, 3, 2, 1]),
    ({"number": "SO-00\0"}, []),
    ({"number": "SO-002", "requester": "u_2"}, [5]),
    ({"number": "SO-001", "status": "ended"}, [3]),
    ({"processes": ("po", "rma")}, [6, 5, 4]),
    ({"processes": ("po", "rma"), "status": "open"}, [6, 4]),
    ({"processes": ("po", "rma"), "process": "po"}, [5, 4]),
    ({"processes": ("po", "rma"), "process": "b2b"}, []),
    ({"processes": ("rma", "b2b"), "number": "SO-00", "requester": "u_1"}, [6, 3, 1]),
    ({"columns": (("total", 7),)}, [6, 3]),
    ({"columns": (("total", Decimal("1.100")),)}, [2, 1]),
    ({"columns": (("total", "1.1"),)}, [5]),
    ({"columns": (("total", 7),), "process": "rma"}, [6]),
    ({"columns": (("other", 7),)}, []),
    ({"stage": "x' OR 1=1 --"}, []),
    ({"status": "a\0b", "process": "\U0010ffff"}, []),
]


def test_filters(filled: Store) -> None:
    found = [(wanted, chosen(filled, **wanted)) for wanted, _ in FILTERS]
    assert found == FILTERS


def test_pages_join_to_the_whole_list(filled: Store) -> None:
    for wanted, expected in FILTERS:
        found: list[int] = []
        while page := chosen(filled, before=found[-1] if found else None, limit=2, **wanted):
            found += page
        assert (wanted, found) == (wanted, expected)


def test_open_orders_by_release_and_stage(filled: Store) -> None:
    found = filled.reads.running(1, 100)
    assert sum(found.releases.values()) == 4
    stages = {stage: count for (_, stage), count in found.stages.items()}
    assert stages == {"review": 2, "review.legal": 1, "ship": 2}
    assert not found.more
    newest = filled.reads.running(1, 2)
    assert sum(newest.releases.values()) == 2
    assert {stage for _, stage in newest.stages} == {"ship", "review"}
    assert newest.more
    other = filled.reads.running(2, 100)
    assert other.releases.keys() == found.releases.keys()
    assert sum(other.releases.values()) == 1
    assert filled.reads.running(3, 100).releases == {}


def test_an_order_comes_as_written(store: Store) -> None:
    data = {"total": EXACT, "name": "Żółć ľ \0", "lines": [{"n": 1}] * 3, "big": "x" * 300_000}
    add(store, order(5, data=data, revision=17, chain_seq=23, release_no=4), numbered(5, "SO-5"))
    found = store.reads.order_by_number(1, "SO-5")
    assert found is not None
    assert (found.id, found.organisation, found.release) == (5, 1, 4)
    assert (found.revision, found.entries) == (17, 23)
    assert found.state.data == data
    assert str(found.state.data["total"]) == str(EXACT)
    assert found.state.number == "SO-000005"


def test_another_organisation_sees_nothing(filled: Store) -> None:
    add(filled, offer(7, 1, "r:sales", organisation=2), entry(7, 1, organisation=2))
    reads = filled.reads
    assert [each.id for each in reads.orders(2, OrderFilter(), before=None, limit=9)] == [7]
    assert reads.orders(3, OrderFilter(), before=None, limit=9) == []
    seven, one = reads.order_by_number(2, "SO-0005"), reads.order_by_number(1, "SO-0005")
    assert seven is not None
    assert one is not None
    assert (seven.id, one.id) == (7, 1)
    for organisation, stored in ((2, seven), (1, one)):
        short = (stored.id, stored.state.status)
        assert reads.status_by_number(organisation, "SO-0005") == short
        assert reads.status_by_id(organisation, stored.id) == short
        assert reads.status_by_id(3 - organisation, stored.id) is None
    assert set(reads.orders_by_id(1, [1, 7, 99])) == {1}
    assert reads.tasks(1, ["r:sales"], after=None, limit=9) == []
    assert reads.entries(1, 7, before=None, limit=9) == []
    assert len(reads.entries(2, 7, before=None, limit=9)) == 1


def test_an_unknown_number_is_not_found(filled: Store) -> None:
    for number in ("", "SO-", "SO-0005\0", "\0", "x" * 10_000, "'"):
        assert filled.reads.order_by_number(1, number) is None
        assert filled.reads.status_by_number(1, number) is None


def test_made_up_ids_and_cursors_do_no_harm(filled: Store) -> None:
    reads = filled.reads
    assert set(reads.orders_by_id(1, [HUGE, -HUGE, 2, 0])) == {2}
    assert chosen(filled, before=HUGE) == [6, 5, 4, 3, 2, 1]
    assert chosen(filled, before=-HUGE) == []
    assert reads.tasks(1, ["r:a"], after=("~\0", HUGE, -HUGE), limit=9) == []
    assert reads.entries(1, HUGE, before=HUGE, limit=9) == []
    assert reads.orders_by_id(1, []) == {}
    assert [reads.status_by_id(1, id_) for id_ in (HUGE, -HUGE, 0)] == [None] * 3


def test_many_orders_by_id(store: Store) -> None:
    add(store, *(order(id_) for id_ in range(1, 451)))
    assert sorted(store.reads.orders_by_id(1, range(1, 500))) == list(range(1, 451))


def test_a_list_loses_and_repeats_nothing_while_orders_are_added(store: Store) -> None:
    def written(ids: range) -> None:
        for id_ in ids:
            add(store, order(id_), *keys(id_, {"process": "b2b"}))

    written(range(1, 61))
    writer = threading.Thread(target=written, args=(range(61, 121),))
    writer.start()
    found: list[int] = []
    while page := chosen(store, before=found[-1] if found else None, limit=7, process="b2b"):
        found += page
    writer.join()
    assert found == list(range(found[0], 0, -1))
    assert found[0] >= 60


def tasks(store: Store, *principals: str, limit: int = 100) -> list[tuple[int, int]]:
    found = store.reads.tasks(1, principals, after=None, limit=limit)
    return [(row.order, row.n) for row in found]


def test_tasks_are_sorted_by_due_order_and_number(store: Store) -> None:
    add(
        store,
        offer(3, 1, "r:sales"),
        offer(1, 2, "r:sales"),
        offer(1, 1, "r:sales", due=at(10)),
        offer(9, 1, "u:bob", due=at(5)),
        offer(2, 1, "u:bob", due=at(10)),
        offer(5, 1, "u:eve", due=at(1)),
        offer(6, 1, "r:sales", organisation=2),
    )
    expected = [(9, 1), (1, 1), (2, 1), (1, 2), (3, 1)]
    assert tasks(store, "r:sales", "u:bob") == expected
    assert tasks(store, "u:bob", "r:sales", "r:none", "u:bob", limit=2) == expected[:2]
    assert tasks(store) == []
    first = store.reads.tasks(1, ["u:bob"], after=None, limit=1)[0]
    assert first.due == at(5)
    assert store.reads.tasks(1, ["r:sales"], after=None, limit=9)[-1].due is None
    assert store.reads.count_tasks(1, ["r:sales", "u:bob"], limit=100) == 5
    assert store.reads.count_tasks(1, ["r:sales", "u:bob"], limit=3) == 3


def test_a_task_offered_twice_is_shown_once(store: Store) -> None:
    add(store, *(offer(n, 1, who, due=at(n)) for n in range(9) for who in ("r:a", "r:b", "u:c")))
    found: list[tuple[str, int, int]] = []
    while page := store.reads.tasks(
        1, ["r:a", "r:b", "u:c"], after=found[-1] if found else None, limit=2
    ):
        assert all(row.due for row in page)
        found += [(_text(row.due), row.order, row.n) for row in page]
    assert [row[1] for row in found] == list(range(9))


def test_more_principals_than_one_statement_takes(store: Store) -> None:
    add(store, *(offer(n, 1, f"r:{n}") for n in range(250)))
    assert tasks(store, *(f"r:{n}" for n in range(1000)), limit=500) == [(n, 1) for n in range(250)]


def test_tasks_lose_and_repeat_nothing_while_others_are_added(store: Store) -> None:
    add(store, *(offer(n, 1, "r:a") for n in range(100, 160)))

    def written() -> None:
        for n in range(60):
            add(store, offer(n, 1, "r:a"), offer(200 + n, 1, "r:a"))

    writer = threading.Thread(target=written)
    writer.start()
    found: list[tuple[str, int, int]] = []
    while page := store.reads.tasks(1, ["r:a"], after=found[-1] if found else None, limit=7):
        found += [("~", row.order, row.n) for row in page]
    writer.join()
    orders = [row[1] for row in found]
    assert orders == sorted(set(orders))
    assert set(range(100, 160)) <= set(orders)


def test_entries_newest_first_with_what_is_still_kept(store: Store) -> None:
    facts = {"in": {"name": {"$p": 0, "c": "x"}, "total": EXACT}}
    add(
        store,
        *(entry(5, seq, facts=facts, trace='{"rows":["r1"]}') for seq in range(1, 6)),
        entry(6, 1),
        kept(5, 2, 0, '"Żaneta"'),
        kept(5, 3, 0, "", salt="", erased_at="2026-03-07"),
    )
    found = store.reads.entries(1, 5, before=None, limit=3)
    assert [each.seq for each in found] == [5, 4, 3]
    rest = store.reads.entries(1, 5, before=3, limit=3)
    assert [each.seq for each in rest] == [2, 1]
    onward = store.reads.entries_after(1, 5, after=1, limit=3)
    assert [each.seq for each in onward] == [2, 3, 4]
    assert onward[1] == found[2]
    assert store.reads.entries_after(2, 5, after=0, limit=3) == []
    assert store.reads.entries_after(1, 5, after=HUGE, limit=3) == []
    assert rest[0].facts["in"] == {"name": "Żaneta", "total": EXACT}
    assert found[2].facts["in"] == {
        "name": {"$p": 0, "c": "x", "at": "2026-03-07"},
        "total": EXACT,
    }
    assert rest[0].trace == {"rows": ["r1"]}
    assert (rest[0].hash, rest[0].type, rest[0].channel) == (b"hash", "decided", "api")


def _text(moment: Any) -> str:
    return str(moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
