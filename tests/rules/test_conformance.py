"""The counts that `docs/rules.md` tells, and that each case that does not hold has its reason."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.repository import text

from orderloom.rules.conformance import Score, score_feel, score_tables
from orderloom.rules.reference import functions_markdown

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "docs/rules.md"


def cases(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.mark.parametrize(
    ("file", "heading"),
    [
        ("dmn_tck/feel.json", "TCK"),
        ("feel/feelin.json", "feelin"),
        ("dmn_tck/tables.json", "Tables"),
    ],
)
def test_the_page_tells_the_counts_and_every_case_that_does_not_hold(
    shared_data: Path, file: str, heading: str
) -> None:
    found = cases(shared_data / file)
    score = score_tables(found) if "tables" in file else score_feel(found, NOW)
    counts, named = told(heading)
    assert counts == [count for pair in score.kinds.values() for count in pair]
    assert sorted(named) == sorted(short(one.id) for one in score.missed)


def told(heading: str) -> tuple[list[int], list[str]]:
    """The numbers of the section's first bold line, and the cases its table names."""
    section = text(PAGE).split(f"### {heading}\n")[1].split("\n### ")[0].split("\n## ")[0]
    line = re.search(r"\*\*(.+?)\*\*", section)
    assert line
    counts = [int(number) for number in re.findall(r"\d+", line[1])]
    rows = re.findall(r"^\| (`.+?`(?:, `.+?`)*) \|", section, re.MULTILINE)
    return counts, [name for row in rows for name in re.findall(r"`(.+?)`", row)]


def short(id_: str) -> str:
    """The last part of an id that tells cases apart."""
    parts = id_.split("/")
    return "/".join(parts[1:]) if parts[-1].isdigit() and len(parts) > 1 else parts[-1]


def test_the_page_has_every_function() -> None:
    assert functions_markdown() in text(PAGE)


COUNTED: list[tuple[dict[str, Any], list[list[int]]]] = [
    ({"expression": "1 + 1", "expected": 2}, [[1, 1], [0, 0]]),
    ({"expression": "1 + 1", "expected": 3}, [[0, 1], [0, 0]]),
    ({"expression": "1 + null", "expected": None}, [[0, 0], [1, 1]]),
    ({"expression": "1 +", "expected": None}, [[0, 0], [1, 1]]),
    ({"expression": "1 +", "expected": 1}, [[0, 1], [0, 0]]),
    ({"expression": "1", "expected": None}, [[0, 0], [0, 1]]),
    ({"expression": "1 / 3", "expected": Decimal("0.333333333")}, [[1, 1], [0, 0]]),
    ({"expression": "0.1 + 0.2", "expected": Decimal("0.300000001")}, [[0, 1], [0, 0]]),
    ({"expression": "1 = 1", "expected": 1}, [[0, 1], [0, 0]]),
    ({"test": "> 5", "input": 6, "expected": True}, [[1, 1], [0, 0]]),
    (
        {"expression": '@"2026-01-01"', "expected": {"$type": "date", "value": "2026-01-01"}},
        [[1, 1], [0, 0]],
    ),
    (
        {"expression": '@"10:00:00Z"', "expected": {"$type": "time", "value": "10:00:00+01:00"}},
        [[0, 1], [0, 0]],
    ),
]


@pytest.mark.parametrize(("case", "expected"), COUNTED)
def test_counting(case: dict[str, Any], expected: list[list[int]]) -> None:
    score = score_feel([case], NOW)
    assert list(score.kinds.values()) == expected
    assert len(score.missed) == sum(of - passed for passed, of in expected)


def test_a_bug_in_a_function_is_no_null(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        score_feel([{"expression": "f()", "context": {"f": broken}, "expected": None}], NOW)


def test_nothing_counted_is_nothing() -> None:
    assert Score().to_json() == {"failed": []}
