"""Expressions that somebody wrote to do harm: each ends soon, with a value or with an error that
has a place and a reason, and never with anything else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

import pytest

from orderloom.rules import FeelError, evaluate, to_json
from orderloom.rules.builtins import BUILTINS

pytestmark = pytest.mark.slow

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# A list of two lists of two lists …: a few signs, 2 ** 26 parts.
DOUBLED = "".join(f"{b}: [{a}, {a}], " for a, b in pairwise(LETTERS))

# What is written, where the error is, its reason.
ENDS: list[tuple[str, int, str]] = [
    # read: long, deep, chained
    ("1" * 20_001, 0, "longer than 20000 signs"),
    *(
        (text, at, "nested deeper than 60 levels")
        for text, at in [
            ("(" * 5000 + "1" + ")" * 5000, 60),
            ("[" * 5000 + "]" * 5000, 60),
            ("{a:" * 3000 + "1" + "}" * 3000, 180),
            ("- " * 5000 + "1", 120),
            ("not(" * 3000 + "true" + ")" * 3000, 240),
            ("function(x) " * 1500 + "1", 720),
            ("for x in [1] return " * 900 + "1", 1170),
        ]
    ),
    *(
        (text, len(text) - from_end, "a chain is longer than 150 links")
        for text, from_end in [
            ("1" + "+1" * 9000, 301),
            ("2" + "**2" * 6000, 451),
            ("a" + ".b" * 9000, 304),
            ("[1]" + "[1]" * 6000, 452),
            ("f" + "()" * 6000, 304),
        ]
    ),
    ("1 instance of " + "list<" * 3000 + "number" + ">" * 3000, 2, "more than 60 types"),
    # numbers
    ("10 ** (10 ** 9)", 3, "the exponent is too large"),
    ("10 ** 10000", 3, "out of range"),
    ("9" * 7000, 0, "the number is out of range"),
    ("1e9999", 0, "the number is out of range"),
    (f'number("{"9" * 7000}")', 6, "is not a number"),
    ("exp(10 ** 9)", 3, "out of range"),
    ("modulo(10 ** 6144, 10 ** -6000)", 6, "out of range"),
    ("stddev(1, 10 ** 6144)", 6, "out of range"),
    ("decimal(1, 10 ** 9)", 7, "the scale is out of range"),
    ("product(for i in 1..5000 return 10 ** 6000)", 7, "out of range"),
    # time
    ('@"P999999999D" + @"P999999999D"', 15, "out of range"),
    ('@"P1Y" * 10 ** 6000', 7, "the duration is out of range"),
    ('@"P1D" * 10 ** 30', 7, "the duration is out of range"),
    ('@"999999999-12-31" + @"P1D"', 19, "the date is out of range"),
    ("date(10 ** 12, 1, 1)", 4, "this is not a date"),
    ("date(1, 10 ** 30, 1)", 4, "this is not a date"),
    ("time(1, 10 ** 30, 1)", 4, "this is not a time"),
    # steps
    ("  for i in 1..10 ** 12 return i", 2, "too many steps"),
    ("  for i in 10 ** 12..1 return i", 2, "too many steps"),
    ("  for i in 1..1000, j in 1..1000, k in 1..1000 return i", 2, "too many steps"),
    ("  some i in 1..10 ** 12 satisfies i < 0", 2, "too many steps"),
    ("  every i in 1..10 ** 12 satisfies i > 0", 2, "too many steps"),
    ('  for d in @"0001-01-01"..@"9999-12-31" return d', 2, "too many steps"),
    # functions
    ("{f: function(n) f(n + 1), r: f(1)}.r", 17, "more than 40 deep"),
    ("{f: function(n) g(n), g: function(n) f(n), r: f(1)}.r", 38, "more than 40 deep"),
    ("(function(f) f(f))(function(f) f(f))", 32, "more than 40 deep"),
    ("{f: function(x, y) sort([2, 1], f)[1] = 1, r: sort([2, 1], f)}.r", 23, "more than 40 deep"),
    ("{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), r: f(38)}.r", 38, "too many steps"),
    ("sort([1, 2], abs)", 4, "abs takes n"),
    ("list replace([1, 2], count, 3)", 12, "count takes list"),
    # sizes
    (f"{{a: [1, 1], {DOUBLED}out: flatten(z)}}.out", 299, "more than 1000000 parts"),
    (f"{{a: [1, 1], {DOUBLED}out: string(z)}}.out", 298, "more than 1000000 parts"),
    (f"{{a: [1, 1], {DOUBLED}out: z = y}}.out", 294, "more than 1000000 parts"),
    ('pad left("a", 10 ** 9)', 8, "one sign fills up to a length that fits"),
    (f'replace("{"a" * 2000}", "a", "{"b" * 2000}")', 7, "longer than 1000000 signs"),
    # regular expressions: no steps back
    ('matches("a", "((a{1,100}){1,100}){1,100}")', 7, "cannot be used"),
    (f'matches("a", "{"[a-" * 900 + "[x]" + "]" * 900}")', 7, "left out of each other"),
]


@pytest.mark.parametrize(
    ("text", "position", "reason"), ENDS, ids=[f"{text[:40]} {at}" for text, at, _ in ENDS]
)
def test_it_ends_with_a_place_and_a_reason(text: str, position: int, reason: str) -> None:
    with pytest.raises(FeelError, match=reason) as raised:
        evaluate(text, {}, strict=True)
    assert raised.value.position == position


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1" + " + 1" * 149, 150),
        ("true" + " and true" * 1500, True),
        ("max(" + ", ".join(["1"] * 5000) + ")", 1),
        (f'matches("{"a" * 15_000}", "(a+)+$b")', False),
        (f'matches("a", "{"(" * 50}a{")" * 50}")', True),
        ("5 in [1..10 ** 12]", True),
        ("[1][10 ** 6000]", None),
        ('string(@"9999-12-31T23:59:59Z" < @"0001-01-01T00:00:00+14:00")', "false"),
        ('count(distinct values([@"0001-01-01T00:00:00+14:00", abs, abs]))', 2),
        ('@"23:00:00" + @"P999999999DT2H" = @"01:00:00"', True),
        ('@"01:00:00" - @"PT26H" = @"23:00:00"', True),
    ],
)
def test_what_only_looks_so_has_its_value(text: str, value: Any) -> None:
    assert evaluate(text, {}, strict=True) == value


# Edges of every kind: some pair of them once went past every check.
EDGES = (
    *("null", "true", "0.5", "-1", "10 ** 6144", "10 ** -6000", '""', '"a"', "[]", "[[1], 2]"),
    *('{key: "a", value: 1}', '@"9999-12-31"', '@"-999999999-01-01"', '@"10:00:00.123456789"'),
    *('@"0001-01-01T00:00:00+14:00"', '@"9999-12-31T23:59:59Z"', '@"23:59:59"'),
    *('@"-P999999999D"', '@"P999999999Y"', "[1..2]", "(> 5)", "function(x) x", "abs"),
)
SIGNS = ("+", "-", "*", "/", "**", "<", "=", " in ", " and ")


def operations() -> Iterator[str]:
    yield from (f"({a}) {sign} ({b})" for sign in SIGNS for a, b in product(EDGES, EDGES))
    for form in ("-({})", "({})[1]", "({})[item > 1]", "({}).day", "string({})"):
        yield from map(form.format, EDGES)


def calls() -> Iterator[str]:
    for name, function in BUILTINS.items():
        most = len(function.parameters) + function.many
        for count in range(min(most, 2) + 1):
            yield from (f"{name}({', '.join(given)})" for given in product(EDGES, repeat=count))
        if most > 2:
            same = ([edge] * min(most, 4) for edge in EDGES)
            yield from (f"{name}({', '.join(given)})" for given in same)


@pytest.mark.parametrize("texts", [operations, calls])
def test_edges_of_every_kind_have_a_value_or_an_error(texts: Any) -> None:
    for text in texts():
        try:
            to_json(evaluate(text, {}, strict=True))
        except FeelError:
            continue
        except Exception as error:
            raise AssertionError(text) from error
