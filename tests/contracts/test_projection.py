"""Whatever an order's data holds, its keys fit into the databases' indices and find it again."""

from __future__ import annotations

from typing import Any

from parts.store_rows import add, order

from orderloom.platform.app.projection import project
from orderloom.platform.definitions.model import NumberPattern, Process, Stage
from orderloom.platform.engine import OrderState
from orderloom.platform.store import Store
from orderloom.platform.store.order_rows import NOTHING, Changes, ProjectionWrite
from orderloom.platform.store.read_rows import OrderFilter

# Nothing that a database could make shorter by itself.
LONG = "".join(chr(0x1F300 + (n * 7919) % 700) for n in range(20_000))
VALUES: list[Any] = [
    "SO-1",
    "ľ\0b",
    "",
    LONG,
    LONG + "a",
    "a'--",
    10**40,
    None,
    True,
    [1],
    {"a": LONG},
]


PROCESS = Process(
    id="p",
    title="P",
    form="f",
    number=NumberPattern("{seq}", "p"),
    root=Stage("", 0),
    stages={},
    columns=("name",),
    keys={"code": "code"},
)


def test_an_order_is_found_by_what_it_holds(store: Store) -> None:
    for id_, value in enumerate(VALUES, 1):
        _write(store, id_, value)
    for id_, value in enumerate(VALUES, 1):
        with store.commands.transaction() as transaction:
            number = transaction.owner(1, "", "number", str(value))
            key = transaction.owner(1, "p", "code", str(value))
            assert transaction.owner(1, "", "number", f"{value}.") is None
        has_key = not isinstance(value, list | dict | None)
        assert (value, number, key) == (
            value,
            id_ if value != "" else None,
            id_ if has_key else None,
        )
        chosen = OrderFilter(columns=(("name", value),))
        found = store.reads.orders(1, chosen, before=None, limit=9)
        assert [each.id for each in found] == ([] if value is None else [id_])
        assert (store.reads.order_by_number(1, str(value)) is None) == (value == "")


def _write(store: Store, id_: int, value: Any) -> None:
    state = OrderState(
        order=id_,
        process="p",
        status="open",
        number=str(value),
        requester="u_1",
        data={"code": value, "name": value},
    )
    after = project(state, PROCESS)
    add(store, order(id_))
    with store.commands.transaction() as transaction:
        write = ProjectionWrite(organisation=1, order=id_, before=NOTHING, after=after)
        transaction.flush(Changes(projections=[write]))
        assert transaction.projection(id_) == after
