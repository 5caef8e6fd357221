"""`orderloom table`: spreadsheets in and out, suggested cases, rows that nothing reaches."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts.command_line import CommandLine
from parts.examples import folder

from orderloom.platform.codec import load_all_yaml, load_yaml

FILE = """\
# Stays as it is, to the last sign.
kind: decision
id: other
title: Other   # a comment
value: '1'
---
kind: decision
id: fee
title: Fee
inputs: [{name: total, type: number}]
outputs: [{name: fee, type: number}]
rules:
  - {id: big, when: {total: ">= 100"}, then: {fee: 0}}
  - {id: small, when: {total: "< 100"}, then: {fee: 4.90}}
tests:
  - {given: {total: 100}, expect: {fee: 0}}
"""


@pytest.fixture
def fees(tmp_path: Path) -> Path:
    file = tmp_path / "fees.yaml"
    file.write_text(FILE, encoding="utf-8")
    return file


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_is_exported_changes_nothing(
    orderloom: CommandLine, fees: Path, tmp_path: Path, suffix: str
) -> None:
    target = tmp_path / f"fee.{suffix}"
    ran = orderloom.json("table", "export", fees, target, "--decision", "fee")
    assert (ran.code, ran.json["decision"]) == (0, "fee")
    assert orderloom.json("table", "diff", target, fees).json == []
    same = orderloom.json("table", "import", target, fees, "--accept")
    assert (same.code, same.json) == (0, {"accepted": False, "changes": []})
    assert fees.read_text(encoding="utf-8") == FILE


def test_changes_are_shown_and_written_only_once_accepted(
    orderloom: CommandLine, fees: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "fee.csv"
    orderloom.run("table", "export", fees, sheet, "--decision", "fee")
    text = sheet.read_text(encoding="utf-8")
    assert "4.90" in text
    sheet.write_text(text.replace("4.90", "5.00"), encoding="utf-8")
    shown = orderloom.run("table", "import", sheet, fees)
    assert shown.code == 1
    assert "row small, output fee: 4.90 → 5.00" in shown.out
    assert fees.read_text(encoding="utf-8") == FILE
    taken = orderloom.json("table", "import", sheet, fees, "--accept")
    change = {"place": "row small, output fee", "before": "4.90", "after": "5.00"}
    assert (taken.code, taken.json) == (0, {"accepted": True, "changes": [change]})
    written = fees.read_text(encoding="utf-8")
    assert written.startswith(FILE.partition("---")[0])
    assert orderloom.json("table", "diff", sheet, fees).json == []
    assert len(load_all_yaml(written)) == 2
    decided = orderloom.json("decide", fees, "fee", "--given", '{"total": 1}')
    assert str(decided.json["result"]) == "5.00"


def test_a_new_decision_goes_to_the_end(orderloom: CommandLine, fees: Path, tmp_path: Path) -> None:
    sheet, target = tmp_path / "fee.xlsx", tmp_path / "new.yaml"
    orderloom.run("table", "export", fees, sheet, "--decision", "fee")
    assert orderloom.json("table", "import", sheet, target, "--accept").code == 0
    assert orderloom.json("table", "import", sheet, target).json["changes"] == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "table.format"),
        ("a.csv", b"\xff", "table.cells"),
        ("a.csv", b"kind,decision\nid,a\n", "bundle.findings"),
        ("a.csv", b"kind,decision\nid,a\ntitle,A\nvalue,1 +\n", "table.cells"),
        ("a.xlsx", b"PK", "table.cells"),
    ],
)
def test_what_is_no_table_is_refused(
    orderloom: CommandLine, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    ran = orderloom.json("table", "import", file, tmp_path / "d.yaml", "--accept")
    assert (ran.code, ran.json["code"]) == (1, code)
    assert not (tmp_path / "d.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("x.txt",), "table.format"),
        (("x.csv",), "table.which"),
        (("x.csv", "--decision", "gone"), "decision.not_found"),
    ],
)
def test_what_cannot_be_exported_is_said(
    orderloom: CommandLine, fees: Path, tmp_path: Path, arguments: tuple[str, ...], code: str
) -> None:
    target, *more = arguments
    ran = orderloom.json("table", "export", fees, tmp_path / target, *more)
    assert (ran.code, ran.json["code"]) == (1, code)


def test_suggested_cases_are_tests_that_pass(
    orderloom: CommandLine, fees: Path, tmp_path: Path
) -> None:
    ran = orderloom.run("table", "cases", fees, "fee")
    tests = load_yaml(ran.out).value["tests"]
    assert {"given": {"total": 100}, "expect": {"fee": 0}} in tests
    assert any(one["given"]["total"] < 100 for one in tests)
    whole = fees.read_text(encoding="utf-8").partition("tests:")[0] + ran.out
    fees.write_text(whole, encoding="utf-8")
    played = orderloom.json("test", fees)
    assert (played.json["failed"], played.json["passed"]) == (0, len(tests))


def test_cases_that_are_no_plain_data_are_counted(orderloom: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "d.yaml"
    text = (
        "{kind: decision, id: d, title: D, inputs: [{name: day}], outputs: [{name: o}],"
        " rules: [{when: ['> date(\"2026-01-01\")'], then: ['1']}]}"
    )
    file.write_text(text, encoding="utf-8")
    assert orderloom.json("table", "cases", file, "d").json["left_out"] > 0
    file.write_text(text.replace("name: day", "name: day, type: date"), encoding="utf-8")
    found = orderloom.json("table", "cases", file, "d").json
    assert (found["left_out"], found["tests"][0]["given"]) == (0, {"day": "2026-01-02"})


def test_rows_that_no_test_reaches_are_named(orderloom: CommandLine, fees: Path) -> None:
    ran = orderloom.json("table", "coverage", fees)
    assert ran.code == 1
    assert (ran.json["rows"], ran.json["covered"]) == (2, 1)
    assert ran.json["decisions"]["fee"] == {
        "rows": 2,
        "tests": 1,
        "scenarios": 0,
        "never": ["small"],
    }
    assert "fee: not reached: small" in orderloom.run("table", "coverage", fees).out


def test_rows_that_scenarios_reach_are_counted(orderloom: CommandLine) -> None:
    ran = orderloom.json("table", "coverage", folder("b2b-order"))
    assert (ran.code, ran.json["covered"]) == (0, ran.json["rows"])
    played = {id_: one["scenarios"] for id_, one in ran.json["decisions"].items()}
    # By actions, by the matrix of an approval, by checks of the order and of each line.
    assert all(played[id_] > 0 for id_ in ("routing", "approval-tier", "b2b-checks", "line-checks"))
