"""The functions of DMN 1.5 (10.3.4), each called with its parameters by the standard's names."""

from __future__ import annotations

import pytest

from orderloom.rules import evaluate
from orderloom.rules.builtins import BUILTINS

# Each is true. Of functions of several shapes, each shape.
NAMED = [
    'date(from: "2026-03-01") = date(year: 2026, month: 3, day: 1)',
    'date and time(date: @"2026-03-01", time: @"10:00:00") = @"2026-03-01T10:00:00"',
    'date and time(from: "2026-03-01T10:00:00") = @"2026-03-01T10:00:00"',
    'time(from: "10:00:00") = time(hour: 10, minute: 0, second: 0)',
    'time(hour: 10, minute: 0, second: 0, offset: @"PT0S") = @"10:00:00Z"',
    'number(from: "1 000,5", grouping separator: " ", decimal separator: ",") = 1000.5',
    'string(from: 1) = "1"',
    'duration(from: "P1D") = @"PT24H"',
    'years and months duration(from: @"2025-01-01", to: @"2026-02-01") = @"P1Y1M"',
    'range(from: "[1..2]") = [1..2]',
    "not(negand: false)",
    'substring(string: "order", start position: 2, length: 2) = "rd"',
    'string length(string: "ab") = 2',
    'upper case(string: "a") = "A"',
    'lower case(string: "A") = "a"',
    'substring before(string: "a-b", match: "-") = "a"',
    'substring after(string: "a-b", match: "-") = "b"',
    'replace(input: "aXa", pattern: "x", replacement: "y", flags: "i") = "aya"',
    'contains(string: "abc", match: "b")',
    'starts with(string: "abc", match: "a")',
    'ends with(string: "abc", match: "c")',
    'matches(input: "ABC", pattern: "^a", flags: "i")',
    'split(string: "a,b", delimiter: ",") = ["a", "b"]',
    'string join(list: ["a", "b"], delimiter: "-") = "a-b"',
    "list contains(list: [1, 2], element: 2)",
    "count(list: [1, 2]) = 2",
    "min(list: [1, 2]) = 1",
    "max(list: [1, 2]) = 2",
    "sum(list: [1, 2]) = 3",
    "mean(list: [1, 2]) = 1.5",
    "all(list: [true, true])",
    "any(list: [true, false])",
    "sublist(list: [1, 2, 3], start position: 2, length: 1) = [2]",
    "append([1], 2) = [1, 2]",
    "concatenate([1], [2]) = [1, 2]",
    "insert before(list: [1, 3], position: 2, newItem: 2) = [1, 2, 3]",
    "remove(list: [1, 2], position: 1) = [2]",
    "list replace(list: [1, 2], position: 1, newItem: 3) = [3, 2]",
    "list replace(list: [1, 5], match: function(old, new) old < new, newItem: 3) = [3, 5]",
    "reverse(list: [1, 2]) = [2, 1]",
    "index of(list: [1, 2], match: 2) = [2]",
    "union([1], [1, 2]) = [1, 2]",
    "distinct values(list: [1, 1]) = [1]",
    "flatten(list: [[1], 2]) = [1, 2]",
    "product(list: [2, 3]) = 6",
    "median(list: [1, 2, 3]) = 2",
    "stddev(list: [2, 4, 6]) = 2",
    "mode(list: [1, 1, 2]) = [1]",
    "sort(list: [2, 1], precedes: function(x, y) x < y) = [1, 2]",
    "decimal(n: 1.25, scale: 1) = 1.2",
    "floor(n: 1.5) = 1 and floor(n: 1.55, scale: 1) = 1.5",
    "ceiling(n: 1.5) = 2 and ceiling(n: 1.55, scale: 1) = 1.6",
    "round up(n: 1.11, scale: 1) = 1.2",
    "round down(n: 1.19, scale: 1) = 1.1",
    "round half up(n: 1.25, scale: 1) = 1.3",
    "round half down(n: 1.25, scale: 1) = 1.2",
    "abs(n: -1) = 1",
    "modulo(dividend: 5, divisor: 3) = 2",
    "sqrt(number: 4) = 2",
    "log(number: 1) = 0",
    "exp(number: 0) = 1",
    "odd(number: 1)",
    "even(number: 2)",
    "before(point1: 1, point2: 2) and before(point: 1, range: [2..3])",
    "before(range: [1..2], point: 3) and before(range1: [1..2], range2: [3..4])",
    "after(point1: 2, point2: 1) and after(point: 4, range: [2..3])",
    "after(range: [3..4], point: 1) and after(range1: [3..4], range2: [1..2])",
    "meets(range1: [1..2], range2: [2..3])",
    "met by(range1: [2..3], range2: [1..2])",
    "overlaps(range1: [1..3], range2: [2..4])",
    "overlaps before(range1: [1..3], range2: [2..4])",
    "overlaps after(range1: [2..4], range2: [1..3])",
    "finishes(point: 2, range: [1..2]) and finishes(range1: [2..3], range2: [1..3])",
    "finished by(range: [1..2], point: 2) and finished by(range1: [1..3], range2: [2..3])",
    "includes(range: [1..3], point: 2) and includes(range1: [1..4], range2: [2..3])",
    "during(point: 2, range: [1..3]) and during(range1: [2..3], range2: [1..4])",
    "starts(point: 1, range: [1..3]) and starts(range1: [1..2], range2: [1..3])",
    "started by(range: [1..3], point: 1) and started by(range1: [1..3], range2: [1..2])",
    "coincides(point1: 1, point2: 1) and coincides(range1: [1..2], range2: [1..2])",
    'day of year(date: @"2026-01-02") = 2',
    'day of week(date: @"2026-03-01") = "Sunday"',
    'month of year(date: @"2026-03-01") = "March"',
    'week of year(date: @"2026-01-01") = 1',
    'is(value1: @"10:00:00", value2: @"10:00:00")',
    'get value(m: {a: 1}, key: "a") = 1',
    'get entries(m: {a: 1}) = [{key: "a", value: 1}]',
    'context(entries: [{key: "a", value: 1}]) = {a: 1}',
    'context put(context: {a: 1}, key: "b", value: 2) = {a: 1, b: 2}',
    'context put(context: {a: {b: 1}}, keys: ["a", "b"], value: 2) = {a: {b: 2}}',
    "context merge(contexts: [{a: 1}, {b: 2}]) = {a: 1, b: 2}",
]
# Beyond the standard: those of language 2, and some that other engines have.
ADDED = {
    *("trim", "pad left", "round half even", "duplicate values", "partition", "group by"),
    *("is defined", "last day of month"),
}


@pytest.mark.parametrize("text", NAMED)
def test_parameters_have_the_names_of_the_standard(text: str) -> None:
    assert evaluate(text, {}) is True


def test_no_function_of_the_standard_is_missing() -> None:
    tried = {name for name in BUILTINS if any(f"{name}(" in text for text in NAMED)}
    assert set(BUILTINS) - tried == ADDED
    assert len(tried) == 84


def test_now_and_today_are_what_the_caller_gives() -> None:
    assert evaluate("[now(), today(), now, today]", {"now": 1, "today": 2}) == [1, 2, 1, 2]
