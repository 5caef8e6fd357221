"""Why: what stops each row, and the smallest change that leads to another answer."""

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.rules import (
    Decision,
    EvaluationError,
    compile_decision,
    compile_decisions,
    explain,
)
from orderloom.rules.alternatives import alternatives

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


NUMBER = {"name": "n", "type": "number"}
BOTH = [{"id": "a", "when": ["< 5"], "then": ["1"]}, {"id": "b", "when": ["> 2"], "then": ["2"]}]
# Inputs, hit policy, rows, scope → kind, row, column, cell, value; rows matched; rows missed; flip.
FAILURES: list[tuple[Any, str, Any, Any, Any, Any, Any, Any]] = [
    (
        *([NUMBER], "FIRST", BOTH[:1], {"n": 7}),
        *(("nothing", None, None, "", None), (), [("a", "n", 7)], {"n": 4}),
    ),
    (
        *([NUMBER], "UNIQUE", BOTH, {"n": 3}),
        *(("many", "b", None, "", None), ("a", "b"), [], {"n": 2}),
    ),
    (
        *([NUMBER], "ANY", BOTH, {"n": 4}),
        *(("different", "b", None, "", None), ("a", "b"), [], {"n": 5}),
    ),
    (
        *([NUMBER], "FIRST", BOTH, {"n": None}),
        *(("null", None, "n", "n", None), (), [], {"n": 2}),
    ),
    (
        *([NUMBER], "FIRST", BOTH, {"n": "x"}),
        *(("type", None, "n", "number", "x"), (), [], {"n": 2}),
    ),
    (
        *([{**NUMBER, "allowed": "[0..9]"}], "FIRST", BOTH, {"n": 10}),
        *(("allowed", None, "n", "[0..9]", 10), (), [], {"n": 9}),
    ),
    (
        *([{**NUMBER, "value": "n / m"}], "FIRST", BOTH, {"n": 1, "m": 0}),
        *(("input", None, "n", "n / m", None), (), [], {"n": 2}),
    ),
    (
        *([NUMBER], "FIRST", [{"id": "c", "when": ["> limit"], "then": ["1"]}, *BOTH], {"n": 3}),
        *(("cell", "c", "n", "> limit", 3), ("a", "b"), [("c", "n", 3)], None),
    ),
    (
        *([NUMBER], "FIRST", [{"id": "d", "then": ["n / 0"]}], {"n": 3}),
        *(("output", "d", "out", "n / 0", None), ("d",), [], None),
    ),
]


@pytest.mark.parametrize(
    ("inputs", "hit", "rules", "given", "expected", "matched", "missed", "flip"), FAILURES
)
def test_what_has_no_answer_says_where_it_fails_and_what_was_looked_at(
    inputs: Any,
    hit: str,
    rules: Any,
    given: Any,
    expected: Any,
    matched: Any,
    missed: Any,
    flip: Any,
) -> None:
    outputs = [{"name": "out"}]
    decision = compile_decision(
        {"id": "t", "hit": hit, "inputs": inputs, "outputs": outputs, "rules": rules}
    )
    with pytest.raises(EvaluationError):
        decision.evaluate(given)
    found = explain(decision, given)
    one = found.failure
    assert one is not None
    assert (one.kind, one.row, one.column, one.cell, one.value) == expected
    assert (found.outputs, found.matched, found.beaten) == (None, matched, ())
    assert [(each.row, each.column, each.value) for each in found.missed] == missed
    first = {c.column: c.after for c in found.flips[0].changes} if found.flips else None
    assert first == flip
    assert found.to_json()["failure"]["reason"] == one.reason


def test_what_a_required_decision_fails_at_is_raised() -> None:
    documents: dict[str, dict[str, Any]] = {
        "a": {"id": "a", "value": "1 / 0"},
        "b": {"id": "b", "requires": {"a": "a"}, "value": "a"},
    }
    with pytest.raises(EvaluationError, match="division"):
        explain(compile_decisions(documents)["b"], {})


def test_a_single_expression_that_fails_is_told() -> None:
    found = explain(compile_decision({"id": "v", "value": "1 / x"}), {"x": 0})
    assert found.failure is not None
    assert (found.failure.kind, found.failure.cell) == ("other", "1 / x")


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


VALUES: dict[str, tuple[Any, ...]] = {
    "n": tuple(range(-2, 9)),
    "m": tuple(range(-2, 9)),
    "s": ("a", "b", "other"),
    "b": (True, False),
}
tests_of = {
    "n": st.one_of(
        st.just("-"),
        st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 6)),
        st.builds("[{}..{}]".format, st.integers(0, 3), st.integers(3, 6)),
        st.integers(0, 6).map(str),
    ),
    "s": st.sampled_from(["-", '"a"', '"b"', 'not("a")', '"a", "b"']),
    "b": st.sampled_from(["-", "true", "false"]),
}


@st.composite
def small_tables(draw: st.DrawFn) -> Decision:
    cells = st.tuples(tests_of["n"], tests_of["n"], tests_of["s"], tests_of["b"])
    rows = draw(st.lists(st.tuples(cells, st.integers(0, 2)), min_size=1, max_size=5))
    types = {"n": "number", "m": "number", "s": "string", "b": "boolean"}
    default = {"default": "0"} if draw(st.booleans()) else {}
    return compile_decision(
        {
            "id": "t",
            "hit": draw(st.sampled_from(["FIRST", "UNIQUE", "COLLECT", "PRIORITY"])),
            "inputs": [{"name": name, "type": type_} for name, type_ in types.items()],
            "outputs": [{"name": "out", "allowed": "2, 1, 0", **default}],
            "rules": [{"when": list(when), "then": [str(then)]} for when, then in rows],
        }
    )


def answered(decision: Decision, given: dict[str, Any]) -> Any:
    try:
        return decision.evaluate(given).outputs
    except EvaluationError:
        return None


def far(decision: Decision, column: int, value: Any, other: Any) -> Decimal | None:
    """How far the explanation takes a value to be; None where it does not think of it."""
    assert decision.table is not None
    known = {one.value: one.distance for one in alternatives(decision.table, column, value)}
    return known.get(other)


@settings(max_examples=60)
@given(small_tables(), st.tuples(*(st.sampled_from(values) for values in VALUES.values())))
def test_the_smallest_changes_equal_looking_at_every_combination(
    decision: Decision, values: tuple[Any, ...]
) -> None:
    names = list(VALUES)
    given = dict(zip(names, values, strict=True))
    now = answered(decision, given)

    def flips(changes: dict[str, Any]) -> bool:
        found = answered(decision, given | changes)
        return found is not None and found != now

    others = {name: [one for one in VALUES[name] if one != given[name]] for name in names}
    alone = {(name, one) for name in names for one in others[name] if flips({name: one})}
    together = [
        {first: one, second: other}
        for first, second in combinations(names, 2)
        for one in others[first]
        for other in others[second]
        if not {(first, one), (second, other)} & alone and flips({first: one, second: other})
    ]

    def distance(changes: dict[str, Any]) -> Decimal:
        parts = [far(decision, names.index(n), given[n], one) for n, one in changes.items()]
        # What it does not think of lies in a part with something nearer.
        return sum((Decimal(9) if part is None else part for part in parts), Decimal(0))

    told = [{c.column: c.after for c in flip.changes} for flip in explain(decision, given).flips]
    assert all(flips(changes) for changes in told)
    for count, wanted in ((1, [{name: one} for name, one in alone]), (2, together)):
        found = [distance(changes) for changes in told if len(changes) == count]
        assert found == ([min(map(distance, wanted))] if wanted else [])


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
