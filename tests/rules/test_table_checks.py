"""Checks of tables: each with values that show it, and equal to looking at every combination."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.table_problems import rows_matching, shows

from orderloom.rules import Decision, EvaluationError, check_decision, compile_decision

pytestmark = pytest.mark.slow


def table(
    hit: str, rules: list[tuple[list[str], str]], inputs: list[Any], **output: Any
) -> Decision:
    return compile_decision(
        {
            "id": "t",
            "hit": hit,
            "inputs": [one if isinstance(one, dict) else {"name": one} for one in inputs],
            "outputs": [{"name": "out", **output}],
            "rules": [
                {"id": f"r{number}", "when": when, "then": [then]}
                for number, (when, then) in enumerate(rules, 1)
            ],
        }
    )


N: dict[str, Any] = {"name": "n", "type": "number"}
S: dict[str, Any] = {"name": "s", "type": "string"}
B: dict[str, Any] = {"name": "b", "type": "boolean"}
D: dict[str, Any] = {"name": "d", "type": "date"}
KINDS = {**S, "allowed": '"a", "b"'}

FOUND: list[tuple[Decision, list[tuple[str, tuple[str, ...], dict[str, Any]]]]] = [
    (table("UNIQUE", [(["< 5"], "1"), (["> 5"], "2")], [N]), [("gap", (), {"n": 5})]),
    (table("UNIQUE", [(["< 5"], "1"), ([">= 6"], "2")], [N]), [("gap", (), {"n": 5})]),
    (table("UNIQUE", [(["< 5"], "1"), ([">= 5"], "2")], [N]), []),
    (
        table("UNIQUE", [(["<= 5"], "1"), (["[6..9]"], "2"), (["> 9"], "3")], [N]),
        [("gap", (), {"n": Decimal("5.5")})],
    ),
    (table("FIRST", [(["< 5"], "1")], [N], default="0"), []),
    (table("COLLECT", [(["< 5"], "1")], [N]), []),
    (table("FIRST", [(['"a"'], "1")], [S]), [("gap", (), {"s": "other"})]),
    (table("FIRST", [(['"a"'], "1"), (['"b"'], "2")], [KINDS]), []),
    (table("FIRST", [(['"a"'], "1")], [KINDS]), [("gap", (), {"s": "b"})]),
    (table("FIRST", [(["true"], "1")], [B]), [("gap", (), {"b": False})]),
    (
        table("FIRST", [(["true"], "1"), (["false"], "2")], [{**B, "nullable": True}]),
        [("gap", (), {"b": None})],
    ),
    (
        table("FIRST", [(["[1..5]"], "1")], [{**N, "nullable": True}]),
        [("gap", (), {"n": 0}), ("gap", (), {"n": 6}), ("gap", (), {"n": None})],
    ),
    (table("FIRST", [(['<= @"2026-01-01"'], "1"), (['>= @"2026-01-02"'], "2")], [D]), []),
    (
        table("FIRST", [(['<= @"2026-01-01"'], "1"), (['>= @"2026-01-03"'], "2")], [D]),
        [("gap", (), {"d": date(2026, 1, 2)})],
    ),
    (
        table("UNIQUE", [(["<= 5"], "1"), ([">= 5"], "2")], [N]),
        [("overlap", ("r1", "r2"), {"n": 5})],
    ),
    (table("UNIQUE", [(["-"], "1"), (["-"], "2")], [N]), [("conflict", ("r1", "r2"), {})]),
    (table("ANY", [(["<= 5"], "1"), ([">= 5"], "2")], [N]), [("conflict", ("r1", "r2"), {"n": 5})]),
    (table("ANY", [(["<= 5"], "1"), ([">= 5"], "1")], [N], default="0"), []),
    (
        table("FIRST", [(["< 9"], "1"), (["< 5"], "2"), (["-"], "3")], [N]),
        [("masked", ("r2", "r1"), {"n": 4})],
    ),
    (
        table("FIRST", [(["< 3"], "1"), ([">= 3"], "2"), (["[1..5]"], "3")], [N]),
        [("masked", ("r3", "r1", "r2"), {"n": 1})],
    ),
    (table("FIRST", [(["[5..1]"], "1"), (["-"], "2")], [N]), [("unreachable", ("r1",), {})]),
    (
        table("FIRST", [(['"z"'], "1"), (["-"], "2")], [KINDS]),
        [("not_allowed", ("r1",), {"s": "z"}), ("unreachable", ("r1",), {})],
    ),
    (
        table("FIRST", [(["< 5"], "3"), (["-"], "2")], [N], allowed="1, 2"),
        [("not_allowed", ("r1",), {"out": 3})],
    ),
    (
        table("COLLECT", [(["< 5"], "1"), (["< 5"], "1.0")], [N]),
        [("duplicate", ("r1", "r2"), {"n": 4})],
    ),
    (
        table("PRIORITY", [(["< 5"], "1"), (["< 9"], "2"), (["-"], "1")], [N], allowed="2, 1"),
        [("masked", ("r1", "r2"), {"n": 4})],
    ),
]


@pytest.mark.parametrize(("decision", "expected"), FOUND)
def test_problems(decision: Decision, expected: Any) -> None:
    found = [
        (one.code, one.rows, dict(one.sample))
        for one in check_decision(decision)
        if one.code != "idle"
    ]
    assert found == expected


def test_columns_that_never_matter_are_named() -> None:
    rules = [(["< 5", "true", "-"], "1"), (["< 5", "false", "-"], "1"), ([">= 5", "-", "-"], "2")]
    found = check_decision(table("FIRST", rules, [N, B, S]))
    assert [(one.code, one.column) for one in found] == [("idle", "s"), ("idle", "b")]


def test_what_has_to_be_run_is_not_analysed_and_not_guessed() -> None:
    rules = [(["? > other"], "1"), (["< 5"], "2"), (["< 5"], "3")]
    found = check_decision(table("FIRST", rules, [N]))
    assert [(one.code, one.rows, one.column) for one in found] == [
        ("not_analysed", ("r1",), "n"),
        ("conflict", ("r2", "r3"), None),
        ("masked", ("r3", "r2"), None),
    ]
    assert found[0].reason == "? > other"


def test_a_gap_at_many_texts_is_one_gap_and_at_other_numbers_another() -> None:
    rules = [(["[1..5]", f'"{name}"'], "1") for name in "abcdef"]
    rules += [(["[7..9]", f'"{name}"'], "2") for name in "abc"]
    found = [dict(one.sample) for one in check_decision(table("UNIQUE", rules, [N, S]))]
    assert [(one["s"], one["n"]) for one in found] == [
        *(("other", 0), ("d", 0), ("d", 6), ("a", 10)),
    ]


def test_two_columns_of_one_input_are_one_input() -> None:
    inputs = [{"name": "low", "value": "n"}, {"name": "high", "value": "n"}]
    rules = [(["< 5", "-"], "1"), (["-", ">= 5"], "2")]
    assert check_decision(table("UNIQUE", rules, inputs)) == []


def test_rows_of_different_periods_do_not_overlap() -> None:
    document: dict[str, Any] = {
        "id": "t",
        "hit": "UNIQUE",
        "inputs": [N],
        "outputs": [{"name": "out"}],
        "rules": [
            {"id": "old", "when": ["< 5"], "then": ["1"], "valid_to": "2025-12-31"},
            {"id": "new", "when": ["< 5"], "then": ["2"], "valid_from": "2026-01-01"},
            {"id": "else", "when": [">= 5"], "then": ["3"]},
        ],
    }
    assert check_decision(compile_decision(document)) == []
    document["rules"][0]["valid_to"] = "2026-01-01"
    (found,) = check_decision(compile_decision(document))
    assert (found.code, found.sample) == ("overlap", {"n": 4, "today": date(2026, 1, 1)})


def test_a_single_expression_has_no_table() -> None:
    assert check_decision(compile_decision({"id": "v", "value": "1"})) == []


def test_many_rows_take_seconds() -> None:
    rules = [
        (
            [
                f"[{n * 10}..{n * 10 + 10})",
                f'"c{n % 7}"',
                "true" if n % 2 else "-",
                f"> {n % 50}",
                f'not("x{n % 5}")',
                f'@"2026-01-{n % 28 + 1:02}"' if n % 3 else "-",
            ],
            str(n % 9),
        )
        for n in range(1000)
    ]
    names = ["n", "c", "b", "m", "x", "d"]
    found = check_decision(table("UNIQUE", rules, names))
    assert {one.code for one in found} == {"gap"}


# ── beside looking at every combination ─────────────────────────────────────────────────────────

NUMBERS = tuple(Decimal(n) / 2 for n in range(-1, 10))
GRID: dict[str, tuple[Any, ...]] = {
    "n": NUMBERS,
    "s": ("a", "b", "c", "other"),
    "b": (True, False, None),
}
cells = {
    "n": st.one_of(
        st.just("-"),
        st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 4)),
        st.builds(
            "{}{}..{}{}".format,
            st.sampled_from("[("),
            st.integers(0, 4),
            st.integers(0, 4),
            st.sampled_from("])"),
        ),
        st.integers(0, 4).map(str),
    ),
    "s": st.sampled_from(["-", "-", '"a"', '"a", "b"', 'not("a")', 'not("b", "c")']),
    "b": st.sampled_from(["-", "true", "false", "null", "not(null)"]),
}
COLUMNS = [N, S, {**B, "nullable": True}]


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    hit = draw(st.sampled_from(["UNIQUE", "ANY", "FIRST", "PRIORITY", "COLLECT"]))
    names = [one["name"] for one in COLUMNS]
    row = st.tuples(st.tuples(*(cells[name] for name in names)).map(list), st.sampled_from("12"))
    return table(hit, draw(st.lists(row, min_size=1, max_size=6)), COLUMNS, allowed="2, 1")


def combinations_of(decision: Decision) -> list[tuple[dict[str, Any], list[int]]]:
    """Every combination of the grid, with the rows whose cells all hold."""
    table_ = decision.table
    assert table_ is not None
    held = [
        [{value: table_.holds(row, at, value, {}) for value in values} for row in table_.rows]
        for at, values in enumerate(GRID.values())
    ]
    numbers = range(len(table_.rows))
    return [
        (
            dict(zip(GRID, values, strict=True)),
            [n for n in numbers if all(held[at][n][value] for at, value in enumerate(values))],
        )
        for values in product(*GRID.values())
    ]


@settings(max_examples=80)
@given(decisions())
def test_the_checks_equal_looking_at_every_combination(decision: Decision) -> None:
    table_ = decision.table
    assert table_ is not None
    everything = combinations_of(decision)
    found = check_decision(decision)
    rows = {row.id: number for number, row in enumerate(table_.rows)}
    hit, outs = table_.hit, [row.values for row in table_.rows]

    assert any(one.code == "gap" for one in found) is (
        hit != "COLLECT" and any(not matching for _, matching in everything)
    )
    for gap in (one for one in found if one.code == "gap"):
        with pytest.raises(EvaluationError, match="no row matches"):
            decision.evaluate({**gap.sample, **missing(gap.sample)})

    meeting = {pair for _, matching in everything for pair in combinations(matching, 2)}
    if hit == "UNIQUE":
        told = [one for one in found if one.code in ("overlap", "conflict", "duplicate")]
        assert {tuple(rows[id_] for id_ in one.rows) for one in told} == meeting
    if hit == "ANY":
        told = [one for one in found if one.code == "conflict"]
        assert {tuple(rows[id_] for id_ in one.rows) for one in told} == {
            (a, b) for a, b in meeting if outs[a] != outs[b]
        }
    if hit in ("FIRST", "PRIORITY"):
        winners = {
            min(matching, key=lambda row: (outs[row] != (2,), row) if hit == "PRIORITY" else (row,))
            for _, matching in everything
            if matching
        }
        ever = {row for _, matching in everything for row in matching}
        told_masked = {rows[one.rows[0]] for one in found if one.code == "masked"}
        assert told_masked == ever - winners

    never = set(range(len(outs))) - {row for _, matching in everything for row in matching}
    assert {rows[one.rows[0]] for one in found if one.code == "unreachable"} == never


def missing(sample: Mapping[str, Any]) -> dict[str, Any]:
    """Values for inputs that may be anything."""
    return {name: values[0] for name, values in GRID.items() if name not in sample}


@settings(max_examples=60)
@given(decisions())
def test_columns_that_never_matter_equal_looking_at_every_combination(decision: Decision) -> None:
    names = list(GRID)
    answers: dict[tuple[Any, ...], Any] = {}
    for values in product(*GRID.values()):
        answers[values] = answer(decision, dict(zip(names, values, strict=True)))
    idle = {
        name
        for at, name in enumerate(names)
        if all(
            len({repr(answers[(*rest[:at], value, *rest[at:])]) for value in GRID[name]}) == 1
            for rest in product(*(GRID[other] for other in names if other != name))
        )
    }
    assert {one.column for one in check_decision(decision) if one.code == "idle"} == idle


@settings(max_examples=80)
@given(decisions())
def test_every_sample_shows_what_is_said(decision: Decision) -> None:
    for one in check_decision(decision):
        if one.code in ("gap", "overlap", "conflict", "duplicate", "masked"):
            assert shows(decision, one.code, one.rows, one.scope), one


def test_a_sample_has_the_names_that_the_inputs_read() -> None:
    inputs = [
        {"name": "country", "value": "customer.address.country", "type": "string"},
        {"name": "total", "type": "number"},
        {"name": "lines", "value": "count(lines)", "type": "number"},
        {"name": "kind", "value": "customer.kind", "allowed": '"new", "old"'},
        {"name": "tags", "type": "[string]"},
    ]
    rules = [(['"PL"', "< 5", "-", "-", "-"], "1"), (["-", ">= 5", "> 1", "-", "-"], "1")]
    gaps = [one for one in check_decision(table("FIRST", rules, inputs)) if one.code == "gap"]
    assert [one.scope for one in gaps] == [
        {
            "customer": {"address": {"country": "other"}, "kind": "new"},
            **{"total": total, "lines": 0, "tags": []},
        }
        for total in (4, 5)
    ]


def test_samples_of_dates_periods_and_nulls_are_values_of_their_kind() -> None:
    document: dict[str, Any] = {
        "id": "t",
        "hit": "UNIQUE",
        "inputs": [D, {"name": "b", "type": "boolean", "nullable": True}],
        "outputs": [{"name": "out"}],
        "rules": [
            {"id": "old", "when": ['< @"2026-02-01"'], "then": ["1"], "valid_to": "2025-12-31"},
            {"id": "null", "when": ['>= @"2026-01-15"', "null"], "then": ["2"]},
        ],
    }
    decision = compile_decision(document)
    found = check_decision(decision)
    assert {one.code for one in found} == {"gap", "overlap"}
    for one in found:
        assert shows(decision, one.code, one.rows, one.scope), one
    overlap = next(one for one in found if one.code == "overlap")
    assert rows_matching(decision, overlap.scope) == ["old", "null"]


@pytest.mark.parametrize(
    ("hit", "told"), [("FIRST", ["gaps", "masked"]), ("ANY", ["gaps", "idle"]), ("COLLECT", [])]
)
def test_a_thousand_rows_that_cross_each_other_end_in_time(hit: str, told: list[str]) -> None:
    def cell(seed: int) -> str:
        low, wide = seed * 7919 % 1009, seed * 104_729 % 907
        return f"[{low}..{low + wide}]"

    rules = [
        ([cell(6 * n + at) for at in range(6)], str(n % 3 if hit == "FIRST" else 1))
        for n in range(1000)
    ]
    rules.append((["-"] * 6, "1"))
    names = [{"name": f"n{n}", "type": "number"} for n in range(6)]
    began = process_time()
    found = check_decision(table(hit, rules, names, allowed="2, 1, 0"))
    assert process_time() - began < 30
    reasons = [one.reason for one in found if one.code == "not_analysed"]
    assert reasons == [f"{part}: too many parts" for part in told]


def answer(decision: Decision, scope: dict[str, Any]) -> Any:
    try:
        return decision.evaluate(scope).outputs
    except EvaluationError as error:
        return "none" if "no row" in str(error) else ("error" if decision.table else None)
