"""A text that was in a browser keeps the line ends that it had."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.platform.app.line_ends import as_ended

ENDS = re.compile(r"\r\n|\r|\n")
TEXTS = st.lists(st.sampled_from(["a", "b", "\t", "\n", "\r\n", "\r"]), max_size=12).map("".join)


@given(text=TEXTS, sent=st.sampled_from(["\n", "\r\n"]))
def test_what_is_not_changed_is_the_same_to_the_byte(text: str, sent: str) -> None:
    assert as_ended(ENDS.sub(sent, text), text) == text


@given(text=TEXTS, like=TEXTS)
def test_nothing_but_line_ends_is_changed(text: str, like: str) -> None:
    assert ENDS.sub("\n", as_ended(text, like)) == ENDS.sub("\n", text)


@pytest.mark.parametrize(
    ("text", "like", "expected"),
    [
        ("a\nnew\nb\n", "a\r\nb\r\n", "a\r\nnew\r\nb\r\n"),
        ("a\nnew\nb\nc", "a\r\nb\nc", "a\r\nnew\r\nb\nc"),
        ("a\r\nb", "", "a\nb"),
        ("", "a\r\n", ""),
    ],
)
def test_lines_around_a_change_keep_theirs(text: str, like: str, expected: str) -> None:
    assert as_ended(text, like) == expected
