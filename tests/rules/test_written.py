"""Expressions that are written as YAML values: in cells, outputs and values of decisions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderloom.rules import compile_decision, evaluate, to_json
from orderloom.rules.written import feel_text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (Decimal("1.50"), Decimal("1.50")),
        ('"PL"', "PL"),
        ("n + 1", 8),
        (["n", '"a"', False], [7, "a", False]),
        ({"a": "n", 'ż "b"': ["1 + 1"]}, {"a": 7, 'ż "b"': [2]}),
        ([], []),
        ({}, {}),
    ],
)
def test_a_value_is_an_expression(written: Any, expected: Any) -> None:
    assert to_json(evaluate(feel_text(written), {"n": 7})) == to_json(expected)


def test_outputs_and_types_of_a_table_may_be_lists_and_maps() -> None:
    table = {
        "id": "checks",
        "hit": "COLLECT",
        "inputs": [{"name": "tags", "value": "tags", "type": ["string"]}],
        "outputs": [
            {"name": "fields", "type": ["string"]},
            {"name": "place", "type": {"x": "number"}},
        ],
        "rules": [{"id": "one", "then": {"fields": ['"a"', '"b"'], "place": {"x": "count(tags)"}}}],
    }
    result = compile_decision(table).evaluate({"tags": ["t"]})
    assert to_json(result.outputs) == [{"fields": ["a", "b"], "place": {"x": 1}}]


def test_the_value_of_a_decision_may_be_a_map() -> None:
    decision = compile_decision({"id": "d", "value": {"a": "n * 2", "b": [1, "n"]}})
    assert to_json(decision.evaluate({"n": 3}).outputs) == {"a": 6, "b": [1, 3]}
