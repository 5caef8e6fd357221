"""Plain YAML is read as the library reads it; what is not plain is left to it."""

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
from orderloom.platform.codec.yaml_plain import DEEPEST, plain_events

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
    "nothing": "",
    "an anchor": "a: &x 1\n",
    "an alias": "a: *x\n",
    "a tag": "a: !!str 1\n",
    "a block text": "a: |\n  b\n",
    "a folded text": "a: >\n  b\n",
    "a value over two lines": "a: b\n  c\n",
    "a quoted value over two lines": 'a: "b\n  c"\n',
    "a key with a question mark": "? a\n: b\n",
    "a directive": "%YAML 1.2\n---\na: b\n",
    "a tab": "a:\tb\n",
    "an empty value": "a:\nb: 1\n",
    "a wrong indent": "a:\n  b: 1\n c: 2\n",
    "a map in a line": "a: b: c\n",
    "a bracket that stays open": "a: [b\n",
    "many brackets": "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
    "many lists": "- " * (DEEPEST + 1) + "a\n",
}


def test_examples_are_read_as_the_library_reads_them() -> None:
    texts = [each.read_text(encoding="utf-8") for each in (REPOSITORY / "examples").rglob("*.yaml")]
    plain = [text for text in texts if plain_events(text) is not None]
    assert len(plain) > 0.9 * len(texts) > 20
    for text in plain:
        assert _mine(text) == _of_library(text)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_whatever_is_read_is_read_as_the_library_reads_it(text: str) -> None:
    mine = _mine(text)
    assert mine is None or mine == _of_library(text)


@pytest.mark.parametrize("text", list(LEFT.values()), ids=list(LEFT))
def test_what_is_left_to_the_library(text: str) -> None:
    assert plain_events(text) is None


def test_a_table_is_plain() -> None:
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
    assert _mine(text) == _of_library(text)
    assert load_yaml(text).lines["rules", 2, "then", "level", "pl"] == (12, 36)


def _mine(text: str) -> list[Any] | None:
    events = plain_events(text)
    return None if events is None else list(_seen(events))


def _of_library(text: str) -> list[Any] | str:
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
            yield name, mark.index, mark.line, mark.column, one.anchor, one.tag
            if name == "ScalarEvent":
                yield one.value, one.style, one.end_mark.index
            else:
                open_.append(bool(one.flow_style))
                yield open_[-1]
