"""What definitions name in others, and nothing that only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.platform.definitions import child_processes, references

PROCESS = {"kind": "process", "id": "p", "form": "f"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ({"do": [{"call": "erp.book", "with": {"order": "order.number"}}]}, ("connector", "erp")),
        ({"entry": [{"decide": "tier@7", "as": "tier"}]}, ("decision", "tier@7")),
        ({"entry": [{"read": {"collection": "c", "key": "x"}}]}, ("collection", "c")),
        ({"do": [{"task": "t", "form": "own"}]}, ("form", "own")),
        ({"on": {"x": {"actions": [{"notify": "late"}]}}}, ("message", "late")),
        ({"do": [{"approval": "a", "on": {"rejected": "b"}}]}, ("approval", "a")),
        ({"do": [{"call": "e.f", "undo": {"call": "g.h"}}]}, ("connector", "g")),
        ({"use": "steps"}, ("process", "steps")),
    ],
)
def test_what_a_stage_names(stage: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in references({**PROCESS, "stages": {"s": stage}})


@pytest.mark.parametrize(
    "action",
    [
        {"set": {"approval": "a", "order": "b"}},
        {"decide": "tier", "with": {"notify": "x", "call": "y.z", "order": "o"}},
        {"raise": "go", "data": {"start": "s", "verify": "v"}},
        {"read": {"order": "parent.number"}},
        {"send": {"event": "e", "to": "parent", "data": {"order": "order.number", "use": "u"}}},
    ],
)
def test_expressions_name_no_definitions(action: dict[str, Any]) -> None:
    process = {**PROCESS, "stages": {"s": {"entry": [action]}}}
    assert set(references(process)) <= {("form", "f"), ("decision", "tier")}
    assert child_processes(process) == ()


def test_children_are_named_once() -> None:
    stages = {"a": {"do": [{"order": "b"}]}, "c": {"entry": [{"start": "b"}, {"start": "d"}]}}
    assert child_processes({**PROCESS, "stages": stages}) == ("b", "d")
