"""What is measured as a decision decides right, in every contestant that is installed."""

import pytest

from orderloom.platform.bench import decision_tables as tables
from orderloom.platform.bench.decisions import contestants, deciders, missing_peers
from orderloom.platform.bench.rounds import measure
from orderloom.rules import compile_decision


@pytest.mark.parametrize("hit", tables.HITS)
@pytest.mark.parametrize("size", tables.SIZES)
def test_every_contestant_finds_the_matching_rows(size: int, hit: str) -> None:
    values = tables.inputs(size)[:8]
    wanted = [tables.expected(size, each) for each in values]
    assert all(wanted)
    if size == 10_000:
        assert max(map(len, wanted)) < 10, "the rows are not selective"
    for name, make in deciders(size, hit).items():
        found = make()(values)
        assert found == ([rows[:1] for rows in wanted] if hit == "FIRST" else wanted), name


def test_ours_makes_its_trace_and_uses_the_index() -> None:
    decision = compile_decision(tables.ours(1_000, "COLLECT"))
    trace = decision.evaluate(tables.inputs(1_000)[0]).trace
    assert trace["how"] == "indexed"
    assert trace["inputs"]


def test_ours_is_measured_beside_all_others() -> None:
    found = contestants(20, "FIRST")
    results = measure(found, count=4, rounds=1)
    assert [each.of for each in results[0].ratios] == [each.name for each in found[1:]]
    assert results[0].name == "orderloom"


def test_what_is_not_installed_is_named() -> None:
    named = {sentence.partition(":")[0] for sentence in missing_peers()}
    assert named <= {"zen-engine", "rule-engine"}
