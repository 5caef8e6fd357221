"""Names the parts a test needs, skips it by name where one is missing, and counts at the end.

With `CI` set a missing part is a failure instead of a skip.
"""

import os
from collections import Counter
from collections.abc import Callable, Generator

import pytest

from parts import browser, postgres, shared_data

# part -> (fixtures that need it, why it is missing or None)
PARTS: dict[str, tuple[frozenset[str], Callable[[], str | None]]] = {
    "postgres": (postgres.FIXTURES, postgres.missing),
    "browser": (browser.FIXTURES, browser.missing),
    "shared_data": (shared_data.FIXTURES, shared_data.missing),
}

_counts: dict[str, Counter[str]] = {part: Counter() for part in PARTS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with the parts that its fixtures or its own markers ask for."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        for part, (needing, _) in PARTS.items():
            if fixtures & needing and not item.get_closest_marker(part):
                item.add_marker(part)
            if item.get_closest_marker(part):
                item.user_properties.append(("part", part))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or in CI fail, a test whose part is missing."""
    for part, (_, missing) in PARTS.items():
        if not item.get_closest_marker(part):
            continue
        reason = missing()
        if reason is None:
            continue
        if os.environ.get("CI"):
            pytest.fail(f"{part} is missing: {reason}", pytrace=False)
        pytest.skip(f"{part} is missing: {reason}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count each test once per part it used."""
    if report.when == "teardown" and not report.failed:
        return
    if report.when == "setup" and report.passed:
        return
    for name, part in report.user_properties:
        if name == "part":
            _counts[str(part)][report.outcome] += 1


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Generator[None, None, None]:
    """Write the parts' counts last, just above pytest's own closing line."""
    yield
    for part, count in _counts.items():
        if count["skipped"] or count["failed"]:
            terminalreporter.write_line(
                f"{_shown(part)}: {count['failed']} failed, {count['skipped']} skipped"
            )
    terminalreporter.write_line(
        ", ".join(f"{_shown(part)} {count['passed']} passed" for part, count in _counts.items())
    )


def _shown(part: str) -> str:
    return part.replace("_", "-")
