"""What is measured over HTTP is carried out: every request, order and verdict is in the tables."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.bench.http_client import client
from orderloom.platform.bench.http_speed import creations, engine_server, requests
from orderloom.platform.bench.latency import (
    CROWD,
    beside_another,
    clicks,
    crowd,
    lone_commands,
)
from orderloom.platform.bench.rounds import measure

OF_CREATION = "SELECT revision, count(*) FROM order_row GROUP BY revision"
RECEIVED = "SELECT count(*) FROM audit_entry WHERE type = 'event.received'"
VERDICTS = "SELECT count(*) FROM audit_entry WHERE type = 'approval.verdict'"


def _rows(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(sql).fetchall()


def test_every_request_is_a_row_or_a_transition(tmp_path: Path) -> None:
    # 4 requests of warm-up and one round of 20.
    results = measure(requests(tmp_path, (4, 20)), count=20, rounds=1)
    assert [len(each.ratios) for each in results] == [0, 1]
    assert _rows(tmp_path / "bare.db", "SELECT count(*) FROM bare") == [(24,)]
    assert _rows(tmp_path / "transitions.db", RECEIVED) == [(24,)]


def test_orders_are_made_one_by_one_and_in_bulk(tmp_path: Path) -> None:
    measure(creations(tmp_path), count=6, rounds=1)
    for name in ("singly", "bulk"):
        assert _rows(tmp_path / f"{name}.db", OF_CREATION) == [(1, 10)]


def test_each_click_is_a_verdict_while_the_server_is_busy(tmp_path: Path) -> None:
    quiet, busy = clicks(f"sqlite:///{tmp_path / 'clicks.db'}", "SQLite", 3)
    assert _rows(tmp_path / "clicks.db", VERDICTS) == [(6,)]
    made = dict(_rows(tmp_path / "clicks.db", OF_CREATION))
    # Those of the bulk load; the six have their verdict.
    assert made[2] == 6
    assert made[1] > 0
    assert str(made[1] + 6) in busy[0]
    assert all(float(each) > 0 for each in (*quiet[1:3], *busy[1:3]))


def test_a_crowd_shares_commits_and_a_lone_command_waits_for_nobody(tmp_path: Path) -> None:
    ((_, commits, _),) = crowd(f"sqlite:///{tmp_path / 'crowd.db'}").rows
    assert 0 < int(commits) < CROWD
    assert _rows(tmp_path / "crowd.db", RECEIVED) == [(CROWD,)]
    whole, waited = lone_commands(f"sqlite:///{tmp_path / 'lone.db'}", 5)
    assert _rows(tmp_path / "lone.db", OF_CREATION) == [(1, 5)]
    assert float(waited[1]) <= float(whole[1])


def test_a_command_beside_another_process_that_commits(tmp_path: Path) -> None:
    ((_, median, slow, _),) = beside_another(f"sqlite:///{tmp_path / 'beside.db'}", 3)
    assert 0 < float(median) <= float(slow)
    # Its own three, and whole groups of the other's, to their ends.
    own, others = _rows(tmp_path / "beside.db", OF_CREATION)
    assert own == (1, 3)
    assert others[1] % 50 == 0


def test_a_request_without_success_is_told(tmp_path: Path) -> None:
    with (
        engine_server(f"sqlite:///{tmp_path / 'told.db'}") as (_, about),
        client(about["address"]) as nobody,
        pytest.raises(RuntimeError, match="401"),
    ):
        nobody.post("/api/v1/orders", b"{}")
