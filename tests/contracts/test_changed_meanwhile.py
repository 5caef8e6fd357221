"""An order that another transaction changed first: nothing of what was written on it stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from parts.store_rows import add, order
from sqlalchemy import text

from orderloom.audit.entry import Header, encode
from orderloom.platform.app.projection import project
from orderloom.platform.definitions.model import NumberPattern, Process, Stage
from orderloom.platform.engine import OrderState
from orderloom.platform.store import Store
from orderloom.platform.store.order_rows import (
    NOTHING,
    Changes,
    Conflict,
    EntryWrite,
    OrderWrite,
    Projection,
    ProjectionWrite,
    TaskWrite,
)

AT = "2026-01-01T00:00:00.000000Z"
PROCESS = Process(
    id="p",
    title="P",
    form="f",
    number=NumberPattern("{seq}", "p"),
    root=Stage("", 0),
    stages={},
)
BODY = encode("t", {}, header=Header(at=AT, actor="a", channel="api", command=1), index=0, count=1)
TASK = TaskWrite(n=4, kind="task", definition="t", due=None, assignee=None, principals=("r:a",))


def _write(id_: int, before: tuple[int, int]) -> OrderWrite:
    return OrderWrite(
        id=id_,
        organisation=1,
        process="p",
        release=1,
        revision=before[0] + 1,
        status="open",
        seq=before[1] + 1,
        commands=before[1] + 1,
        head=b"x" * 32,
        state="{}",
        data=None,
        wake_at=None,
        before=before,
    )


def _entry(id_: int, seq: int) -> EntryWrite:
    return EntryWrite(
        organisation=1,
        stream=id_,
        seq=seq,
        type="t",
        at=AT,
        actor="a",
        body=BODY,
        hash=b"x" * 32,
    )


def _shown(id_: int) -> ProjectionWrite:
    state = OrderState(order=id_, process="p", status="open", number=str(id_), requester="u_1")
    after = replace(project(state, PROCESS), tasks=frozenset({TASK}))
    return ProjectionWrite(organisation=1, order=id_, before=NOTHING, after=after)


def _heads(store: Store, ids: list[int]) -> dict[int, tuple[int, int]]:
    with store.commands.transaction() as transaction:
        return transaction.heads(ids)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("stale", [False, True])
def test_a_change_of_what_is_no_longer_so_leaves_nothing(
    store: Store, count: int, stale: bool
) -> None:
    ids = list(range(1, count + 1))
    for id_ in ids:
        add(store, order(id_))
    before = _heads(store, ids)
    last = ids[-1]
    wrong = (before[last][0] + 7, before[last][1])
    writes = [_write(id_, wrong if stale and id_ == last else before[id_]) for id_ in ids]
    changes = Changes(
        orders=writes,
        projections=[_shown(id_) for id_ in ids],
        entries=[_entry(id_, before[id_][1] + 1) for id_ in ids],
    )

    def flush() -> None:
        with store.commands.transaction() as transaction:
            transaction.flush(changes)

    if stale:
        with pytest.raises(Conflict):
            flush()
    else:
        flush()
    after = _heads(store, ids)
    moved = {id_: (revision + 1, seq + 1) for id_, (revision, seq) in before.items()}
    assert after == (before if stale else moved)
    with store.commands.transaction() as transaction:
        for id_ in ids:
            found = transaction.projection(id_)
            assert found == (Projection() if stale else _shown(id_).after)
            entries = transaction.events(id_, after=before[id_][1], upto=99)
            assert len(entries) == (0 if stale else 1)


def test_a_task_that_changes_is_written_anew(store: Store) -> None:
    add(store, order(1))
    shown = _shown(1)
    with store.commands.transaction() as transaction:
        changes = Changes(orders=[_write(1, transaction.heads([1])[1])], projections=[shown])
        transaction.flush(changes)
    taken = replace(TASK, assignee="u_2", principals=("u:u_2",))
    after = replace(shown.after, tasks=frozenset({taken}))
    with store.commands.transaction() as transaction:
        write = _write(1, transaction.heads([1])[1])
        again = ProjectionWrite(organisation=1, order=1, before=shown.after, after=after)
        transaction.flush(Changes(orders=[write], projections=[again]))
    with store.commands.transaction() as transaction:
        assert transaction.projection(1) == after


def test_a_transaction_that_only_reads_lets_go(store: Store) -> None:
    """Of the rows that it locked, whether it ends well or not."""

    def fail() -> None:
        with store.commands.transaction() as transaction:
            transaction.heads([1])
            raise ArithmeticError

    add(store, order(1))
    assert _heads(store, [1])
    with pytest.raises(ArithmeticError):
        fail()
    with store.database.writing() as connection:
        if not store.database.sqlite:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("UPDATE order_row SET revision = revision + 1"))
    assert _heads(store, [1])[1][0] == 2
