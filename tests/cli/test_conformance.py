"""`orderloom conformance` counts cases, and refuses what is no file of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from parts.command_line import CommandLine

FEEL = [
    {"id": "one", "expression": "1 + 1", "context": {}, "expected": 2},
    {"id": "two", "expression": "n + 0.1", "context": {"n": 0.2}, "expected": 0.4},
    {"id": "null", "expression": "1 / 0", "context": {}, "expected": None, "error": True},
    {"id": "now", "expression": "now() instance of date and time", "expected": True},
]
TABLES = [
    {
        "id": "t",
        "decision": "d",
        "hit_policy": "UNIQUE",
        "aggregation": None,
        "inputs": [{"expr": "Risk level", "type": "string", "allowed": None}],
        "outputs": [{"name": None, "allowed": None, "default": None}],
        "rules": [{"when": ['"high"'], "then": ["1"]}, {"when": ['"low"'], "then": ["2"]}],
        "cases": [
            {"id": "a", "inputs": {"Risk level": "low"}, "expected": 2, "error": False},
            {"id": "b", "inputs": {"Risk level": "high"}, "expected": 2, "error": False},
            {"id": "c", "inputs": {"Risk level": "none"}, "expected": None, "error": True},
        ],
    }
]


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_expressions_are_counted(orderloom: CommandLine, tmp_path: Path) -> None:
    ran = orderloom.json("conformance", "feel", write(tmp_path / "feel.json", FEEL))
    assert ran.code == 0
    assert ran.json["value"] == {"passed": 2, "of": 3}
    assert ran.json["null"] == {"passed": 1, "of": 1}
    (failed,) = ran.json["failed"]
    assert (failed["id"], failed["expression"]) == ("two", "n + 0.1")


def test_tables_are_counted(orderloom: CommandLine, tmp_path: Path) -> None:
    ran = orderloom.json("conformance", "tables", write(tmp_path / "tables.json", TABLES))
    assert (ran.json["value"], ran.json["null"]) == (
        {"passed": 1, "of": 2},
        {"passed": 1, "of": 1},
    )
    assert [one["id"] for one in ran.json["failed"]] == ["t/d/b"]


def test_the_counts_are_said_in_words(orderloom: CommandLine, tmp_path: Path) -> None:
    ran = orderloom.run("conformance", "feel", write(tmp_path / "feel.json", FEEL))
    assert "2 of 3 cases that expect a value hold" in ran.out


@pytest.mark.parametrize("content", [{}, [1], [{"expression": "1"}]])
def test_what_is_no_list_of_cases_is_refused(
    orderloom: CommandLine, tmp_path: Path, content: object
) -> None:
    ran = orderloom.json("conformance", "feel", write(tmp_path / "feel.json", content))
    assert (ran.code, ran.json["code"]) == (1, "conformance.file")
