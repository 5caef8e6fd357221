"""Drafts of decisions tried: fields, answers, gaps with their rows, tests, suggestions."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.platform.app.table_trying import answered, in_bundle, looked_over, suggested
from orderloom.platform.definitions import Bundle, Document
from orderloom.platform.words import Words
from orderloom.rules import compile_decision

FORM = {
    "kind": "form",
    "id": "order",
    "schema": {
        "type": "object",
        "properties": {
            "total": {"type": "number"},
            "wanted": {"type": "string", "format": "date"},
            "lines": {"type": "array", "items": {"type": "object"}},
            "customer": {"type": "object", "properties": {"known": {"type": "boolean"}}},
        },
    },
}
RISK = {
    "kind": "decision",
    "id": "risk",
    "title": "Risk",
    "inputs": [{"name": "country", "value": "customer.country", "type": "string"}],
    "outputs": [{"name": "risk", "type": "string", "default": '"low"'}],
    "rules": [{"when": {"country": '"XX"'}, "then": {"risk": '"high"'}}],
}


def table(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "decision",
        "id": "tier",
        "title": "Tier",
        "inputs": [
            {"name": "total", "type": "number", "allowed": ">= 0"},
            {"name": "segment", "type": "string", "allowed": '"a","b"'},
        ],
        "outputs": [{"name": "tier", "type": "string"}],
        "rules": [
            {"when": ["< 10", "-"], "then": ['"low"']},
            {"id": "high", "when": {"total": "> 20", "segment": '"a"'}, "then": {"tier": '"high"'}},
        ],
        **changes,
    }


def tried(value: dict[str, Any], *others: dict[str, Any]) -> Any:
    documents = tuple(
        Document(each["kind"], each["id"], f"{each['id']}.yaml", 1, each)
        for each in (FORM, *others)
    )
    return in_bundle(Bundle(meta={"bundle": "b"}, documents=documents), value.get("id", "x"), value)


def names(fields: list[dict[str, Any]]) -> dict[str, str]:
    return {".".join(each["path"]): each["type"] for each in fields}


FIELDS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "columns": (table(), {"total": "number", "segment": "string"}),
    "what is required": (
        table(requires={"risk": "risk"}, inputs=[{"name": "risk", "type": "string"}]),
        {"customer.country": "string"},
    ),
    "calculated": (
        table(
            inputs=[
                {"name": "many", "value": "count(lines.qty) > 3", "type": "boolean"},
                {"name": "late", "value": "wanted < today", "type": "boolean"},
                {
                    "name": "known",
                    "value": "customer != null and customer.known",
                    "type": "boolean",
                },
            ],
            rules=[],
        ),
        {"lines": "list", "today": "date", "wanted": "date", "customer.known": "boolean"},
    ),
    "cells and answers": (
        table(rules=[{"when": ["> limit", "-"], "then": ["string(total) + suffix"]}]),
        {"total": "number", "segment": "string", "limit": "any", "suffix": "any"},
    ),
    "days": (
        table(rules=[{"then": ['"x"'], "valid_from": "2026-01-01"}]),
        {"total": "number", "segment": "string", "today": "date"},
    ),
    "an expression": (
        {"kind": "decision", "id": "sum", "title": "Sum", "value": "total * customer.rate"},
        {"total": "number", "customer.rate": "any"},
    ),
}


@pytest.mark.parametrize("name", list(FIELDS))
def test_what_is_to_be_given(name: str) -> None:
    value, expected = FIELDS[name]
    assert names(looked_over(tried(value, RISK), Words("en"))["fields"]) == expected


def test_named_values_are_options() -> None:
    fields = looked_over(tried(table()), Words("en"))["fields"]
    assert [each["options"] for each in fields] == [[], ["a", "b"]]


def test_an_answer_explains_every_other_row() -> None:
    made = answered(tried(table()), {"total": 5, "segment": "b"}, Words("en"))
    assert made["answer"]["result"] == "low"
    assert made["answer"]["rows"] == ["1"]
    (missed,) = made["answer"]["why"]["missed"]
    assert (missed["row"], missed["column"], missed["cell"]) == ("high", "total", "> 20")
    assert "row 1 matches" in made["answer"]["why"]["sentence"]


def test_no_answer_says_what_would_change_it() -> None:
    made = answered(tried(table()), {"total": 15, "segment": "a"}, Words("en"))["answer"]
    assert made["why"]["failure"]["kind"] == "nothing"
    assert made["rows"] == []
    assert made["why"]["flips"]


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "a cell that cannot be read": (table(rules=[{"when": ["> 5 5"], "then": ["1"]}]), "row 1"),
    "something that is not there": (table(requires={"x": "nobody"}), "nobody"),
    "itself": (table(requires={"x": "tier"}), "tier"),
    "a shape that is none": (table(rules="x"), ""),
    "nothing": ({}, ""),
    "an unknown policy": (table(hit="SOMETIMES"), ""),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_what_cannot_be_run_says_why(name: str) -> None:
    value, part = BROKEN[name]
    broken = tried(value)
    looked = looked_over(broken, Words("en"))
    assert (looked["runs"], looked["fields"], looked["tests"]) == (False, [], [])
    assert part in looked["problem"]
    assert answered(broken, {}, Words("en"))["answer"] is None
    assert suggested(broken) == []


# The rows of a table: the rows that fill its gaps.
GAPS: dict[str, tuple[list[list[str]], list[dict[str, str]]]] = {
    "between": ([["< 10", "-"], ["> 20", "-"]], [{"total": "[10..20]"}]),
    "open ends": ([["<= 10", "-"]], [{"total": "> 10"}]),
    "one text": ([["-", '"a"']], [{"segment": '"b"'}]),
    "a corner": ([["< 10", "-"], ["-", '"a"']], [{"total": ">= 10", "segment": '"b"'}]),
    "a point": ([["< 10", "-"], ["> 10", "-"]], [{"total": "10"}]),
    "none": ([["-", "-"]], []),
}


@pytest.mark.parametrize("name", list(GAPS))
def test_the_row_that_fills_a_gap(name: str) -> None:
    rows, expected = GAPS[name]
    value = table(rules=[{"when": when, "then": ['"x"']} for when in rows])
    found = [
        one for one in looked_over(tried(value), Words("en"))["problems"] if one["code"] == "gap"
    ]
    assert [one["when"] for one in found] == expected


def filled(value: dict[str, Any]) -> dict[str, Any]:
    """The table with a row for its first gap."""
    for one in looked_over(tried(value), Words("en"))["problems"]:
        if one["code"] == "gap":
            row = {"when": one["when"], "then": {"tier": '"new"'}, **one["days"]}
            return {**value, "rules": [*value["rules"], row]}
    return value


OPEN: dict[str, dict[str, Any]] = {
    "corners": table(rules=[{"when": ["(5..9]", '"a"'], "then": ['"x"']}]),
    "nothing": table(),
    "texts beside": table(
        inputs=[
            {"name": "c", "type": "string", "nullable": True},
            {"name": "b", "type": "boolean"},
        ],
        rules=[
            {"when": ['"x","y"', "true"], "then": ['"1"']},
            {"when": ["null", "-"], "then": ["2"]},
        ],
    ),
    "days": table(
        inputs=[{"name": "d", "type": "date"}],
        rules=[
            {"when": ['< date("2026-02-01")'], "then": ['"x"'], "valid_from": "2026-03-01"},
            {"when": ["-"], "then": ['"y"'], "valid_to": "2026-02-15"},
        ],
    ),
}


@pytest.mark.parametrize("name", list(OPEN))
def test_filling_gap_after_gap_leaves_none_and_no_overlap(name: str) -> None:
    value = OPEN[name]
    for _ in range(12):
        value = filled(value)
    assert looked_over(tried(value), Words("en"))["problems"] == [], value["rules"]
    compile_decision(value)


def test_tests_tell_what_came_and_the_rows_they_reach() -> None:
    tests = [
        {"given": {"total": 5, "segment": "a"}, "expect": {"tier": "low"}},
        {"given": {"total": 30, "segment": "a"}, "expect": "low"},
        {"given": {"total": 15, "segment": "a"}, "error": True},
        {"given": {"total": 15, "segment": "a"}, "expect": "low"},
    ]
    told = looked_over(tried(table(tests=tests)), Words("en"))["tests"]
    assert [one["passed"] for one in told] == [True, False, True, False]
    assert [one["rows"] for one in told] == [["1"], ["high"], [], []]
    assert told[1]["result"] == "high"
    assert "no row matches" in told[3]["failed"]
    assert "nie pasuje" in looked_over(tried(table(tests=tests)), Words("pl"))["tests"][3]["failed"]


def test_suggestions_are_tests_that_pass() -> None:
    value = table()
    made = suggested(tried(value))
    assert made
    again = tried({**value, "tests": made})
    assert all(one["passed"] for one in looked_over(again, Words("en"))["tests"])
    # What is there already is not suggested again.
    assert suggested(again) == []
