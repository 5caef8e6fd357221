"""What libyaml reads, it reads as ruamel.yaml does; the rest is left to the latter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parts.shared_data import REPOSITORY
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from orderloom.platform.codec import load_yaml
from orderloom.platform.codec.yaml_quick import quick_events

TOLD = (
    *("DocumentStartEvent", "ScalarEvent", "AliasEvent", "SequenceStartEvent"),
    *("SequenceEndEvent", "MappingStartEvent", "MappingEndEvent"),
)
# What means something in YAML, and some that means nothing.
PIECES = (
    *("a", "b c", "ż", "12", "-3", "null", '"x"', "'it''s'", '"\\n"', "http://x", "[1..2)", "a:b"),
    *(": ", ":", "- ", "-", ", ", ",", "{", "}", "[", "]", " #", "#", "? ", "&a ", "*a", "!t "),
    *("|", ">", "%", "@", "`", "'", '"', "\\", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n  - "),
    *("---\n", "\n---\n", "...\n", "\t", "\r\n", "\u00a0", " ", "  ", "\ufeff", "\u2028"),
)
LEFT = {
    "two ends of a document": "a---\n...\n...\n",
    "an anchor": "a: &x 1\n",
    "an alias": "a: *x\n",
    "a tag": "a: !!str 1\n",
    "a directive": "%YAML 1.2\n---\na: b\n",
    "a tab": "a:\tb\n",
    "a line end of others": "a: b\u2028\n",
    "an empty value": "a:\nb: 1\n",
    "a wrong indent": "a:\n  b: 1\n c: 2\n",
    "a map in a line": "a: b: c\n",
    "a block text": "a: |\n  b\n",
    "a folded text": "a: >\n  b\n",
    "a bracket that stays open": "a: [b\n",
}


def test_examples_are_read_alike() -> None:
    texts = [each.read_text(encoding="utf-8") for each in (REPOSITORY / "examples").rglob("*.yaml")]
    read = [text for text in texts if quick_events(text) is not None]
    assert len(read) > 0.9 * len(texts) > 20
    for text in read:
        assert _quickly(text) == _of_ruamel(text)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_whatever_is_read_is_read_alike(text: str) -> None:
    quick = _quickly(text)
    assert quick is None or quick == _of_ruamel(text)


@pytest.mark.parametrize("text", list(LEFT.values()), ids=list(LEFT))
def test_what_is_left(text: str) -> None:
    assert quick_events(text) is None


def test_places_in_a_table() -> None:
    text = """\
# Levels.
kind: decision   # by amount
rules:
  - {id: low, when: {amount: "[0..10)", country: '"PL", "SK"'}, then: {level: 1}}
  - id: high
    when: [">= 10", -]
    then:
    - 2.50

  # What is left.
  - {id: rest, when: {},
     then: {level: {en: It's more, pl: Więcej}}}
"""
    assert _quickly(text) == _of_ruamel(text)
    assert load_yaml(text).lines["rules", 2, "then", "level", "pl"] == (12, 36)


def _quickly(text: str) -> list[Any] | None:
    events = quick_events(text)
    return None if events is None else list(_seen(events))


def _of_ruamel(text: str) -> list[Any] | str:
    try:
        return list(_seen(YAML(typ="rt", pure=True).parse(text)))
    except (YAMLError, ValueError) as error:
        return str(error)


def _seen(events: Any) -> Iterator[Any]:
    """What those who follow the events look at."""
    open_: list[bool] = []
    for one in events:
        name = type(one).__name__
        if name not in TOLD:
            continue
        if name == "DocumentStartEvent":
            yield name, one.version, one.tags
        elif name in ("SequenceEndEvent", "MappingEndEvent"):
            yield name, (one.start_mark.index, one.end_mark.index) if open_.pop() else None
        else:
            mark = one.start_mark
            yield name, mark.index, mark.line, mark.column, one.anchor or None, one.tag or None
            if name == "ScalarEvent":
                yield one.value, one.style or None, one.end_mark.index
            else:
                open_.append(bool(one.flow_style))
                yield open_[-1]
