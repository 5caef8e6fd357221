"""What differs between two forms of a decision is told cell by cell, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from parts import random_decisions

from orderloom.rules.decision_changes import decision_changes
from orderloom.rules.normal_form import normal

BEFORE: dict[str, Any] = {
    "id": "t",
    "title": "T",
    "inputs": [{"name": "a", "type": "number"}, {"name": "b"}],
    "outputs": [{"name": "c"}],
    "rules": [
        {"id": "one", "when": {"a": "> 1"}, "then": {"c": "1"}},
        {"id": "two", "when": ["-", "2"], "then": [2], "note": "n"},
    ],
}


def changed(**more: Any) -> dict[str, Any]:
    return {**BEFORE, **more}


def row(at: int, **more: Any) -> dict[str, Any]:
    rules = [dict(one) for one in BEFORE["rules"]]
    rules[at] |= more
    return changed(rules=rules)


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (BEFORE, []),
        (normal(BEFORE), []),
        (row(1, when={"b": 2}), []),
        (changed(title="U", owner="o"), [("title", "T", "U"), ("owner", None, "o")]),
        (row(0, when={"a": "> 2"}), [("row one, input a", "> 1", "> 2")]),
        (row(0, when={}), [("row one, input a", "> 1", "-")]),
        (row(0, then={}), [("row one, output c", "1", None)]),
        (row(1, note="m"), [("row two, note", "n", "m")]),
        (
            row(1, valid_from="2026-01-01"),
            [("row two, valid_from", None, "2026-01-01")],
        ),
        (
            changed(inputs=[{"name": "a", "type": "string"}, {"name": "b"}]),
            [("input a, type", "number", "string")],
        ),
        (
            changed(rules=BEFORE["rules"][::-1]),
            [("order of rows", ["one", "two"], ["two", "one"])],
        ),
        (
            changed(rules=BEFORE["rules"][:1]),
            [("row two", {"id": "two", "when": {"b": "2"}, "then": {"c": "2"}, "note": "n"}, None)],
        ),
        (
            changed(outputs=[{"name": "c"}, {"name": "d"}]),
            [("output d", None, {"name": "d"})],
        ),
    ],
)
def test_each_change_has_its_place(after: dict[str, Any], told: list[tuple[Any, ...]]) -> None:
    found = decision_changes(BEFORE, after)
    assert [(one.place, one.before, one.after) for one in found] == told


@given(random_decisions.tables(), random_decisions.tables())
def test_no_change_means_the_same_decision(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert decision_changes(one, normal(one)) == ()
    assert (not decision_changes(one, other)) == (normal(one) == normal(other))
