"""What is measured as a decision decides right, in every contestant that is installed."""

import pytest

from orderloom.platform.bench.decision_tables import HITS, SIZES, heavy, selective
from orderloom.platform.bench.decisions import contestants, deciders, missing_peers, tables
from orderloom.platform.bench.rounds import measure
from orderloom.rules import compile_decision


@pytest.mark.parametrize("hit", HITS)
@pytest.mark.parametrize("size", [*SIZES, "heavy"])
def test_every_contestant_finds_the_matching_rows(size: int | str, hit: str) -> None:
    table = selective(size) if isinstance(size, int) else heavy()
    values = table.inputs[:8]
    wanted = [table.expected(each, hit) for each in values]
    assert all(wanted)
    assert max(map(len, wanted)) < 10, "the rows are not selective"
    for name, make in deciders(table, hit).items():
        assert [list(ids) for ids in make(values)(len(values))] == wanted, name


def test_ours_makes_its_trace() -> None:
    for table, how in ((selective(1_000), "indexed"), (heavy(), "scanned")):
        trace = compile_decision(table.document("COLLECT")).evaluate(table.inputs[0]).trace
        read = {name: table.inputs[0][name] for name in table.types}
        assert trace == {"inputs": read, "how": how}


def test_few_and_many_rows_and_no_index_are_measured() -> None:
    measured = [(len(table.rows), set(table.types)) for table in tables()]
    columns = {"country", "kind", "amount"}
    assert measured == [*((size, columns) for size in SIZES), (50, {"price", "name"})]


def test_ours_is_measured_beside_all_others() -> None:
    found = contestants(selective(20), "FIRST")
    results = measure(found, count=4, rounds=1)
    assert [each.of for each in results[0].ratios] == [each.name for each in found[1:]]
    assert results[0].name == "orderloom"


def test_what_is_not_installed_is_named() -> None:
    named = {sentence.partition(":")[0] for sentence in missing_peers()}
    assert named <= {"zen-engine", "rule-engine"}
