"""The summary of kills: `<rounds> rounds, <violations> violations`."""

from __future__ import annotations

from typing import Any

ROUNDS, VIOLATIONS = "kill_rounds", "kill_violations"


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
