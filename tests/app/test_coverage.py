"""What scenarios use is told exactly: the small bundle, whose scenarios leave something out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from parts.command_line import CommandLine
from parts.small_bundle import write_small_bundle

from orderloom.platform.app.bundles import open_bundle
from orderloom.platform.app.coverage import (
    Part,
    coverage,
    coverage_json,
    coverage_lines,
    everything,
    watched,
)
from orderloom.platform.app.simulate import Simulate
from orderloom.platform.app.simulation import open_world
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.problem import Refused
from orderloom.platform.words import Words

# What the two scenarios of the small bundle do not use.
UNUSED = {
    "stages": {"cancelled"},
    "transitions": {
        "on.cancel",
        "stages.deciding.always[0]",
        "stages.approval.do[0].on.rejected",
        "stages.approval.do[0].on.returned",
        "stages.paying.on.paid",
    },
    "rows": set(),
}


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return open_bundle(write_small_bundle(tmp_path / "small"))


def ids(part: Part) -> set[str]:
    return {each.id for each in part.unused}


def test_what_no_scenario_uses_is_told(bundle: Bundle) -> None:
    found = coverage(bundle, Simulate(open_world))
    assert {name: ids(getattr(found, name)) for name in UNUSED} == UNUSED
    # The row of small totals is matched by a test of the decision alone.
    assert (found.scenarios, found.failed, found.tested) == (2, (), 1)
    assert not found.complete


SCENARIOS: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "a stage and the transition to it": (
        [{"as": "alice", "do": "cancel", "reason": "no"}],
        "on.cancel",
        "cancelled",
    ),
    "a transition alone": (
        [{"as": "bob", "reject": "manager", "comment": "no"}],
        "stages.approval.do[0].on.rejected",
        "",
    ),
}


@pytest.mark.parametrize("name", list(SCENARIOS))
def test_one_more_scenario_uses_what_it_comes_by(bundle: Bundle, name: str) -> None:
    steps, transition, stage = SCENARIOS[name]
    value = {
        "scenario": "more",
        "process": "request",
        "given": {"order": {"by": "alice", "data": {"title": "Desk", "total": 250}}},
        "steps": steps,
    }
    more = Document(kind="scenario", id="more", file="scenarios/more.yaml", line=1, value=value)
    found = coverage(replace(bundle, scenarios=(*bundle.scenarios, more)), Simulate(open_world))
    assert ids(found.transitions) == UNUSED["transitions"] - {transition}
    assert ids(found.stages) == UNUSED["stages"] - {stage}


def test_without_scenarios_only_tested_rows_are_used(bundle: Bundle) -> None:
    found = coverage(replace(bundle, scenarios=()), Simulate(open_world))
    there = everything(bundle)
    assert ids(found.stages) == {stage for _, stage in there.stages}
    assert (found.rows.used, found.tested) == (2, 2)


def test_nobody_is_told_outside(bundle: Bundle) -> None:
    with watched() as first:
        Simulate(open_world).run(bundle)
    before = (set(first.stages), set(first.transitions), set(first.rows))
    with watched() as second:
        Simulate(open_world).run(replace(bundle, scenarios=bundle.scenarios[:1]))
    assert (first.stages, first.transitions, first.rows) == before
    assert second.stages < first.stages


def test_a_bundle_with_errors_is_not_played(bundle: Bundle) -> None:
    broken = [
        replace(each, value={**each.value, "form": "missing"}) if each.kind == "process" else each
        for each in bundle.documents
    ]
    with pytest.raises(Refused) as refused:
        coverage(replace(bundle, documents=tuple(broken)), Simulate(open_world))
    assert refused.value.rejection.code == "bundle.findings"


def test_the_command_tells_it_as_text_and_json(bundle: Bundle, tmp_path: Path) -> None:
    run = CommandLine()
    asked = run.json("test", tmp_path / "small", "--coverage")
    assert asked.code == 0, asked.err
    assert asked.json == [coverage_json(coverage(bundle, Simulate(open_world)))]
    told = run.run("test", tmp_path / "small", "--coverage").out
    assert "Stages: 5 of 6 entered" in told
    assert "  request: * —cancel→ cancelled (on.cancel)" in told


@pytest.mark.parametrize("language", ["en", "pl", "sk"])
def test_lines_name_each_unused_thing_once(bundle: Bundle, language: str) -> None:
    lines = coverage_lines(coverage(bundle, Simulate(open_world)), Words(language))
    unused = [line for line in lines if line.startswith("  ")]
    assert len(unused) == sum(len(each) for each in UNUSED.values())
    assert len(lines) == len(unused) + 3
