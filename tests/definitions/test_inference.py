"""What is known of an expression before it runs: its kind, and what cannot be in it."""

from __future__ import annotations

import pytest

from orderloom.forms import compile_form
from orderloom.platform.definitions.checks import kinds as k
from orderloom.platform.definitions.checks.inference import Inference, Names
from orderloom.platform.definitions.saying import english
from orderloom.rules import parse_expression

FORM = {
    "id": "f",
    "schema": {
        "type": "object",
        "properties": {
            "n": {"type": "number"},
            "s": {"type": "string"},
            "ok": {"type": "boolean"},
            "day": {"type": "string", "format": "date"},
            "place": {"type": "object", "properties": {"city": {"type": "string"}}},
            "free": {"type": "object"},
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"q": {"type": "number"}, "sku": {"type": "string"}},
                },
            },
        },
    },
}
NAMES = Names({**k.of_node(compile_form(FORM).root).fields, "today": k.DATE, "now": k.MOMENT})


def inferred(text: str) -> tuple[str, list[str]]:
    inference = Inference()
    kind = inference.kind(parse_expression(text).node, NAMES)
    return kind.name, [problem.code.removeprefix("expression.") for problem in inference.problems]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n + 1", "number"),
        ('s + "a"', "string"),
        ("-n", "number"),
        ("n > 1 and ok", "boolean"),
        ("n = null", "boolean"),
        ("n != null and n > 5", "boolean"),
        ('if ok then "a" else "b"', "string"),
        ("if ok then 1 else null", "number"),
        ('if ok then 1 else "b"', "any"),
        ("n between 1 and 5", "boolean"),
        ('s in ("a", "b")', "boolean"),
        ("n in [1..5]", "boolean"),
        ("n in (< 5, > 10)", "boolean"),
        ("n instance of number", "boolean"),
        ("rows.q", "list"),
        ("sum(rows.q)", "number"),
        ("rows[1]", "context"),
        ("rows[-1].q", "number"),
        ("rows[q > 1]", "list"),
        ('rows[sku = "a" and item.q > n].sku', "list"),
        ("rows[1].q + 1", "number"),
        ("count(rows[q > 1]) > 0", "boolean"),
        ("some r in rows satisfies r.q > n", "boolean"),
        ("for r in rows return r.q * 2", "list"),
        ("for i in 1..3 return i + n", "list"),
        ("for r in rows, i in 1..2 return r.q * i", "list"),
        ("{a: n, b: a + 1}.b", "number"),
        ("[1, 2]", "list"),
        ("sort(rows, function(a, b) a.q < b.q)", "list"),
        ("max(n, 1, 2)", "number"),
        ("max(rows.q)", "number"),
        ('day > today - duration("P1D")', "boolean"),
        ('day + duration("P1D")', "date"),
        ("day.year", "any"),
        ("place.city", "string"),
        ("free.whatever.there", "any"),
        ('date and time(day, time("10:00:00")) < now', "boolean"),
        ("today()", "any"),
        ('string(n) + " pieces"', "string"),
        ("round half up(n, 2)", "number"),
        ('number("5", ",", ".")', "number"),
        ("substring(string: s, start position: 2)", "string"),
        ("(function(x) x + 1)(2)", "any"),
        ("null", "null"),
    ],
)
def test_the_kind_is_known_and_nothing_is_told(text: str, kind: str) -> None:
    assert inferred(text) == (kind, [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("m + 1", ["unknown_name"]),
        ("n + m", ["unknown_name"]),
        ("place.town", ["unknown_field"]),
        ("rows.sk", ["unknown_field"]),
        ("rows[1].sk", ["unknown_field"]),
        ("rows[qq > 1]", ["unknown_name"]),
        ("some r in rows satisfies r.w > 1", ["unknown_field"]),
        ("n.amount", ["unknown_field"]),
        ("{a: 1}.b", ["unknown_field"]),
        ("summ(rows.q)", ["unknown_function"]),
        ("round half up(n)", []),
        ("modulo(n)", ["arguments"]),
        ("substring(s)", ["arguments"]),
        ("working(now)", ["arguments"]),
        ('n = "a"', ["types"]),
        ("s > 5", ["types"]),
        ('day > "2026-01-01"', ["types"]),
        ("s + 1", ["types"]),
        ("ok * 2", ["types"]),
        ('s - "a"', ["types"]),
        ("-s", ["types"]),
        ("n and ok", ["types"]),
        ("if n then 1 else 2", ["types"]),
        ("s in (1, 2)", ["types", "types"]),
        ('n in ["a".."b"]', ["types", "types"]),
        ("s between 1 and 2", ["types", "types"]),
        ("for x in n return x", ["types"]),
        ("every r in rows satisfies r.q", ["types"]),
    ],
)
def test_what_cannot_be_is_told(text: str, codes: list[str]) -> None:
    assert inferred(text)[1] == codes


def test_where_names_are_open_none_is_unknown() -> None:
    inference = Inference()
    node = parse_expression("whatever.there + somewhere(n)").node
    inference.kind(node, Names(NAMES.known, open=True))
    assert inference.problems == []


@pytest.mark.parametrize(
    ("word", "hint"),
    [("nn", "'n'"), ("rowz", "'rows'"), ("PL", '"PL"'), ("low", '"low"')],
)
def test_a_bare_word_is_a_name_like_it_or_a_text_without_quotes(word: str, hint: str) -> None:
    inference = Inference()
    inference.kind(parse_expression(f"s = {word}").node, NAMES)
    hints = [problem.hint.in_words(english()) for problem in inference.problems if problem.hint]
    assert hints == [f"Did you mean {hint}?"]
