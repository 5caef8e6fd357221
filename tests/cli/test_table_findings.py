"""`orderloom check` of one file with one decision: the mistake, and a sample that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from parts.command_line import CommandLine
from parts.table_problems import shows

from orderloom.platform.codec import load_yaml
from orderloom.rules import compile_decision

TABLES = Path(__file__).parents[1] / "data" / "tables"
FOUND: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
    "gap": ("rules", (), {"parcel": {"weight": 30}, "express": False}),
    "overlap": ("rules.1", ("summer", "back-to-school"), {"order_date": "2026-08-31"}),
    "masked": (
        "rules.1",
        ("very-large", "large"),
        {"total": 50001, "customer": {"country": "other"}},
    ),
    "conflict": (
        "rules.2",
        ("new-customer", "abroad"),
        {"customer": {"new": True, "country": "SK"}},
    ),
}
WARNED = """\
kind: decision
id: rate
title: Rate
hit: FIRST
inputs: [{name: total, type: number}, {name: country, type: string}]
outputs: [{name: rate, type: number}]
rules:
  - {id: large, when: {total: "> 100"}, then: {rate: 1}}
  - {id: rest, then: {rate: 2}}
"""


def test_every_table_has_a_row() -> None:
    assert sorted(file.stem for file in TABLES.glob("*.yaml")) == sorted(FOUND)


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_mistake_in_a_table_is_told_with_a_sample(name: str, orderloom: CommandLine) -> None:
    file = TABLES / f"{name}.yaml"
    told = orderloom.json("check", file)
    assert told.code == 1
    (finding,) = told.json
    path, rows, sample = FOUND[name]
    assert (finding["file"], finding["code"], finding["path"], finding["severity"]) == (
        *(file.name, f"table.{name}", path, "error"),
    )
    assert finding["sample"] == sample
    assert all(f"'{row}'" in finding["message"] for row in rows)
    decision = compile_decision(load_yaml(file.read_bytes()).value)
    assert shows(decision, name, rows, _typed(sample))


def _typed(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The sample with its day as a date."""
    days = (
        {"order_date": date.fromisoformat(sample["order_date"])} if "order_date" in sample else {}
    )
    return {**sample, **days}


def test_a_warning_stops_nothing_unless_asked(tmp_path: Path, orderloom: CommandLine) -> None:
    file = tmp_path / "rate.yaml"
    file.write_text(WARNED, encoding="utf-8")
    (finding,) = orderloom.json("check", file).json
    assert (finding["code"], finding["severity"]) == ("table.idle", "warning")
    assert "sample" not in finding
    told = orderloom.run("check", file)
    assert told.code == 0
    assert "[table.idle] Warning: Whatever" in told.out
    assert told.out.endswith("1 warning.\n")
    assert orderloom.run("check", file, "--strict").code == 1
    assert "[table.idle] Ostrzeżenie: Wejście" in orderloom.run("check", file, "--lang", "pl").out
    both = orderloom.run("check", file, TABLES / "gap.yaml")
    assert both.code == 1
    assert both.out.endswith("1 finding. 1 warning.\n")
