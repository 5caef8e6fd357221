"""Fragments put into a stage: every name of a stage follows, nothing else does (language 3.2)."""

from __future__ import annotations

from typing import Any

import pytest

from orderloom.platform.definitions.fragments import expand

PROCESS = {
    "kind": "process",
    "id": "p",
    "stages": {"in": {"use": "part", "done": "end"}, "end": {}},
}


def used(fragment: dict[str, Any], host: dict[str, Any] | None = None) -> Any:
    made = expand(host or PROCESS, lambda id_: {"kind": "process", "id": id_, **fragment})
    return made["stages"]["in"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"on": {"go": "b"}}, {"on": {"go": "in-b"}}),
        ({"on": {"go": {"to": "b"}}}, {"on": {"go": {"to": "in-b"}}}),
        ({"on": {"go": [{"to": ["b"]}]}}, {"on": {"go": [{"to": ["in-b"]}]}}),
        ({"always": "b"}, {"always": "in-b"}),
        ({"done": "b"}, {"done": "in-b"}),
        ({"after": {"P1D": "b"}}, {"after": {"P1D": "in-b"}}),
        ({"after": [{"at": "x", "to": "b"}]}, {"after": [{"at": "x", "to": "in-b"}]}),
        ({"do": [{"compensate": "b"}]}, {"do": [{"compensate": "in-b"}]}),
        ({"do": [{"compensate": "all"}]}, {"do": [{"compensate": "all"}]}),
        (
            {"do": [{"task": "b", "on": {"done": "b"}}]},
            {"do": [{"task": "b", "on": {"done": "in-b"}}]},
        ),
        ({"do": [{"task": "t", "id": "b"}]}, {"do": [{"task": "t", "id": "b"}]}),
        ({"if": 'active("b")'}, {"if": 'active("in-b")'}),
        ({"if": 'active("elsewhere")'}, {"if": 'active("elsewhere")'}),
        ({"initial": "c", "stages": {"c": {}}}, {"initial": "in-c", "stages": {"in-c": {}}}),
    ],
)
@pytest.mark.parametrize("as_list", [False, True])
def test_names_of_stages_get_the_stage_in_front(
    written: dict[str, Any], expected: dict[str, Any], as_list: bool
) -> None:
    stages: Any = {"a": written, "b": {}}
    wanted: Any = {"in-a": expected, "in-b": {}}
    if as_list:
        stages = [{"id": id_, **body} for id_, body in stages.items()]
        wanted = [{"id": id_, **body} for id_, body in wanted.items()]
    assert used({"stages": stages}) == {"done": "end", "stages": wanted}


def test_what_the_fragment_says_of_itself_comes_too() -> None:
    fragment = {"stages": {"a": {}, "b": {}}, "initial": "b", "on": {"stop": "a", "out": "end"}}
    made = used(fragment)
    assert made["initial"] == "in-b"
    assert made["on"] == {"stop": "in-a", "out": "end"}


def test_the_stage_around_comes_first() -> None:
    host = {**PROCESS, "stages": {"in": {"use": "part", "on": {"stop": "end"}}}}
    assert used({"stages": {"a": {}}, "on": {"stop": "a"}}, host)["on"] == {"stop": "end"}


def test_a_fragment_of_itself_has_no_end() -> None:
    with pytest.raises(RecursionError):
        used({"stages": {"a": {"use": "part"}}})
