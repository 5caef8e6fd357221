"""What tables can do beyond matching: boolean variables, exact numbers, order, periods, needs."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orderloom.rules import (
    EvaluationError,
    FeelError,
    YearsMonths,
    compile_decision,
    compile_decisions,
    evaluate,
)


def table(inputs: list[Any], rules: list[tuple[list[str], list[str]]], **more: Any) -> Any:
    outputs = more.pop("outputs", [{"name": "out"}])
    return compile_decision(
        {
            "id": "t",
            "inputs": [{"name": one} if isinstance(one, str) else one for one in inputs],
            "outputs": outputs,
            "rules": [
                {"id": f"r{n}", "when": when, "then": then}
                for n, (when, then) in enumerate(rules, 1)
            ],
            **more,
        }
    )


@pytest.mark.parametrize(
    ("vip", "wanted", "rows"),
    [
        (True, True, ("r1",)),
        (False, False, ("r1",)),
        (True, False, ("r2",)),
        (False, True, ("r2",)),
    ],
)
def test_a_cell_that_names_a_boolean_is_compared_with_it(
    vip: bool, wanted: bool, rows: tuple[str, ...]
) -> None:
    decision = table(["vip"], [(["wanted"], ["1"]), (["not(wanted)"], ["2"])], hit="UNIQUE")
    assert decision.evaluate({"vip": vip, "wanted": wanted}).matched == rows


def test_a_null_input_passes_no_cell_but_null_and_not() -> None:
    column = {"name": "flag", "nullable": True}
    cells = [
        "true",
        "false",
        "wanted",
        "null",
        "not(true)",
        "-",
        "not(null)",
        "> 5",
        "[true, null]",
    ]
    decision = table([column], [([cell], ["1"]) for cell in cells], hit="COLLECT")
    found = decision.evaluate({"flag": None, "wanted": True}).matched
    assert [cells[int(row[1:]) - 1] for row in found] == ["null", "not(true)", "-", "[true, null]"]


@pytest.mark.parametrize(
    ("expression", "cell"),
    [
        ("n + 0.2", "0.3"),
        ("n * 3", "0.30"),
        ("n / 3 * 3", "[0.09999999..0.10000001]"),
        ("1234567890123456789012345678901234 - n", "1234567890123456789012345678901234"),
        ("12345678901234567890123456789012.34 + 0.01", "12345678901234567890123456789012.35"),
    ],
)
def test_numbers_are_exact_to_34_digits(expression: str, cell: str) -> None:
    column = {"name": "x", "value": expression, "type": "number"}
    decision = table([column], [([cell], ["true"])], hit="UNIQUE")
    assert decision.evaluate({"n": Decimal("0.1")}).outputs is True
    assert repr(evaluate("0.1+0.2", {})) == "Decimal('0.3')"


RANKED = [
    {"name": "level", "allowed": '"high", "medium", "low"'},
    {"name": "rate", "allowed": "3, 1"},
]
ROWS = [
    (["-"], ['"low"', "1"]),
    (["-"], ['"high"', "1"]),
    (["-"], ['"high"', "3"]),
    (["-"], ['"medium"', "3"]),
]


def test_priority_goes_by_the_order_of_allowed_values_column_by_column() -> None:
    found = table(["n"], ROWS, outputs=RANKED, hit="PRIORITY").evaluate({"n": 1})
    assert (found.outputs, found.matched) == ({"level": "high", "rate": 3}, ("r3",))


def test_output_order_gives_all_rows_in_that_order() -> None:
    found = table(["n"], ROWS, outputs=RANKED, hit="OUTPUT ORDER").evaluate({"n": 1})
    assert found.matched == ("r3", "r2", "r4", "r1")


@pytest.mark.parametrize(
    ("hit", "expected"),
    [
        ("COLLECT SUM", Decimal("0.6")),
        ("COLLECT MIN", Decimal("0.1")),
        ("COLLECT MAX", Decimal("0.3")),
        ("COLLECT COUNT", 3),
        ("COLLECT", [Decimal("0.1"), Decimal("0.2"), Decimal("0.3")]),
    ],
)
def test_collecting(hit: str, expected: Any) -> None:
    rows = [(["> 0"], ["0.1"]), (["> 0"], ["0.2"]), (["> 0"], ["0.3"]), (["> 5"], ["9"])]
    assert table(["n"], rows, hit=hit).evaluate({"n": 1}).outputs == expected


def test_defaults_stand_in_where_no_row_matches() -> None:
    outputs = [{"name": "a", "default": "n * 2"}, {"name": "b"}]
    decision = table(["n"], [(["> 5"], ["1", "2"])], outputs=outputs, hit="FIRST")
    assert decision.evaluate({"n": 3}).outputs == {"a": 6, "b": None}
    assert decision.evaluate({"n": 9}).outputs == {"a": 1, "b": 2}


@pytest.mark.parametrize("hit", ["COLLECT", "RULE ORDER", "OUTPUT ORDER"])
def test_no_row_of_many_is_an_empty_list_whatever_the_default(hit: str) -> None:
    outputs = [{"name": "a", "default": "0", "allowed": "0, 1"}]
    decision = table(["n"], [(["> 5"], ["1"])], outputs=outputs, hit=hit)
    assert decision.evaluate({"n": 3}).outputs == []
    assert decision.evaluate({"n": 9}).outputs == [1]


@pytest.mark.parametrize(("hit", "alone"), [("FIRST", True), ("UNIQUE", True), ("COLLECT", False)])
def test_where_a_row_says_nothing_the_default_stands_in(hit: str, alone: bool) -> None:
    outputs = [{"name": "a", "default": "n * 2"}, {"name": "b", "default": "7"}, {"name": "c"}]
    rules = [
        {"when": {"n": "[0..5]"}, "then": {"b": "1"}},
        {"when": {"n": "> 5"}, "then": {"a": "1", "b": None}},
    ]
    inputs = [{"name": "n", "type": "number"}]
    document = {"id": "t", "hit": hit, "inputs": inputs, "outputs": outputs, "rules": rules}
    decision = compile_decision(document)
    for n, expected in [
        (3, {"a": 6, "b": 1, "c": None}),
        (9, {"a": 1, "b": None, "c": None}),
    ]:
        assert decision.evaluate({"n": n}).outputs == (expected if alone else [expected])


def test_null_is_an_error_unless_it_is_allowed() -> None:
    rows = [(["null"], ["0"]), (["-"], ["1"])]
    assert table([{"name": "n", "nullable": True}], rows, hit="FIRST").evaluate({"n": None})[0] == 0
    with pytest.raises(EvaluationError, match="input n is null"):
        table(["n"], rows, hit="FIRST").evaluate({"n": None})


@pytest.mark.parametrize(
    ("day", "row"),
    [("2025-12-31", "r1"), ("2026-01-01", "r2"), ("2026-06-30", "r2"), ("2026-07-01", "r3")],
)
def test_rows_have_their_period(day: str, row: str) -> None:
    document = {
        "id": "t",
        "hit": "UNIQUE",
        "inputs": [{"name": "n"}],
        "outputs": [{"name": "out"}],
        "rules": [
            {"id": "r1", "valid_to": "2025-12-31", "then": ["1"]},
            {"id": "r2", "valid_from": "2026-01-01", "valid_to": "2026-06-30", "then": ["2"]},
            {"id": "r3", "valid_from": "2026-07-01", "then": ["3"]},
        ],
    }
    found = compile_decision(document).evaluate({"n": 1, "today": date.fromisoformat(day)})
    assert (found.matched, found.trace["how"]) == ((row,), "indexed")


def test_what_two_decisions_require_is_evaluated_once() -> None:
    calls: list[int] = []

    def counted(value: int) -> int:
        calls.append(value)
        return value * 10

    documents: dict[str, Any] = {
        "base": {"id": "base", "value": "counted(n)"},
        "left": {"id": "left", "requires": {"base": "base"}, "value": "base + 1"},
        "right": {"id": "right", "requires": {"base": "base"}, "value": "base + 2"},
        "top": {
            "id": "top",
            "requires": {"left": "left", "right": "right", "base": "base"},
            "value": "left + right + base",
        },
    }
    found = compile_decisions(documents)["top"].evaluate({"n": 1, "counted": counted})
    assert (found.outputs, calls) == (33, [1])
    assert found.trace["requires"]["left"]["out"] == 11


def test_decisions_that_require_each_other_are_refused() -> None:
    documents = {
        "a": {"id": "a", "requires": {"b": "b"}, "value": "b"},
        "b": {"id": "b", "requires": {"a": "a@3"}, "value": "a"},
    }
    with pytest.raises(FeelError, match="a → b → a"):
        compile_decisions(documents)
    with pytest.raises(FeelError, match="no decision c"):
        compile_decisions({"a": {"id": "a", "requires": {"c": "c"}, "value": "c"}})


def test_with_parameters_a_decision_is_a_function() -> None:
    documents: dict[str, Any] = {
        "rate": {
            "id": "rate",
            "parameters": {"code": "string", "qty": "number"},
            "reads": {"prices": "price-list"},
            "hit": "FIRST",
            "inputs": [{"name": "qty"}],
            "outputs": [{"name": "out"}],
            "rules": [
                {"when": [">= 10"], "then": ["prices[sku = code][1].price * 0.9"]},
                {"when": ["-"], "then": ["prices[sku = code][1].price"]},
            ],
        },
        "sum": {
            "id": "sum",
            "requires": {"rate": "rate"},
            "value": "sum(for line in lines return line.qty * rate(line.sku, line.qty))",
        },
    }
    decision = compile_decisions(documents)["sum"]
    assert decision.reads == {"prices": "price-list"}
    scope = {
        "lines": [{"sku": "a", "qty": 10}, {"sku": "b", "qty": 1}],
        "prices": [{"sku": "a", "price": 5}, {"sku": "b", "price": 7}],
    }
    assert decision.evaluate(scope).outputs == 52
    with pytest.raises(EvaluationError, match="rate takes code, qty"):
        compile_decisions({**documents, "sum": {**documents["sum"], "value": "rate(1)"}})[
            "sum"
        ].evaluate(scope)


INDEXED = [
    ('"a", "b"', "a"),
    ('not("a", "b")', "c"),
    ('["a", "b"]', "a"),
    ('["a".."c")', "b"),
    ("[1..5], > 10", 12),
    ("!= 5", 6),
    ("null, > 3", 4),
    ("null", None),
    ("not(5)", None),
    ("not(null)", 5),
    ('null, "a"', None),
    ("[0.1..0.3)", Decimal("0.25")),
    ('not(["a".."c"], "x")', "d"),
    ('> @"10:00:00"', time(10, 30)),
    ('[@"PT1H"..@"P1D"]', timedelta(hours=5)),
    ('<= @"P1Y"', YearsMonths(12)),
    ('[@"2026-01-01T00:00:00Z"..@"2026-01-02T00:00:00Z")', datetime(2026, 1, 1, 5, tzinfo=UTC)),
    ('not(< date("2026-01-01"), @"2026-06-30")', date(2026, 6, 29)),
    ('< date("2026-01-01")', date(2025, 1, 1)),
    ('[@"2026-01-01"..@"2026-02-01")', date(2026, 1, 31)),
    ("true", True),
    ("not(false)", True),
]


@pytest.mark.parametrize(("cell", "value"), INDEXED)
def test_ordinary_cells_are_indexed(cell: str, value: Any) -> None:
    column = {"name": "n", "nullable": True}
    found = table([column], [([cell], ["1"])], hit="UNIQUE").evaluate({"n": value})
    assert (found.outputs, found.trace["how"]) == (1, "indexed")


@pytest.mark.parametrize(
    "cell", ["? > other", "other", "> other", "? * 2 > 1", "list contains(?, 1)"]
)
def test_other_cells_are_run(cell: str) -> None:
    scope = {"n": [1] if "list" in cell else 1, "other": 1}
    decision = table(["n"], [([cell], ["1"]), (["-"], ["2"])], hit="FIRST")
    assert decision.evaluate(scope).trace["how"] == "scanned"


def test_a_cell_of_many_rows_is_run_once_and_hides_no_error() -> None:
    calls: list[int] = []

    def counted(value: int) -> bool:
        calls.append(value)
        return value > 5

    dear = "counted(?)"
    rows = [(["-", dear], ["1"]), (["-", dear], ["2"]), (["10 / ? > 1", dear], ["3"])]
    decision = table(["n", "m"], rows, hit="COLLECT")
    assert decision.evaluate({"n": 2, "m": 7, "counted": counted}).matched == ("r1", "r2", "r3")
    assert calls == [7]
    assert decision.evaluate({"n": 2, "m": 5, "counted": counted}).matched == ()
    # The failing cell of the first rows is the last of the third: that one fails before.
    with pytest.raises(EvaluationError, match=r"row r3, column n: .*division by zero"):
        decision.evaluate({"n": 0, "m": 5, "counted": counted})
