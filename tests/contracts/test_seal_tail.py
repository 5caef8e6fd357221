"""SQLite gives the id of a last row that is gone to the next one: nothing takes the place of what
was sealed unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from parts.behind_the_back import without_triggers
from parts.chained import begin, sealer, write
from parts.store_rows import START
from parts.stores import Stores

from orderloom.platform.problem import Refused
from orderloom.platform.store import Store

LATER = START + timedelta(minutes=1)
GONE = (
    "DELETE FROM audit_entry WHERE stream = 3 AND seq = 2",
    "UPDATE order_row SET chain_seq = 1, chain_head ="
    " (SELECT hash FROM audit_entry WHERE stream = 3 AND seq = 1) WHERE id = 3",
)
OTHER = f"UPDATE audit_entry SET hash = '{'A' * 43}=' WHERE stream = 3 AND seq = 2"
# What is done to the last entry that was sealed, what is written then, and what is said of it.
CASES = {
    "removed": (GONE, (), "SO-3, entry 2: missing"),
    "its place taken by another's": (GONE, (2,), "SO-3, entry 2: missing"),
    "its place taken, and more behind": (GONE, (2, 2, 2), "SO-3, entry 2: missing"),
    "its place taken by its own successor": (GONE, (3,), "SO-3, entry 2: changed"),
    "another hash": ((OTHER,), (2,), "SO-3, entry 2: changed"),
}


@pytest.fixture(params=["memory", "sqlite"])
def sqlite(request: pytest.FixtureRequest, stores: Stores) -> Store:
    return stores(request.param)


@pytest.mark.parametrize("case", CASES)
def test_the_sealer_stops(sqlite: Store, case: str) -> None:
    tampered, written, said = CASES[case]
    begin(sqlite, 2, 3)
    write(sqlite, 2, 3, 3)
    sealing = sealer(sqlite)
    sealing.seal()
    without_triggers(sqlite, *tampered)
    # A successor that says something else than the one that is gone.
    for stream in written:
        write(sqlite, stream, at=LATER)
    with pytest.raises(Refused) as refused:
        sealing.seal()
    assert refused.value.rejection.params["reason"] == said
    assert len(sqlite.seal.checkpoints()) == 1


def test_ids_follow_each_other(sqlite: Store) -> None:
    """No counter is written for each entry: the next id is the one behind the last."""
    begin(sqlite, 2)
    write(sqlite, 2, 2, 2)
    with sqlite.database.reading() as connection:
        ids = connection.exec_driver_sql("SELECT id FROM audit_entry ORDER BY id").scalars().all()
        tables = connection.exec_driver_sql(
            "SELECT name FROM sqlite_sequence WHERE name LIKE 'audit_entry%'"
        ).all()
    assert (ids, tables) == ([1, 2, 3], [])
