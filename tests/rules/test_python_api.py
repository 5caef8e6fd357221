"""What programs import: the examples of the page and of the docstrings are carried out."""

from __future__ import annotations

import datetime
import doctest
import inspect
from decimal import Decimal
from types import ModuleType

import pytest
from parts.repository import text

import orderloom.rules as rules
from orderloom.rules import EvaluationError, compile_decision, decision, expression

STABLE = {
    "evaluate": ["text", "scope", "strict"],
    "unary_test": ["text", "value", "scope"],
    "compile_decision": ["document", "decisions", "names"],
    "check_decision": ["decision"],
    "explain": ["decision", "inputs"],
}


def test_the_page_says_what_happens() -> None:
    example = doctest.DocTestParser().get_doctest(text("docs/rules.md"), {}, "rules.md", None, 0)
    assert len(example.examples) > 15
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("module", [expression, decision])
def test_docstrings_say_what_happens(module: ModuleType) -> None:
    names = {**vars(module), "Decimal": Decimal, "datetime": datetime}
    done = doctest.testmod(module, extraglobs=names)
    assert done.attempted > 1
    assert done.failed == 0


@pytest.mark.parametrize("name", STABLE)
def test_names_and_parameters_stay(name: str) -> None:
    function = getattr(rules, name)
    assert name in rules.__all__
    assert function.__doc__
    assert list(inspect.signature(function).parameters)[: len(STABLE[name])] == STABLE[name]


@pytest.mark.parametrize(
    ("given", "row", "column", "value"),
    [
        ({"n": 0}, "ratio", "n", 0),
        ({"n": "x"}, None, "n", "x"),
        ({"n": 0.5}, None, "n", 0.5),
        ({"n": None}, None, "n", None),
        ({}, None, "n", None),
        ({"n": 7}, None, None, None),
    ],
)
def test_what_has_no_answer_names_row_column_and_value(
    given: dict[str, object], row: str | None, column: str | None, value: object
) -> None:
    table = compile_decision(
        {
            "inputs": [{"name": "n", "type": "number"}],
            "outputs": [{"name": "out"}],
            "rules": [{"id": "ratio", "when": ["10 / ? > 5"], "then": ["1"]}],
        }
    )
    with pytest.raises(EvaluationError) as raised:
        table.evaluate(given)
    assert (raised.value.row, raised.value.column, raised.value.value) == (row, column, value)
    assert "function" not in str(raised.value)
