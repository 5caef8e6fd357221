"""Why: what stops each row, and the smallest change that leads to another answer."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.rules import EvaluationError, compile_decision, compile_decisions, explain

TIERS: dict[str, Any] = {
    "id": "tier",
    "hit": "FIRST",
    "inputs": [
        {"name": "total", "type": "number"},
        {"name": "country", "value": "customer.country", "type": "string", "nullable": True},
        {"name": "urgent", "type": "boolean"},
    ],
    "outputs": [{"name": "tier"}],
    "rules": [
        {"id": "big", "when": ["> 1000", "-", "-"], "then": ['"two"']},
        {"id": "near", "when": ["<= 500.50", '"PL","SK"', "-"], "then": ['"none"']},
        {"id": "old", "when": ["-", "-", "-"], "then": ['"old"'], "valid_to": "2020-01-01"},
        {"id": "else", "when": ["-", "-", "-"], "then": ['"one"']},
    ],
}


def scope(total: Any, country: str | None = "PL", *, urgent: bool = False) -> dict[str, Any]:
    return {
        "total": total,
        "customer": {"country": country},
        "urgent": urgent,
        "today": date(2026, 1, 1),
    }


def test_every_other_row_has_its_first_failing_cell_and_the_value_it_met() -> None:
    found = explain(compile_decision(TIERS), scope(700, "DE"))
    assert (found.outputs, found.matched, found.beaten) == ("one", ("else",), ())
    assert [(one.row, one.column, one.cell, one.value) for one in found.missed] == [
        ("big", "total", "> 1000", 700),
        ("near", "total", "<= 500.50", 700),
        ("old", None, "..2020-01-01", date(2026, 1, 1)),
    ]


def test_a_row_that_another_beats_is_told() -> None:
    assert explain(compile_decision(TIERS), scope(2000)).beaten == ("else",)


FLIPS: list[tuple[dict[str, Any], list[tuple[dict[str, Any], Any]]]] = [
    (scope(700), [({"total": Decimal("500.5")}, "none")]),
    (scope(2000), [({"total": 1000}, "one")]),
    (scope(300), [({"total": Decimal("500.6")}, "one")]),
    (
        scope(700, "DE"),
        [
            ({"total": Decimal("1000.1")}, "two"),
            ({"total": Decimal("500.5"), "country": "PL"}, "none"),
        ],
    ),
]


@pytest.mark.parametrize(("inputs", "expected"), FLIPS)
def test_the_smallest_changes(inputs: Any, expected: Any) -> None:
    found = explain(compile_decision(TIERS), inputs)
    told = [
        ({change.column: change.after for change in flip.changes}, flip.outputs)
        for flip in found.flips
    ]
    assert told[: len(expected)] == expected


def test_a_cell_that_fails_is_told_as_such() -> None:
    document = {
        **TIERS,
        "rules": [
            {"id": "a", "when": ["-", "-", "false"], "then": ["1"]},
            {"id": "b", "when": ['> "x"', "-", "true"], "then": ["2"]},
        ],
    }
    missed = explain(compile_decision(document), scope(5)).missed
    assert [(one.row, one.column, bool(one.error)) for one in missed] == [("b", "total", True)]


def test_what_has_no_answer_has_no_explanation() -> None:
    with pytest.raises(EvaluationError):
        explain(compile_decision(TIERS), scope(None))


def test_an_expression_tells_what_it_read() -> None:
    found = explain(compile_decision({"id": "v", "value": "a + b"}), {"a": 1, "b": 2, "c": 3})
    assert (found.outputs, found.inputs, found.flips) == (3, {"a": 1, "b": 2}, ())


def test_required_decisions_are_inputs_that_could_be_otherwise() -> None:
    risk = {"id": "risk", "value": 'if n > 5 then "high" else "low"'}
    use = {
        "id": "use",
        "requires": {"risk": "risk"},
        "inputs": [{"name": "risk"}],
        "outputs": [{"name": "out"}],
        "rules": [{"when": ['"high"'], "then": ["1"]}, {"when": ['"low"'], "then": ["2"]}],
    }
    found = explain(compile_decisions({"risk": risk, "use": use})["use"], {"n": 9})
    assert [change.after for change in found.flips[0].changes] == ["low"]


def test_it_is_plain_data() -> None:
    told = explain(compile_decision(TIERS), scope(700)).to_json()
    assert told["flips"][0]["changes"] == [{"column": "total", "from": 700, "to": Decimal("500.5")}]
    assert told["cells"] == {"else": {}}


BOUNDS = st.tuples(st.integers(-5, 5), st.integers(0, 4))


@given(st.lists(BOUNDS, min_size=1, max_size=5), st.integers(-7, 12))
def test_no_nearer_whole_number_changes_the_answer(bounds: Any, n: int) -> None:
    document = {
        "id": "t",
        "hit": "FIRST",
        "inputs": [{"name": "n", "type": "number"}],
        "outputs": [{"name": "out", "default": "-1"}],
        "rules": [
            {"when": [f"[{low}..{low + width}]"], "then": [str(number % 3)]}
            for number, (low, width) in enumerate(bounds)
        ],
    }
    decision = compile_decision(document)
    answer = decision.evaluate({"n": n}).outputs
    others = [abs(m - n) for m in range(-30, 40) if decision.evaluate({"n": m}).outputs != answer]
    found = explain(decision, {"n": n})
    told = [abs(flip.changes[0].after - n) for flip in found.flips]
    assert told == ([min(others)] if others else [])
    for flip in found.flips:
        assert decision.evaluate({"n": flip.changes[0].after}).outputs == flip.outputs
