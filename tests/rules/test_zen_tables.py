"""Tables of another engine: those our language can express load, decide, and are indexed."""

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from parts.zen_dialect import document

from orderloom.rules import EvaluationError, FeelError, check_decision, compile_decision

# Cells that have no like in FEEL: `!x`, ternaries, template texts.
NOT_EXPRESSIBLE = 8


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
    assert len(refused) == NOT_EXPRESSIBLE, refused


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
        try:
            decision = compile_decision(document(one))
        except FeelError:
            continue
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
