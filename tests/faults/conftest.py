"""Both databases for loads that are killed, and the summary of kills."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROUNDS, VIOLATIONS = "kill_rounds", "kill_violations"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The database that is loaded."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'killed.db'}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Sums up what the tests of this run recorded."""
    told = [
        dict(report.user_properties)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, ())
        if getattr(report, "when", "") == "call"
    ]
    found = [each for each in told if ROUNDS in each]
    if found:
        rounds, violations = (sum(each[name] for each in found) for name in (ROUNDS, VIOLATIONS))
        terminalreporter.write_line(f"{rounds} rounds, {violations} violations")
