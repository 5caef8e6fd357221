"""Decision tables: hit policies, enforcement, null, defaults, validity."""

from decimal import Decimal
from typing import Any

import pytest

from orderloom.rules import EvaluationError, compile_decision


def table(hit: str, *rows: tuple[str, str], **more: Any) -> dict[str, Any]:
    rules = [
        {"id": f"r{number}", "when": {"n": cell}, "then": {"out": out}}
        for number, (cell, out) in enumerate(rows, 1)
    ]
    output = {"name": "out", **more.pop("output", {})}
    given_input = {"name": "n", "value": "n", "type": "number", **more.pop("input", {})}
    return {
        "id": "t",
        "hit": hit,
        "inputs": [given_input],
        "outputs": [output],
        "rules": rules,
        **more,
    }


OVERLAPPING = (("> 1", "10"), ("> 2", "20"), ("> 3", "20"))
RANKED = {"allowed": "30, 20, 10"}

ANSWERS = [
    (table("UNIQUE", ("< 5", '"low"'), (">= 5", '"high"')), 7, "high", ("r2",)),
    (table("FIRST", *OVERLAPPING), 9, 10, ("r1",)),
    (table("ANY", *OVERLAPPING[1:]), 9, 20, ("r1", "r2")),
    (table("PRIORITY", *OVERLAPPING, output=RANKED), 9, 20, ("r2",)),
    (table("RULE ORDER", *OVERLAPPING), 9, [10, 20, 20], ("r1", "r2", "r3")),
    (table("OUTPUT ORDER", *OVERLAPPING, output=RANKED), 9, [20, 20, 10], ("r2", "r3", "r1")),
    (table("COLLECT", *OVERLAPPING), 3, [10, 20], ("r1", "r2")),
    (table("COLLECT", *OVERLAPPING), 0, [], ()),
    (table("COLLECT SUM", *OVERLAPPING), 9, 50, ("r1", "r2", "r3")),
    (table("COLLECT MIN", *OVERLAPPING), 9, 10, ("r1", "r2", "r3")),
    (table("COLLECT MAX", *OVERLAPPING), 9, 20, ("r1", "r2", "r3")),
    (table("COLLECT COUNT", *OVERLAPPING), 9, 3, ("r1", "r2", "r3")),
    (table("COLLECT COUNT", *OVERLAPPING), 0, 0, ()),
    (table("FIRST", ("> 5", "1"), output={"default": "0"}), 1, 0, ()),
    (table("FIRST", ("n * 2", "1"), ("-", "2")), 0, 1, ("r1",)),
    (table("FIRST", ("? * 2 > 10", "1"), ("-", "2")), 6, 1, ("r1",)),
    (table("UNIQUE", ("5", "n + 1")), 5, 6, ("r1",)),
    (table("UNIQUE", ("0.1", "1"), ("not(0.1)", "2")), Decimal("0.10"), 1, ("r1",)),
    (
        table("UNIQUE", ("null", "1"), ("not(null)", "2"), input={"nullable": True}),
        None,
        1,
        ("r1",),
    ),
    (table("UNIQUE", ("not(5)", "1"), ("5", "2"), input={"nullable": True}), None, 1, ("r1",)),
    (table("FIRST", ("< 5", "1"), ("-", "2"), input={"nullable": True}), None, 2, ("r2",)),
]


@pytest.mark.parametrize(("document", "n", "expected", "rows"), ANSWERS)
def test_hit_policies(document: Any, n: Any, expected: Any, rows: tuple[str, ...]) -> None:
    found = compile_decision(document).evaluate({"n": n})
    assert found.outputs == expected
    assert found.matched == rows


ERRORS = [
    (table("UNIQUE", ("> 1", "1"), ("> 2", "2")), 9, "r2", None, "rows r1, r2 match"),
    (table("ANY", ("> 1", "1"), ("> 2", "2")), 9, "r2", None, "different outputs"),
    (table("UNIQUE", ("> 1", "1")), 0, None, None, "no row matches"),
    (table("UNIQUE", ("-", "1")), None, None, "n", "is null"),
    (table("UNIQUE", ("-", "1")), "x", None, "n", "not number"),
    (table("UNIQUE", ("-", "1"), input={"allowed": "[1..5]"}), 9, None, "n", "allowed"),
    (table("UNIQUE", ('> "a"', "1"), input={"type": None}), 9, "r1", "n", "cannot be compared"),
    (table("UNIQUE", ("? + null > 1", "1")), 9, "r1", "n", "neither true nor false"),
    (table("UNIQUE", ("-", "1 / 0")), 9, "r1", "out", "division by zero"),
    (table("COLLECT SUM", ("-", '"a"'), ("-", "1")), 9, None, "out", "SUM"),
    (table("FIRST", ("> 10", "1"), output={"default": "1 / 0"}), 9, None, "out", "division"),
]


@pytest.mark.parametrize(("document", "n", "row", "column", "message"), ERRORS)
def test_what_cannot_be_answered_names_row_and_column(
    document: Any, n: Any, row: str | None, column: str | None, message: str
) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_decision(document).evaluate({"n": n})
    assert (caught.value.row, caught.value.column) == (row, column)
    assert message in str(caught.value)


def test_several_outputs_make_a_context_and_cells_go_by_position() -> None:
    document = {
        "id": "t",
        "hit": "FIRST",
        "inputs": [{"name": "n"}, {"name": "s"}],
        "outputs": [{"name": "a"}, {"name": "b"}],
        "rules": [
            {"when": ["> 1", '"x"'], "then": ["1", '"y"']},
            {"when": ["-", "-"], "then": ["2"]},
        ],
    }
    decision = compile_decision(document)
    assert decision.evaluate({"n": 5, "s": "x"}).outputs == {"a": 1, "b": "y"}
    assert decision.evaluate({"n": 0, "s": "x"}).outputs == {"a": 2, "b": None}


def test_rows_are_valid_in_their_time() -> None:
    from datetime import date

    document = table("FIRST", ("-", '"old"'), ("-", '"new"'))
    document["rules"][0]["valid_to"] = "2026-02-28"
    decision = compile_decision(document)
    assert decision.evaluate({"n": 1, "today": date(2026, 2, 28)}).outputs == "old"
    assert decision.evaluate({"n": 1, "today": date(2026, 3, 1)}).outputs == "new"


def test_required_decisions_come_first_and_functions_are_called() -> None:
    risk = compile_decision({"id": "risk", "value": 'if n > 5 then "high" else "low"'})
    rate = compile_decision({"id": "rate", "parameters": {"x": "number"}, "value": "x * 2"})
    document = {
        "id": "t",
        "requires": {"risk": "risk", "rate": "rate"},
        "value": 'if risk = "high" then rate(n) else 0',
    }
    decision = compile_decision(document, decisions={"risk": risk, "rate": rate})
    found = decision.evaluate({"n": 7})
    assert found.outputs == 14
    assert found.trace["requires"]["risk"]["out"] == "high"


def test_the_trace_says_how_rows_were_found() -> None:
    indexed = compile_decision(table("FIRST", ("> 1", "1"), ("-", "2"))).evaluate({"n": 1})
    scanned = compile_decision(table("FIRST", ("? > n", "1"), ("-", "2"))).evaluate({"n": 1})
    assert (indexed.trace["how"], scanned.trace["how"]) == ("indexed", "scanned")
    assert indexed.trace["inputs"] == {"n": 1}
