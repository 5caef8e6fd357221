"""Tables of another engine: those our language can express load, decide, and are indexed."""

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.zen_dialect import cell, document, expression

from orderloom.rules import (
    EvaluationError,
    FeelError,
    check_decision,
    compile_decision,
    evaluate,
    parse_unary,
)

pytestmark = pytest.mark.slow


def tables(shared_data: Path) -> list[Any]:
    text = (shared_data / "zen" / "tables.json").read_text(encoding="utf-8")
    return list(json.loads(text, parse_float=Decimal))


def test_they_load(shared_data: Path) -> None:
    refused = []
    found = tables(shared_data)
    for one in found:
        try:
            compile_decision(document(one))
        except FeelError as error:
            refused.append((one["id"], str(error)))
    assert len(found) == 224
    assert not refused


# A cell of theirs, what it meets, whether it passes.
CELLS: list[tuple[str, dict[str, Any], bool]] = [
    ("!known", {"?": True, "known": False}, True),
    ("!known", {"?": True, "known": True}, False),
    ("!contains(['US', 'CA'], $)", {"?": "GB"}, True),
    ("!contains(['US', 'CA'], $)", {"?": "CA"}, False),
    (
        "!contains(a.kinds ?? [], b.kind)",
        {"?": True, "a": {"kinds": None}, "b": {"kind": "x"}},
        True,
    ),
    (
        "!contains(a.kinds ?? [], b.kind)",
        {"?": True, "a": {"kinds": ["x"]}, "b": {"kind": "x"}},
        False,
    ),
    ("len(trim(number ?? '')) < 5", {"?": True, "number": None}, True),
    ("len(trim(number ?? '')) < 5", {"?": True, "number": " 12345 "}, False),
    ("== 3 and a.score < 70", {"?": 3, "a": {"score": 69}}, True),
    ("== 3 and a.score < 70", {"?": 3, "a": {"score": 70}}, False),
    ("== 3 and a.score < 70", {"?": 4, "a": {"score": 69}}, False),
    ("> 3 and <= 5", {"?": 5}, True),
]


@pytest.mark.parametrize(("text", "scope", "passes"), CELLS)
def test_a_cell_says_the_same_in_our_language(
    text: str, scope: dict[str, Any], passes: bool
) -> None:
    assert parse_unary(cell(text)).evaluate(scope) is passes


def test_an_output_says_the_same_in_our_language() -> None:
    ours = expression("isGood ? return.price : return.price * 0.9")
    assert evaluate(ours, {"isGood": False, "returned": {"price": 10}}) == 9
    assert evaluate(ours, {"isGood": True, "returned": {"price": 10}}) == 10


GIVEN = [
    (("GB", 99, "x@gmail.com", "GBP", 99), "1", "scanned"),
    (("GB", 1000, "x@gmail.com", "GBP", 10), "7990", "indexed"),
    (("GB", 99, "x@example.com", "GBP", 99), "7990", "scanned"),
    (("US", 50, "x@gmail.com", "USD", 250), "7990", "indexed"),
]


def test_the_largest_is_compiled_and_decided_quickly(shared_data: Path) -> None:
    largest = max(tables(shared_data), key=lambda one: len(one["rules"]))
    started = time.perf_counter()
    decision = compile_decision(document(largest))
    table = decision.table
    assert table is not None
    assert len(table.rows) == 7990
    for (country, spend, email, currency, price), row, how in GIVEN:
        scope = {
            "customer": {"country": country, "totalSpend": spend, "email": email},
            "product": {"category": "", "currency": currency, "price": price},
        }
        found = decision.evaluate(scope)
        assert (found.matched, found.trace["how"]) == ((row,), how)
        assert [one.id for one in table.matching(table.read(scope), scope)] == [row]
    assert time.perf_counter() - started < 30


def test_they_are_checked_and_every_gap_is_one(shared_data: Path) -> None:
    gaps = 0
    for one in tables(shared_data):
        decision = compile_decision(document(one))
        table = decision.table
        assert table is not None
        for problem in check_decision(decision):
            if problem.code != "gap":
                continue
            gaps += 1
            values = [problem.sample.get(column.name) for column in table.inputs]
            with pytest.raises(EvaluationError, match=r"no row matches"):
                table.answer_for(values, {})
    assert gaps > 100
