"""A changed value is written into its text; all else stays as its author wrote it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.platform.codec import load_yaml
from orderloom.platform.codec import yaml_rewrite as module
from orderloom.platform.codec.yaml_rewrite import rewritten

EXAMPLES = Path(__file__).parents[2] / "examples"
TEXTS = [
    part
    for file in sorted(EXAMPLES.glob("*/*.yaml"))
    for part in re.split(r"^---\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if part.strip()
]

# A text, and what it becomes when its value becomes that of the second.
ROWS: list[tuple[str, str, str]] = [
    (
        "a number keeps its comment and its neighbours their quotes",
        "# head\na: 'x'   # first\nb: 5  # limit\n",
        "# head\na: 'x'   # first\nb: 7  # limit\n",
    ),
    (
        "a new key comes last",
        "a: 1\nb: {c: 2,  d: 3}\n",
        'a: 1\nb: {c: 2, d: 3, g: "x, y"}\ne: {f: [1, 2]}\n',
    ),
    (
        "in brackets only what changed",
        "b: {c: 2,  d: 3} # why\n",
        "b: {c: 2,  d: 4} # why\n",
    ),
    (
        "an element goes with its comment",
        "steps:\n  # the first\n  - id: a\n    due: P1D\n\n  # the second\n  - id: b\n",
        "steps:\n  # the second\n  - id: b\n  # the first\n  - id: a\n    due: P1D\n",
    ),
    (
        "an element is taken out",
        "list:\n- x\n- y  # why\n- z\n",
        "list:\n- x\n- z\n",
    ),
    (
        "a key is renamed in its place",
        "stages:\n  a: {on: {go: b}}  # begins\n  b:\n    type: final\n",
        "stages:\n  a: {on: {go: b}}  # begins\n  end:\n    type: final\n",
    ),
    (
        "a text becomes a map",
        "to: b  # then\nx: 1\n",
        "to: {if: total > 5, to: b}  # then\nx: 1\n",
    ),
    (
        "a text of several lines becomes a short one",
        "body: |\n  one\n  two\nend: 1\n",
        "body: short\nend: 1\n",
    ),
    (
        "a long map is written line by line",
        "a: 1\n",
        f"a: 1\non:\n  {'ab' * 9}: {{to: {'ab' * 12}, if: {'ab' * 20}}}\n"
        f"  {'cd' * 9}: {{to: {'cd' * 12}, if: {'cd' * 20}}}\n",
    ),
    (
        "what would be read as something else is quoted",
        "a: x\n",
        'a: "true"\nb: "5"\nc: "k: v"\nd: say "hi"\n',
    ),
    (
        "the last element goes, its list stays",
        "tags: [a]\nx:\n  - b\ny: 1\n",
        "tags: []\nx: []\ny: 1\n",
    ),
]


@pytest.mark.parametrize(("name", "before", "after"), ROWS, ids=[row[0] for row in ROWS])
def test_the_rest_stays(name: str, before: str, after: str) -> None:
    assert rewritten(before, load_yaml(after).value) == after


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_did_not_change_is_the_same_to_the_byte(text: str) -> None:
    assert rewritten(text, copy.deepcopy(load_yaml(text).value)) == text


def containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from containers(each)


NEW = [
    *("x", "a: b", "", "#x", "- a", "null", 'say "hi"', "it's", "line one\nline two\n", "é – ł"),
    *(5, True, None, {}, []),
    *({"a": 1, "b": ["x", {"c": "d, e"}]}, ["p", {"q": "r"}]),
]


def changed(draw: Any, value: Any) -> None:
    """Sets, adds, takes away, renames or moves something somewhere in a value."""
    where = draw(st.sampled_from([each for each in containers(value) if each]))
    new = copy.deepcopy(draw(st.sampled_from(NEW)))
    way = draw(st.sampled_from(["set", "add", "drop", "turn", "rename"]))
    if isinstance(where, list):
        n = draw(st.integers(0, len(where) - 1))
        if way == "drop":
            del where[n]
        elif way == "turn":
            where.reverse()
        elif way == "set":
            where[n] = new
        else:
            where.insert(n, new)
        return
    key = draw(st.sampled_from(list(where)))
    items = list(where.items())
    if way == "drop":
        items = [(name, each) for name, each in items if name != key]
    elif way == "turn":
        items.reverse()
    elif way == "rename":
        items = [(f"{name}-x" if name == key else name, each) for name, each in items]
    elif way == "set":
        items = [(name, new if name == key else each) for name, each in items]
    else:
        items.append(("added", new))
    where.clear()
    where.update(items)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_changes_is_read_again(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    value = copy.deepcopy(load_yaml(text).value)
    for _ in range(data.draw(st.integers(1, 3))):
        changed(data.draw, value)
    made = rewritten(text, value)
    assert module._same(load_yaml(made).value, value)
    # Comments of what did not go are still there: nothing was written anew as a whole.
    head = text.splitlines()[0]
    if head.startswith("#") and value:
        assert made.startswith(head)


@pytest.mark.parametrize(
    "text",
    [
        "a\x01b",
        'a\x7f"\\',
        "line\x85end",
        "\ufeffmark",
        "C1 \x93",
        "\ufffe",
        "wide \U000d453e",
        "tab\tline\nend",
        "carriage\r",
        "no\xa0break",
    ],
)
def test_signs_that_yaml_takes_for_none_come_back(text: str) -> None:
    value = {text: [text, {"in": text}], "below": {"a": {"b": {"c": {"d": text}}}}}
    assert load_yaml(rewritten("a: 1\n", value)).value == value
