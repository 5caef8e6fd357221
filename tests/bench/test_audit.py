"""The bench of the audit seals and verifies, and leaves entries out where it says so."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from orderloom.platform.bench.audit_cost import audit_contestants, in_files
from orderloom.platform.bench.audit_log import audit_log
from orderloom.platform.bench.audit_replay import audit_replay
from orderloom.platform.store import open_store

# What was published has entries of its own.
_OF_ORDERS = "SELECT COUNT(*) FROM audit_entry WHERE stream IN (SELECT id FROM order_row)"


def test_a_log_is_sealed_and_verified(tmp_path: Path) -> None:
    sheet = audit_log(tmp_path, 1_200)
    assert [row[0] for row in sheet.rows] == [
        "sealed",
        "raw SHA-256 loop",
        "verified, 1 process",
        "verified, 2 processes",
    ]
    assert all(int(row[1]) > 0 for row in sheet.rows)


def test_with_and_without_entries(tmp_path: Path) -> None:
    counted = {}
    for place, one in enumerate(audit_contestants(in_files(tmp_path), 50)):
        with one.opened() as work:
            work(2)
        store = open_store(f"sqlite:///{tmp_path / f'audit-{place}.db'}")
        with store.database.reading() as connection:
            entries = connection.execute(text(_OF_ORDERS)).scalar_one()
        last = store.seal.latest()
        counted[one.name] = (entries > 0, store.seal.waiting(last) == 0 if last else None)
        store.close()
    assert counted == {
        "nothing written, group-50": (False, None),
        "plain journal, group-50": (True, None),
        "entries, no sealer, group-50": (True, None),
        "entries and sealer, group-50": (True, True),
        "entries, sealer in another process, group-50": (True, True),
    }


def test_orders_are_executed_again(tmp_path: Path) -> None:
    sheet = audit_replay(tmp_path, 3)
    assert sheet.title.startswith("3 orders executed again, ")
    assert all(int(row[1]) > 0 for row in sheet.rows)
