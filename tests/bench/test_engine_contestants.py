"""The engine's contestants do the whole reference work, and the bare driver writes the same."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.postgres import PostgresServer

from orderloom.platform.bench import engine
from orderloom.platform.bench.engine_sqlite import sqlite_contestants
from orderloom.platform.bench.parts import COLLECTOR, DRIVER, REST, WATCHED, parts
from orderloom.platform.bench.recording import record
from orderloom.platform.bench.reference_rows import TRANSACTIONS
from orderloom.platform.bench.rounds import calls, measure
from orderloom.platform.bench.same_rows import replayed_on_postgres, replayed_on_sqlite
from orderloom.platform.bench.worker_process import workers

ORDERS = "SELECT count(*), min(revision), max(revision), min(status) FROM order_row"
TABLES = {
    "order_row": "id",
    "order_key": "order_id, slot, sort_key",
    "order_reference": "order_id, key, value",
    "audit_entry": "id",
    "audit_personal": "stream, seq, slot",
    "task": "order_id, n",
    "task_candidate": "order_id, n, principal",
    "sequence": "name",
}

# Each database has told at another moment that the bundle was published.
OF_ORDERS = "WHERE stream IN (SELECT id FROM order_row)"
ENTRIES_OF = f"SELECT count(*) FROM audit_entry {OF_ORDERS}"
ON_POSTGRES = (
    f"SELECT stream, seq, type, body, hash FROM audit_entry {OF_ORDERS} ORDER BY id",
    "SELECT id, state, data FROM order_row ORDER BY id",
    "SELECT order_id, slot, sort_key FROM order_key ORDER BY 1, 2, 3",
)


def _rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


def _on_postgres(url: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.encode()).fetchall()


def _whole(orders: int) -> tuple[Any, ...]:
    return (orders, TRANSACTIONS, TRANSACTIONS, "ended")


def test_every_order_of_the_engine_runs_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "engine.db"
    with engine.opened(f"sqlite:///{file}", sync="normal", group=3) as work:
        work(4)
        work(3)
    assert _rows(file, ORDERS) == [_whole(7)]
    assert _rows(file, ENTRIES_OF) == [(7 * engine.ENTRIES,)]


@pytest.mark.parametrize("group", [1, 3])
def test_the_bare_driver_writes_what_the_engine_wrote(group: int, tmp_path: Path) -> None:
    recorded, again = tmp_path / "recorded.db", tmp_path / "again.db"
    recording = record(f"sqlite:///{recorded}", group=group, counts=(2, 3))
    with replayed_on_sqlite(again, "NORMAL", recording) as work:
        work(2)
        work(3)
    for table, key in TABLES.items():
        only = OF_ORDERS if table.startswith("audit_") else ""
        sql = f"SELECT * FROM {table} {only} ORDER BY {key}"
        assert _rows(again, sql) == _rows(recorded, sql), table
    assert _rows(again, ORDERS) == [_whole(5)]
    # A transaction a command, or one for the commands of a batch that are in time.
    most = 5 * TRANSACTIONS
    written = [len(call) for call in recording.calls]
    assert sum(written) == most if group == 1 else 2 * TRANSACTIONS <= sum(written) < most


def test_the_same_on_postgres(postgres_server: PostgresServer, postgres_url: str) -> None:
    recording = record(postgres_url, group=1, counts=(2,))
    again = postgres_server.create()
    with replayed_on_postgres(again, recording) as work:
        work(2)
    for sql in ON_POSTGRES:
        assert _on_postgres(again, sql) == _on_postgres(postgres_url, sql)
    assert _on_postgres(again, ORDERS) == [_whole(2)]
    postgres_server.drop(again)


def test_four_processes_share_the_work(postgres_url: str) -> None:
    with workers(postgres_url, count=4, group=1) as work:
        work(6)
        work(5)
    assert _on_postgres(postgres_url, ORDERS) == [_whole(11)]
    assert _on_postgres(postgres_url, ENTRIES_OF) == [(11 * engine.ENTRIES,)]


def test_all_nine_run_side_by_side(tmp_path: Path) -> None:
    counts: Sequence[int] = calls(4, 1)
    results = measure(sqlite_contestants(tmp_path, counts), count=4, rounds=1)
    assert [(each.name, len(each.ratios)) for each in results if "engine" in each.name] == [
        ("engine sqlite FULL", 2),
        ("engine sqlite NORMAL", 2),
        ("engine sqlite group-50", 2),
    ]
    for name in ("FULL", "NORMAL", "group-50"):
        for kind in ("engine", "same"):
            assert _rows(tmp_path / f"{kind}-{name}.db", ORDERS) == [_whole(8)]


def test_the_parts_of_a_command_are_all_seen(tmp_path: Path) -> None:
    by_part, profile = parts(tmp_path, orders=4)
    figures = {row[0]: row[1:] for row in by_part.rows}
    assert set(figures) == {*WATCHED, *DRIVER, COLLECTOR, REST, "together"}
    for name in (*WATCHED, *DRIVER, REST):
        assert all(int(each) > 0 for each in figures[name]), name
    assert "platform/engine/" in profile.text
    assert str(Path.home()) not in profile.text
