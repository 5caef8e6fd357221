"""What an `expect` compares: parts of data, exact lists, unary tests."""

from decimal import Decimal
from typing import Any

import pytest

from orderloom.platform.app.scenario_expect import mismatches


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": Decimal("1.0")}, {"a": 1}),
        ({"a": {"test": "> 100"}}, {"a": Decimal("100.01")}),
        ({"a": {"test": '"x", "y"'}}, {"a": "y"}),
        ({"lines": [{"qty": 1}, {}]}, {"lines": [{"qty": 1, "sku": "A"}, {"qty": 2}]}),
        ({"a": None}, {}),
        ("text", "text"),
        (True, True),
    ],
)
def test_what_fits(expected: Any, actual: Any) -> None:
    assert list(mismatches(expected, actual, "data")) == []


@pytest.mark.parametrize(
    ("expected", "actual", "problem"),
    [
        ({"a": 1}, {"a": 2}, "data.a is 2, expected 1"),
        ({"a": 1}, {}, "data.a is null, expected 1"),
        ({"a": {"b": 1}}, {"a": 5}, 'data.a is 5, expected {"b":1}'),
        ({"a": {"test": "> 100"}}, {"a": 100}, "data.a is 100, expected > 100"),
        ({"a": [1, 2]}, {"a": [1]}, "data.a is [1], expected [1,2]"),
        ({"a": [{"q": 1}]}, {"a": [{"q": 2}]}, "data.a[0].q is 2, expected 1"),
        ({"a": True}, {"a": 1}, "data.a is 1, expected true"),
        ({"a": 1}, {"a": True}, "data.a is true, expected 1"),
    ],
)
def test_what_differs_is_named_with_its_place(expected: Any, actual: Any, problem: str) -> None:
    assert list(mismatches(expected, actual, "data")) == [problem]
