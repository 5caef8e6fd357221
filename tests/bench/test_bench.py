"""The bench writes the rows that it says it measures."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from orderloom.platform.bench import Report, write
from orderloom.platform.bench.calibration import Calibration
from orderloom.platform.bench.raw_postgres import raw_postgres
from orderloom.platform.bench.raw_sqlite import raw_sqlite
from orderloom.platform.bench.reference_rows import BODY, DATA, ENTRIES, TRANSACTIONS
from orderloom.platform.bench.report import Section, Sheet
from orderloom.platform.bench.rounds import Ratio, Result, measure

COUNTS = "SELECT (SELECT count(*) FROM raw_order WHERE revision = 8), count(*) FROM raw_entry"
MACHINE = Calibration(2, 30, 900, 130)


def test_the_reference_work_has_the_documented_size() -> None:
    assert (len(ENTRIES), sum(ENTRIES)) == (TRANSACTIONS, 12)
    assert 1300 <= len(DATA) <= 1500
    assert 270 <= len(BODY) <= 330


def test_sqlite_holds_every_row_of_every_round(tmp_path: Path) -> None:
    results = measure(raw_sqlite(tmp_path), count=8, rounds=2)
    assert [len(result.ratios) for result in results] == [0, 1, 1]
    for name in ("FULL", "NORMAL", "group-50"):
        with closing(sqlite3.connect(tmp_path / f"raw-{name}.db")) as connection:
            # 4 orders of warm-up and two rounds of 8.
            assert connection.execute(COUNTS).fetchone() == (20, 240)


@pytest.mark.parametrize(
    ("number", "schema"), [(0, "plain_1"), (1, "in_one_1"), (2, "plain_4"), (3, "in_one_4")]
)
def test_postgres_holds_every_row(number: int, schema: str, postgres_url: str) -> None:
    with raw_postgres(postgres_url)[number].opened() as work:
        work(8)
        work(8)
    with psycopg.connect(postgres_url, options=f"-c search_path={schema}") as connection:
        assert connection.execute(COUNTS).fetchone() == (16, 192)


def test_a_report_replaces_only_its_own_part_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("above\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nbelow\n")
    ratios = (Ratio("same rows", "0.95", "≥ 0.90"), Ratio("raw", "0.80", None))
    section = Section("SQLite", "order", (Result("engine", 1234, "810", ratios),))
    sheet = Sheet("By part", ("µs", "one by one"), (("commit", "45"),), "a profile")
    report = Report(MACHINE, 3, (section,), (sheet,), ("PostgreSQL: none",))
    write(report, json=tmp_path / "bench.json", page=page)
    text = page.read_text()
    assert text.startswith("above\n")
    assert text.endswith("\nbelow\n")
    assert "| contestant | orders/s | µs/order | ratio | of | goal |" in text
    assert "| engine | 1,234 | 810 | 0.95 | same rows | ≥ 0.90 |" in text
    assert "|  |  |  | 0.80 | raw |  |" in text
    assert "| commit | 45 |" in text
    assert "```text\na profile\n```" in text
    assert "- Not measured: PostgreSQL: none" in text
    assert "old" not in text
    assert '"value": "0.95"' in (tmp_path / "bench.json").read_text()
