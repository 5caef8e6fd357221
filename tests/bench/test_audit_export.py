"""The bench of exports writes one and verifies it."""

from __future__ import annotations

from pathlib import Path

from orderloom.platform.bench.audit_export import audit_export


def test_an_export_is_written_and_verified(tmp_path: Path) -> None:
    sheet = audit_export(tmp_path, 1_200)
    assert [row[0] for row in sheet.rows] == [
        "written",
        "verified, 1 process",
        "verified, 2 processes",
    ]
    assert all(int(row[1]) > 0 for row in sheet.rows)
    assert "1,200 entries" in sheet.title
