"""FEEL, construct by construct: each line is true; errors have their place; limits hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.rules import (
    FeelError,
    YearsMonths,
    evaluate,
    parse_expression,
    parse_unary,
    to_json,
    unary_test,
)

SCOPE: dict[str, Any] = {
    "n": 5,
    "name": "Ala",
    "customer": {"country": "PL", "tags": ["a", "b"], "credit limit": 100},
    "lines": [
        {"sku": "x", "qty": 2, "price": Decimal("1.10")},
        {"sku": "y", "qty": 1, "price": 5},
        {"sku": "z", "qty": 10, "price": Decimal("0.01")},
    ],
    "order date": date(2026, 3, 1),
    "x+y": 7,
    "nothing": None,
    "now": datetime(2026, 3, 1, 12, tzinfo=UTC),
    "today": date(2026, 3, 1),
    "double": lambda value: value * 2,
}

TRUE = [
    # literals and numbers of 34 digits
    "0.1 + 0.2 = 0.3",
    ".5 + 1e3 = 1000.5",
    "1 / 3 = 0.3333333333333333333333333333333333",
    "2 ** 3 ** 2 = 64",
    "-2 ** 2 = 4",
    "10 - 4 - 3 = 3",
    "2 + 3 * 4 = 14",
    "9999999999999999999999999999999999 + 1 = 10000000000000000000000000000000000",
    '"a\\"b\\u017c\\n" = "a\\"bż\\n"',
    'string length("\\d") = 2',
    # comparison and three-valued logic
    "1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 != 2",
    '"a" < "b"',
    "(null = null) and (1 != null)",
    "(true or null) and not(false and null)",
    "(true and null) = null",
    "(false or null) = null",
    '(1 = "1") = null',
    '(1 < "1") = null',
    "[1, [2]] = [1.0, [2]]",
    "{a: 1, b: 2} = {b: 2, a: 1}",
    "n between 1 and 5",
    "n in (1..5]",
    "n in [1, 5]",
    "n in (< 3, > 4)",
    "not(n in ]5..9[)",
    # paths, filters, contexts
    'customer.country = "PL"',
    "customer.credit limit = 100",
    "customer.nothing = null",
    "nothing.more = null",
    'lines.sku = ["x", "y", "z"]',
    'lines[qty > 1].sku = ["x", "z"]',
    'lines[1].sku = "x" and lines[-1].sku = "z"',
    "lines[4] = null",
    "lines[item.qty = 1][1].price = 5",
    "[1, 2, 3][item >= 2] = [2, 3]",
    "{a: 1, b: a + 1}.b = 2",
    '{"two words": 3}.two words = 3',
    'order date + duration("P1D") = date("2026-03-02")',
    "x+y = 7 and x + y = 7",
    # if, for, some, every
    '(if n > 4 then "big" else "small") = "big"',
    "(if null then 1 else 2) = 2",
    "(for i in 1..3 return i * i) = [1, 4, 9]",
    "(for i in 3..1 return i) = [3, 2, 1]",
    "(for i in [1, 2], j in [10, 20] return i + j) = [11, 21, 12, 22]",
    "(for i in 1..4 return if i = 1 then 1 else i * partial[-1]) = [1, 2, 6, 24]",
    '(for d in @"2026-02-27"..@"2026-03-01" return d.day) = [27, 28, 1]',
    "sum(for line in lines return line.qty * line.price) = 7.3",
    "some line in lines satisfies line.qty > 5",
    "every line in lines satisfies line.qty > 0",
    "(some x in [null, 1] satisfies x > 5) = null",
    "(every x in [] satisfies false) = true",
    # functions
    "(function(a, b) a + b)(1, 2) = 3",
    "{twice: function(x: number) x * 2, four: twice(2)}.four = 4",
    'substring(start position: 2, string: "abc") = "bc"',
    "double(n) = 10",
    "sort([3, 1, 2], function(a, b) a < b) = [1, 2, 3]",
    "now() = now and today() = today",
    # types
    "1 instance of number and not(1 instance of string)",
    "[1, 2] instance of list<number>",
    'not([1, "a"] instance of list<number>)',
    "{a: 1} instance of context<a: number> and not({} instance of context<a: number>)",
    "[1..3] instance of range<number>",
    "(function(a) a) instance of function<number> -> number",
    "null instance of Null and not(null instance of Any)",
    # dates, times, durations, zones
    '@"2026-03-29T03:00:00@Europe/Warsaw" - @"2026-03-29T01:00:00@Europe/Warsaw" = @"PT1H"',
    '@"2026-03-29T01:30:00@Europe/Warsaw" + @"PT1H" = @"2026-03-29T03:30:00@Europe/Warsaw"',
    '@"2026-10-25T02:59:00@Europe/Warsaw" < @"2026-10-25T03:00:00@Europe/Warsaw"',
    '@"2026-01-01T12:00:00Z" = @"2026-01-01T13:00:00+01:00"',
    '@"12:00:00@Europe/Warsaw".timezone = "Europe/Warsaw"',
    '@"2026-01-31" + @"P1M" = @"2026-02-28"',
    '@"2026-03-31" - @"P1M" = @"2026-02-28"',
    'duration("P1Y") + duration("P2M") = @"P14M"',
    '@"PT1H" * 1.5 = @"PT90M"',
    '@"P1D" / @"PT6H" = 4',
    '-@"P1D" = @"-P1D"',
    '@"23:30:00" + @"PT1H" = @"00:30:00"',
    '@"2026-03-01".weekday = 7',
    '(@"2026-01-01T12:00:00" < @"2026-01-01T13:00:00Z") = null',
    '@"P1DT2H3M4.5S".seconds = 4.5 and @"P1Y2M".months = 2',
    '@"2026-03-01T10:00:00.25Z".second = 0.25',
    # ranges
    "[1..5].start = 1 and [1..5].end included and not([1..5).end included)",
    "(> 5).start = 5 and (> 5).end = null",
    "(<= 5) != (null..5]",
    # comments
    "1 /* one */ + 1 // and one\n = 2",
]


@pytest.mark.parametrize("text", TRUE)
def test_it_is_true(text: str) -> None:
    assert evaluate(text, SCOPE, strict=False) is True


def test_values_are_pythons_own() -> None:
    assert repr(evaluate("0.1+0.2", {})) == "Decimal('0.3')"
    assert evaluate('@"2026-03-01"', {}) == date(2026, 3, 1)
    assert evaluate('@"P1Y"', {}) == YearsMonths(12)
    assert evaluate("6 / 2", {}) == 3
    assert isinstance(evaluate("6 / 2", {}), int)


NULL = [
    "1 / 0",
    "1 +",
    '"a" - 1',
    "unknown",
    "unknown(1)",
    'date("x")',
    "sqrt(-1)",
    "n.more",
    "1(2)",
]


@pytest.mark.parametrize("text", NULL)
def test_what_is_wrong_is_null_or_strictly_an_error(text: str) -> None:
    assert evaluate(text, SCOPE) is None
    with pytest.raises(FeelError):
        evaluate(text, SCOPE, strict=True)


PLACES = [
    ("1 + ", 4, "is missing here"),
    ("if a then b", 11, "'else' is missing"),
    ("[1, 2", 5, "']' is missing"),
    ("a b", 2, "was not expected"),
    ("1 + #", 4, "does not belong here"),
    ('@"2026-13-01"', 0, "no date, time or duration"),
    ("f(a: 1, 2)", 10, "named or none"),
    ("1\n+ )", 4, "is missing here"),
    ("== 1", 1, "'=' was not expected"),
    ("n == 1", 3, "'=' was not expected"),
    ("> >= 1", 2, "'>=' was not expected"),
]


@pytest.mark.parametrize(("text", "position", "reason"), PLACES)
def test_what_cannot_be_read_has_its_place(text: str, position: int, reason: str) -> None:
    with pytest.raises(FeelError, match=reason) as caught:
        parse_expression(text)
    assert caught.value.position == position
    assert caught.value.line == text.count("\n", 0, position) + 1


RUN = [
    ("1 + (2 - missing)", 9, "missing"),
    ('1 + (2 * "a")', 7, "number \\* string"),
    ("[1, 2 / 0]", 6, "division by zero"),
    ('substring("a", 5)', 9, "outside the text"),
    ("if n then 1 else 2", 0, "the condition is number"),
]


@pytest.mark.parametrize(("text", "position", "reason"), RUN)
def test_what_fails_has_its_place(text: str, position: int, reason: str) -> None:
    with pytest.raises(FeelError, match=reason) as caught:
        evaluate(text, SCOPE, strict=True)
    assert caught.value.position == position


DOUBLED = ", ".join(f"a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 60))
NESTED = ", ".join(f"a{n}: [a{n - 1}]" for n in range(1, 400))
MANY = "(for i in 1..90000 return i)"
LIMITS = [
    f"string({{a0: 1, {DOUBLED}}}.a59)",
    f"{{a0: 1, {DOUBLED}, x: a59 = a58, y: a59 = a59}}.y",
    f"flatten({{a0: 1, {DOUBLED}}}.a59)",
    f"list contains({{a0: 1, {DOUBLED}}}.a59, 1)",
    f"distinct values([{{a0: 1, {DOUBLED}}}.a59])",
    f"string({{a0: 1, {NESTED}}}.a399)",
    f"{{l: {MANY}, x: l[list contains(l, -1)]}}",
    f"{{l: {MANY}, x: l[l = l]}}",
    "(" * 100 + "1" + ")" * 100,
    "-" * 100 + "1",
    "1" + " + 1" * 10_000,
    "count(for a in 1..2000, b in 1..2000 return 1)",
    "{f: function(x) f(x), y: f(1)}.y",
    '(for i in 1..40 return if i = 1 then "aaaaaaaaaa" else partial[-1] + partial[-1])[-1]',
    "for i in 1..1e30 return 1",
]


@pytest.mark.parametrize("text", LIMITS, ids=range(len(LIMITS)))
def test_limits(text: str) -> None:
    with pytest.raises(FeelError):
        evaluate(text, {}, strict=True)


def test_many_values_are_compared_at_once() -> None:
    assert evaluate(f"count(distinct values({MANY}))", {}) == 90_000
    assert evaluate(f"duplicate values(append({MANY}, 5, 7.0))", {}) == [5, 7]
    assert evaluate('distinct values([1, "1", 1.0, true, null, null, [1], [1.0]])', {}) == [
        *(1, "1", True, None),
        [1],
    ]


def test_what_holds_itself_again_and_again_is_no_answer() -> None:
    found = evaluate(f"{{a0: 1, {DOUBLED}}}.a59", {})
    with pytest.raises(FeelError, match="parts"):
        to_json(found)


def test_a_bug_in_a_function_is_no_null() -> None:
    def broken(_: Any) -> Any:
        raise KeyError("x")

    with pytest.raises(KeyError):
        evaluate("1 + broken(2)", {"broken": broken})


UNARY = [
    ("< 5", 4, True),
    ("< 5", 5, False),
    ("1, 5, 7", 5, True),
    ("not(1, 5)", 5, False),
    ("[1..5), > 10", 11, True),
    ("-", None, True),
    ("null", None, True),
    ("not(null)", 0, True),
    ("? > 3 and ? < 7", 5, True),
    ("? in [4..6]", 5, True),
    ('starts with(?, "A")', "Ala", True),
    ("n", 5, True),
    ("> n", 6, True),
    ("[1, 2, 3]", 2, True),
    ("[1, 2, 3]", [1, 2, 3], True),
    ('"a"', 5, False),
    ("true", False, False),
    ('list contains(?, "a")', ["a"], True),
    ("(5)", 5, True),
    ("even(?)", 4, True),
]


@pytest.mark.parametrize(("text", "value", "expected"), UNARY)
def test_unary_tests(text: str, value: Any, expected: bool) -> None:
    assert unary_test(text, value, SCOPE) is expected


def test_what_an_expression_reads() -> None:
    found = parse_expression("sum(lines[qty > n].price) + customer.credit")
    assert found.paths == {("lines",), ("n",), ("customer", "credit")} or "lines" in found.names
    assert parse_unary("> limit").names == {"limit"}


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        evaluate(text, SCOPE, strict=True)
    except FeelError as error:
        place = error.position
        assert 0 <= place <= len(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(-(10**20), 10**20))
def test_sums_are_exact(one: Decimal, other: int) -> None:
    found = evaluate("a + b - b", {"a": one, "b": other})
    assert found == one or abs(one) + abs(other) > 10**27
