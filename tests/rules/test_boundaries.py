"""Cases that a table suggests: both sides of every edge, with what comes of them."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderloom.rules import (
    Decision,
    boundary_cases,
    compile_decision,
    compile_decisions,
    rows_never_matched,
)

TIERS: dict[str, Any] = {
    "id": "tier",
    "hit": "FIRST",
    "inputs": [
        {"name": "total", "type": "number"},
        {"name": "country", "value": "customer.country", "type": "string"},
    ],
    "outputs": [{"name": "tier"}],
    "rules": [
        {"id": "big", "when": ["> 100", "-"], "then": ['"two"']},
        {"id": "home", "when": ["[0..100]", '"PL"'], "then": ['"one"']},
    ],
}


def told(decision: Decision) -> list[tuple[Any, Any, Any]]:
    return [
        (one.given["total"], one.given["customer"]["country"], one.outputs or one.error)
        for one in boundary_cases(decision)
    ]


def test_each_edge_has_a_case_on_both_sides() -> None:
    found = told(compile_decision(TIERS))
    nothing = "no row matches, and there is no default"
    assert (100, "PL", "one") in found
    assert (101, "PL", "two") in found
    assert (0, "PL", "one") in found
    assert (-1, "PL", nothing) in found
    assert (0, "other", nothing) in found
    assert len(found) == len({repr(case) for case in found})


def test_periods_have_edges_too() -> None:
    document = {**TIERS, "rules": [{**TIERS["rules"][0], "valid_to": "2026-03-01"}]}
    days = {one.given["today"] for one in boundary_cases(compile_decision(document))}
    assert {date(2026, 3, 1), date(2026, 3, 2)} <= days


def test_what_cannot_be_given_has_no_cases() -> None:
    counted = {**TIERS, "inputs": [{"name": "n", "value": "count(lines)"}, TIERS["inputs"][1]]}
    assert boundary_cases(compile_decision(counted)) == ()
    assert boundary_cases(compile_decision({"id": "v", "value": "1"})) == ()
    required = {**TIERS, "requires": {"total": "sum"}}
    documents = {"sum": {"id": "sum", "value": "1"}, "tier": required}
    assert boundary_cases(compile_decisions(documents)["tier"]) == ()


def test_rows_that_tests_do_not_cover() -> None:
    decision = compile_decision(TIERS)
    scopes: list[dict[str, Any]] = [
        {"total": 500, "customer": {"country": "DE"}},
        {"total": None, "customer": {}},
    ]
    assert rows_never_matched(decision, scopes) == ("home",)
    assert rows_never_matched(decision, [one.given for one in boundary_cases(decision)]) == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), min_size=1, max_size=5))
def test_every_cut_point_is_tried_from_both_sides(bounds: Any) -> None:
    document = {
        "id": "t",
        "hit": "COLLECT",
        "inputs": [{"name": "n", "type": "number"}],
        "outputs": [{"name": "out"}],
        "rules": [{"when": [f"[{low}..{low + more})"], "then": ["1"]} for low, more in bounds],
    }
    decision = compile_decision(document)
    found = boundary_cases(decision)
    values = sorted(Decimal(one.given["n"]) for one in found)
    for low, more in bounds:
        if more:
            assert low in values
            assert low + more in values
            assert any(low - 1 <= value < low for value in values)
            assert any(low + more - 1 <= value < low + more for value in values)
    for one in found:
        assert decision.evaluate(one.given).outputs == one.outputs
