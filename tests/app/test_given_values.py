"""Tests of decisions give plain data: dates, times and durations are read by the inputs' types."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.deciding import decide
from orderloom.platform.app.decision_tests import decision_tests
from orderloom.platform.app.table_cases import suggested_cases
from orderloom.platform.definitions import Bundle

HEAD = """\
kind: decision
id: d
title: D
hit: FIRST
outputs: [{name: out, default: "0"}]
"""
# Inputs, cells of the one row, tests.
TYPES = [
    ("{name: d, type: date}", '< @"2026-03-01"', "2026-02-28", "2026-03-01"),
    ("{name: d, value: a.b.d, type: date}", '< @"2026-03-01"', "2026-02-28", "2026-03-01"),
    ("{name: d, type: time}", '>= @"08:00:00"', "08:00:00", "07:59:59"),
    (
        "{name: d, type: date and time}",
        '< @"2026-03-01T10:00:00Z"',
        "2026-03-01T10:59:59+01:00",
        "2026-03-01T11:00:00+01:00",
    ),
    ("{name: d, type: duration}", '<= @"P2D"', "PT48H", "P2DT1S"),
    ("{name: d, type: days and time duration}", '<= @"P2D"', "PT48H", "P2DT1S"),
    ("{name: d, type: years and months duration}", '> @"P1Y"', "P13M", "P12M"),
    ("{name: d, type: [date]}", 'list contains(?, @"2026-03-01")', "[2026-03-01]", "[2026-03-02]"),
    ("{name: d, type: {x: date}}", '?.x = @"2026-03-01"', "{x: 2026-03-01}", "{x: 2026-03-02}"),
    ("{name: d, type: string}", '"2026-03-01"', "2026-03-01", "2026-03-02"),
    ("{name: d, type: number}", "= 0.1", "0.10", "0.1000000000000000001"),
]


def bundle(folder: Path, **documents: str) -> Bundle:
    folder.joinpath("all.yaml").write_text("---\n".join(documents.values()), encoding="utf-8")
    return open_bundle(folder / "all.yaml")


def failed(read: Bundle) -> list[tuple[str, str]]:
    return [(one.scenario, one.problem) for one in decision_tests(read) if not one.passed]


@pytest.mark.parametrize(("column", "cell", "inside", "outside"), TYPES)
def test_values_are_read_by_the_type_of_their_input(
    column: str, cell: str, inside: str, outside: str, tmp_path: Path
) -> None:
    given = "{{a: {{b: {{d: {0}}}}}}}" if "a.b.d" in column else "{{d: {0}}}"
    text = (
        f"{HEAD}inputs: [{column}]\nrules: [{{id: r, when: ['{cell}'], then: [1]}}]\ntests:\n"
        f"  - {{given: {given.format(inside)}, expect: 1}}\n"
        f"  - {{given: {given.format(outside)}, expect: 0}}\n"
    )
    assert failed(bundle(tmp_path, d=text)) == []


def test_a_text_that_is_no_date_is_refused_by_its_input(tmp_path: Path) -> None:
    text = (
        f"{HEAD}inputs: [{{name: d, type: date}}]\nrules: []\n"
        "tests: [{given: {d: tomorrow}, error: true}, {given: {d: 2026-02-30}, expect: 0}]\n"
    )
    ((name, problem),) = failed(bundle(tmp_path, d=text))
    assert name == "d 2"
    assert "input d is string, not date" in problem


FORM = """\
kind: form
id: f
title: F
schema: {type: object, properties: {wanted: {type: string, format: date}}}
"""
NOTICE = """\
kind: decision
id: notice
title: Notice
inputs: [{name: days, value: wanted - today, type: duration}]
outputs: [{name: out}]
rules:
  - {id: short, when: ['< @"P3D"'], then: ['"short"']}
  - {id: long, when: ['>= @"P3D"'], then: ['"long"'], valid_from: 2026-01-01}
tests:
  - {given: {wanted: 2026-03-03, today: 2026-03-01}, expect: short}
  - {given: {wanted: 2026-03-04, today: 2026-03-01}, expect: long}
  - {given: {wanted: 2026-03-04, today: 2025-03-01}, error: true}
"""
OUTER = """\
kind: decision
id: outer
title: Outer
requires: {inner: inner}
value: if inner = 1 then "early" else "late"
tests: [{given: {d: 2026-02-01}, expect: early}, {given: {d: 2026-04-01}, expect: late}]
"""
INNER = HEAD.replace("id: d", "id: inner") + (
    "inputs: [{name: d, type: date}]\nrules: [{id: r, when: ['< @\"2026-03-01\"'], then: [1]}]\n"
)


def test_fields_of_forms_the_day_and_required_decisions_are_read_too(tmp_path: Path) -> None:
    read = bundle(tmp_path, form=FORM, notice=NOTICE, outer=OUTER, inner=INNER)
    assert failed(read) == []
    assert len(list(decision_tests(read))) == 5


def test_cases_of_dates_are_suggested_and_hold(tmp_path: Path) -> None:
    text = (
        f"{HEAD}inputs: [{{name: d, value: a.d, type: date}}, {{name: t, type: time}}]\nrules:\n"
        "  - {id: r, when: ['< @\"2026-03-01\"', '>= @\"08:00:00\"'], then: [1]}\n"
    )
    read = bundle(tmp_path, d=text)
    made = suggested_cases(read, "d")
    assert (made.left_out, len(made.tests)) == (0, 3)
    tests: list[Any] = list(made.tests)
    assert {"given": {"a": {"d": "2026-02-28"}, "t": "08:00:00"}, "expect": {"out": 1}} in tests
    (one,) = read.documents
    accepted = replace(read, documents=(replace(one, value={**one.value, "tests": tests}),))
    assert failed(accepted) == []


def test_one_decision_takes_dates_as_json_has_them(tmp_path: Path) -> None:
    made = decide(bundle(tmp_path, inner=INNER), "inner", {"d": "2026-02-28"})
    assert (made["result"], made["rows"]) == (1, ["r"])
